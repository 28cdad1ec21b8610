"""<steward-offer> over one visit: met once, then in reach on each page until she has answered."""

from playwright.sync_api import Page, expect

from tests.theme_extension.conftest import OFFER, Shop

EVENTS = "/apps/steward/events"
SEEN = "/apps/steward/offers/offer-1/seen"
ANSWER = "/apps/steward/offers/offer-1/answer"
MET = {**OFFER, "seen": True}


def next_page(page: Page, shop: Shop) -> None:
    """Open another page of the shop, and let its first batch be answered."""
    told = len(shop.sent(EVENTS))
    page.goto(f"{shop.url}/another")
    shop.wait_for(EVENTS, told + 1)
    page.wait_for_timeout(150)


def test_on_the_pages_that_follow_it_is_one_quiet_line(page: Page, shop: Shop) -> None:
    shop.answer(EVENTS, 200, {"offer": MET})
    page.goto(shop.url)
    card = page.get_by_role("region", name="Welcome back, Alma.")
    expect(card).to_be_visible()
    line = card.bounding_box()
    assert line is not None
    assert line["height"] < 60
    expect(page.locator("steward-offer").get_by_role("status")).to_have_text("")
    page.get_by_role("button", name="Read more").click()
    expect(page.get_by_role("button", name="Choose a time")).to_be_focused()
    expect(card).to_contain_text(OFFER["invitation"])
    page.wait_for_timeout(100)
    assert shop.sent(SEEN) == [], "it was seen on the page before"


def test_put_away_with_escape_it_stays_away_for_the_visit_and_is_no_answer(page: Page, shop: Shop) -> None:
    shop.answer(EVENTS, 200, {"offer": OFFER})
    page.goto(shop.url)
    expect(page.get_by_role("region")).to_be_visible()
    page.keyboard.press("Escape")
    shop.answer(EVENTS, 200, {"offer": MET})
    next_page(page, shop)
    expect(page.locator("steward-offer")).to_have_count(0)
    assert shop.sent(ANSWER) == []


def test_answered_on_the_next_page_it_is_gone_also_where_the_server_has_not_heard_yet(
    page: Page, shop: Shop
) -> None:
    shop.answer(EVENTS, 200, {"offer": MET})
    page.goto(shop.url)
    page.get_by_role("button", name="Not now").first.click()
    next_page(page, shop)
    expect(page.locator("steward-offer")).to_have_count(0)
    assert [request.body for request in shop.sent(ANSWER)] == [{"answer": "not_now"}]


def test_another_invitation_is_shown_although_one_was_put_away(page: Page, shop: Shop) -> None:
    shop.answer(EVENTS, 200, {"offer": OFFER})
    page.goto(shop.url)
    expect(page.get_by_role("region")).to_be_visible()
    page.keyboard.press("Escape")
    shop.answer(EVENTS, 200, {"offer": {**OFFER, "id": "offer-2"}})
    next_page(page, shop)
    expect(page.get_by_role("region")).to_be_visible()
