"""<steward-offer>: seen once, in nobody's way, and gone after a no."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.theme_extension.conftest import OFFER, Shop
from tests.theme_extension.rendering import EXTENSION

EVENTS = "/apps/steward/events"
SEEN = "/apps/steward/offers/offer-1/seen"
ANSWER = "/apps/steward/offers/offer-1/answer"
AXE = EXTENSION.parent / "node_modules" / "axe-core" / "axe.min.js"

LONG_NAME = "Welcome back, Maximiliana-Theodora von Hohenlohe-Schillingsfürst Ng."
ARABIC = "مرحبًا بعودتك يا ليلى."


def visit(page: Page, shop: Shop, offer: dict | None = None) -> Locator:
    """Open the shop as someone who is invited, and wait for the invitation."""
    shop.answer(EVENTS, 200, {"offer": offer or OFFER})
    page.goto(shop.url)
    card = page.get_by_role("region")
    expect(card).to_be_visible()
    return card


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return dict(found)


def apart(a: dict[str, float], b: dict[str, float]) -> bool:
    return (
        a["x"] + a["width"] <= b["x"]
        or b["x"] + b["width"] <= a["x"]
        or a["y"] + a["height"] <= b["y"]
        or b["y"] + b["height"] <= a["y"]
    )


def test_the_invitation_is_a_labelled_region_that_is_politely_announced(page: Page, shop: Shop) -> None:
    card = visit(page, shop)
    expect(page.get_by_role("region", name="Welcome back, Alma.")).to_be_visible()
    expect(card).to_contain_text(OFFER["invitation"])
    said = page.locator("steward-offer").get_by_role("status")
    expect(said).to_have_text(f"{OFFER['greeting']} {OFFER['invitation']}")
    for name in ("Choose a time", "Not now", "Why am I seeing this?", "Don't ask again"):
        button = page.get_by_role("button", name=name)
        assert box(button)["height"] >= 44


def test_it_takes_no_focus_and_moves_nothing(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(False, False))
    shop.answer(EVENTS, 200, {"offer": OFFER})
    page.goto(shop.url)
    page.get_by_role("link", name="Care").focus()
    page.evaluate("answerBanner(true, true)")
    expect(page.get_by_role("region")).to_be_visible()
    page.wait_for_timeout(250)
    assert page.evaluate("document.activeElement.id") == "care"
    assert page.evaluate("window.shifts") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('steward-offer')).position") == "fixed"


def test_it_is_seen_once(page: Page, shop: Shop) -> None:
    visit(page, shop)
    [request] = shop.wait_for(SEEN)
    assert (request.method, request.content_type, request.body) == ("POST", "application/json", {})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    page.get_by_role("button", name="Add to cart").click()
    shop.wait_for(EVENTS, 2)
    page.wait_for_timeout(100)
    assert len(shop.sent(SEEN)) == 1
    assert page.locator("steward-offer").count() == 1, "at most one invitation a page"


def test_without_preferences_no_invitation_is_shown(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(True, False))
    shop.answer(EVENTS, 200, {"offer": OFFER})
    page.goto(shop.url)
    shop.wait_for(EVENTS)
    page.wait_for_timeout(200)
    assert page.locator("steward-offer").count() == 0


def test_an_answer_to_a_final_batch_is_ignored(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(False, False))
    shop.answer(EVENTS, 200, {"offer": OFFER})
    page.goto(shop.url)
    page.evaluate(
        """() => { navigator.sendBeacon = () => false; consent.analytics = consent.preferences = true;
          dispatchEvent(new Event('pagehide')); }"""
    )
    [request] = shop.wait_for(EVENTS)
    assert request.body["final"] is True
    page.wait_for_timeout(200)
    assert page.locator("steward-offer").count() == 0


def test_not_now_is_told_and_it_does_not_return(page: Page, shop: Shop) -> None:
    visit(page, shop)
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("steward-offer")).to_have_count(0)
    assert [request.body for request in shop.wait_for(ANSWER)] == [{"answer": "not_now"}]
    page.get_by_role("button", name="Add to cart").click()
    shop.wait_for(EVENTS, 2)
    page.wait_for_timeout(200)
    expect(page.locator("steward-offer")).to_have_count(0)


def test_escape_closes_it_without_an_answer_and_the_focus_goes_back(page: Page, shop: Shop) -> None:
    visit(page, shop)
    page.get_by_role("link", name="Care").focus()
    page.get_by_role("button", name="Not now").focus()
    page.keyboard.press("Escape")
    expect(page.locator("steward-offer")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "care"
    page.wait_for_timeout(100)
    assert shop.sent(ANSWER) == [], "closing is no answer"


def test_escape_closes_the_explanation_first(page: Page, shop: Shop) -> None:
    card = visit(page, shop)
    why = page.get_by_role("button", name="Why am I seeing this?")
    why.click()
    page.get_by_role("link", name="See what we remember for you").focus()
    page.keyboard.press("Escape")
    expect(why).to_have_attribute("aria-expanded", "false")
    expect(why).to_be_focused()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert shop.sent(ANSWER) == []


def test_escape_in_the_shops_own_field_is_the_shops(page: Page, shop: Shop) -> None:
    shop.lay_out(body='<input id="search">')
    card = visit(page, shop)
    page.locator("#search").focus()
    page.keyboard.press("Escape")
    expect(card).to_be_visible()
    page.locator("#care").focus()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "care"


@pytest.mark.parametrize("explained", [False, True])
def test_do_not_ask_again_is_told_thanked_and_then_gone(page: Page, shop: Shop, explained: bool) -> None:
    card = visit(page, shop)
    if explained:
        why = page.get_by_role("button", name="Why am I seeing this?")
        expect(why).to_have_attribute("aria-expanded", "false")
        why.click()
        expect(why).to_have_attribute("aria-expanded", "true")
        expect(card).to_contain_text("You have an account with us and have bought here before")
    page.get_by_role("button", name="Don't ask again").click()
    assert [request.body for request in shop.wait_for(ANSWER)] == [{"answer": "never"}]
    expect(page.locator("steward-offer").get_by_role("status")).to_have_text("We won't ask again.")
    expect(card.get_by_text("We won't ask again.")).to_be_visible()
    assert page.locator("steward-offer").get_by_role("button").count() == 0
    page.wait_for_timeout(300)
    expect(card).to_be_visible()
    page.get_by_role("link", name="Care").click()
    expect(page.locator("steward-offer")).to_have_count(0)


def test_what_the_server_says_is_text(page: Page, shop: Shop) -> None:
    card = visit(page, shop, {**OFFER, "greeting": "<img src=x onerror=alert(1)>Alma"})
    expect(card).to_contain_text("<img src=x onerror=alert(1)>Alma")
    assert card.locator("img").count() == 0


def test_without_the_servers_words_ours_are_said(page: Page, shop: Shop) -> None:
    card = visit(page, shop, {"id": "offer-1", "advisor": "Jonas"})
    expect(card).to_contain_text("Welcome back.")
    expect(card).to_contain_text("Jonas keeps time for clients we have looked after before.")


STICKY = "position:fixed;bottom:0;left:0;right:0"
CORNER = "position:absolute;right:20px;top:560px;inline-size:300px"
MIDDLE = "position:absolute;top:420px;left:16px;right:16px"


@pytest.mark.parametrize(
    ("size", "form"),
    [
        ((1280, 800), CORNER),
        ((1280, 800), STICKY),
        ((360, 640), CORNER),
        ((360, 640), STICKY),
        ((360, 640), MIDDLE),
    ],
    ids=["wide, corner", "wide, sticky", "phone, corner", "phone, sticky", "phone, middle"],
)
def test_the_button_that_adds_to_the_cart_is_never_covered(
    page: Page, shop: Shop, form: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    shop.lay_out(form=form)
    card = visit(page, shop)
    add = page.get_by_role("button", name="Add to cart")
    shop.wait_for(SEEN)
    assert apart(box(card), box(add))
    for step in (90, 90, -180):
        page.evaluate("(y) => scrollBy({ top: y, behavior: 'instant' })", step)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert not card.is_visible() or apart(box(card), box(add)), "not while scrolling either"
        page.wait_for_timeout(220)
        assert not card.is_visible() or apart(box(card), box(add))
    expect(card).to_be_visible()
    assert page.evaluate("window.shifts") == 0


@pytest.mark.parametrize("form", [STICKY, "position:absolute;top:560px;left:16px;right:16px"])
def test_one_line_opens_to_a_sheet_above_the_button_and_covers_nothing(
    page: Page, shop: Shop, form: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 640})
    shop.lay_out(form=form)
    card = visit(page, shop)
    assert box(card)["height"] < 60
    page.get_by_role("button", name="Read more").click()
    expect(page.get_by_role("button", name="Choose a time")).to_be_focused()
    sheet, add = box(card), box(page.get_by_role("button", name="Add to cart"))
    assert apart(sheet, add)
    assert sheet["y"] > 640 / 2, "down where it was, never over the shop's header"
    assert sheet["height"] <= 640 / 3


@pytest.mark.parametrize(
    ("width", "height", "greeting"),
    [(360, 640, OFFER["greeting"]), (320, 568, LONG_NAME), (360, 640, ARABIC), (600, 900, LONG_NAME)],
    ids=["Alma", "a long name, 320", "Arabic", "a long name, 600"],
)
def test_on_a_phone_it_is_a_sheet_of_at_most_a_third(
    page: Page, shop: Shop, width: int, height: int, greeting: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    card = visit(page, shop, {**OFFER, "greeting": greeting})
    sheet = box(card)
    assert sheet["height"] <= height / 3
    assert (sheet["x"], sheet["width"], sheet["y"] + sheet["height"]) == (0, width, height)
    assert page.evaluate("document.documentElement.scrollWidth") == width, "it reflows"
    for name in ("Choose a time", "Not now"):
        target = box(page.get_by_role("button", name=name))
        assert target["height"] >= 44
        assert target["y"] + target["height"] <= height, "the answers stay in sight"
    for name in ("Why am I seeing this?", "Don't ask again"):
        assert box(page.get_by_role("button", name=name))["height"] >= 24


def test_it_follows_a_page_that_runs_from_right_to_left(page: Page, shop: Shop) -> None:
    shop.lay_out(direction="rtl")
    visit(page, shop, {**OFFER, "greeting": ARABIC})
    accept, decline = (box(page.get_by_role("button", name=name)) for name in ("Choose a time", "Not now"))
    assert accept["x"] > decline["x"]


def test_it_wears_the_themes_clothes(page: Page, shop: Shop) -> None:
    style = "body{background:#14130f;color:#efe9dd;font-family:Georgia} h1{font-family:Didot}"
    shop.lay_out(style=style + "button{background:lime;text-transform:uppercase} p{display:none}")
    card = visit(page, shop)
    worn = card.evaluate(
        "(node) => { const s = getComputedStyle(node); return [s.backgroundColor, s.color]; }"
    )
    assert worn == ["rgb(20, 19, 15)", "rgb(239, 233, 221)"]
    assert card.evaluate("(node) => getComputedStyle(node).fontFamily") == "Georgia"
    title = page.get_by_text("Welcome back, Alma.", exact=True).first
    assert title.evaluate("(node) => getComputedStyle(node).fontFamily") == "Didot"
    accept = page.get_by_role("button", name="Choose a time")
    assert accept.evaluate("(node) => getComputedStyle(node).textTransform") == "none"


def test_the_merchants_choices_win(page: Page, shop: Shop) -> None:
    chosen = {
        "position": "left",
        "background_color": "#102030",
        "text_color": "#ffffff",
        "corner_radius": 12,
        "heading": "Good to see you.",
        "accept": "Meet us",
    }
    shop.lay_out(settings=chosen)
    card = visit(page, shop)
    assert box(card)["x"] == 20
    look = card.evaluate(
        "(node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).borderRadius]"
    )
    assert look == ["rgb(16, 32, 48)", "12px"]
    expect(page.get_by_role("region", name="Good to see you.")).to_be_visible()
    expect(page.get_by_role("button", name="Meet us")).to_be_visible()


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "steward-appear")])
def test_it_fades_in_unless_motion_is_unwelcome(page: Page, shop: Shop, motion: str, name: str) -> None:
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]  # one of the two words it knows
    card = visit(page, shop)
    assert card.evaluate("(node) => getComputedStyle(node).animationName") == name
    if name != "none":
        assert card.evaluate("(node) => getComputedStyle(node).animationDuration") == "0.15s"


@pytest.mark.parametrize("broken", ["steward.css", "advisor-place.js", "advisor-offer.js"])
def test_what_does_not_load_is_silence(page: Page, shop: Shop, broken: str) -> None:
    page.route(f"**/{broken}", lambda route: route.abort())
    shop.answer(EVENTS, 200, {"offer": OFFER})
    page.goto(shop.url)
    shop.wait_for(EVENTS)
    page.wait_for_timeout(150)
    expect(page.locator("steward-offer")).to_have_count(0)
    assert shop.sent(SEEN) == []


def test_the_theme_editor_shows_a_sample_and_tells_nobody(page: Page, shop: Shop) -> None:
    shop.lay_out(design_mode=True, customer=None)
    page.goto(shop.url)
    expect(page.get_by_role("region", name="Welcome back, Alma.")).to_contain_text("Preview.")
    page.get_by_role("button", name="Choose a time").click()
    page.get_by_role("button", name="Not now").click()
    page.wait_for_timeout(200)
    assert shop.requests == []


@pytest.mark.parametrize("style", ["", "body{background:#14130f;color:#efe9dd}"], ids=["light", "dark"])
def test_axe_finds_nothing_to_complain_about(page: Page, shop: Shop, style: str) -> None:
    if not AXE.exists():
        pytest.fail("make test installs axe-core")
    shop.lay_out(style=style)
    visit(page, shop)
    page.get_by_role("button", name="Why am I seeing this?").click()
    page.wait_for_timeout(200)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run('steward-offer', { rules: { region: { enabled: false } } })")
    assert [(v["id"], json.dumps(v["nodes"][0]["html"])) for v in found["violations"]] == []
