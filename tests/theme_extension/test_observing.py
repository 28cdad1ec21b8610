"""What leaves the page: nothing without consent, each thing once, and silence when the server is away."""

import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.theme_extension.conftest import Shop
from tests.theme_extension.rendering import RING

EVENTS = "/apps/steward/events"
PIECE = {"product_id", "product_type", "title", "tags", "category", "price", "currency"}
FIELDS = {
    "page_view": set(),
    "search": set(),
    "collection_view": {"category"},
    "product_view": {"dwell_ms", *PIECE},
    "cart_add": PIECE,
}
QUIET_MS = 350  # long enough for two batches of the shortened constants


def check_batch(body: Any) -> None:
    """Validate one batch against the wire protocol, completely."""
    assert body.keys() == {"v", "final", "consent", "events"}
    assert body["v"] == 1
    assert isinstance(body["final"], bool)
    assert body["consent"].keys() == {"analytics", "preferences"}
    assert body["consent"]["analytics"] is True
    assert 0 < len(body["events"]) <= 50
    for event in body["events"]:
        optional = {"continued"} if event["type"] == "product_view" else set()
        assert event.keys() - optional == {"type", "ago_ms"} | FIELDS[event["type"]]
        assert isinstance(event["ago_ms"], int)
        assert 0 <= event["ago_ms"] < 60_000
        if event["type"] == "product_view":
            assert isinstance(event["dwell_ms"], int)
            assert event.get("continued", True) is True
        if "title" in event:
            assert len(event["title"]) <= 200
            assert len(event["tags"]) <= 10
            assert all(len(tag) <= 60 for tag in event["tags"])
            assert isinstance(event["price"], int)


def kinds(events: list[dict[str, Any]]) -> Counter[str]:
    return Counter(event["type"] for event in events if not event.get("continued"))


def emit(page: Page, name: str, payload: str) -> None:
    """Dispatch a standard storefront event as Shopify's library does: the payload on the event itself."""
    page.evaluate(
        f"""() => document.querySelector('main').dispatchEvent(
            Object.assign(new Event({name!r}, {{ bubbles: true }}), {payload}))"""
    )


def test_without_consent_no_request_leaves_the_page(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(False, False))
    page.goto(shop.url)
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_timeout(QUIET_MS)
    page.goto("about:blank")
    page.wait_for_timeout(100)
    assert shop.requests == []


@pytest.mark.parametrize("head", ["", "<script>window.Shopify = {};</script>"], ids=["nothing", "no loader"])
def test_without_the_consent_interface_nothing_is_tracked(page: Page, shop: Shop, head: str) -> None:
    shop.lay_out(head=head)
    page.goto(shop.url)
    page.wait_for_timeout(QUIET_MS)
    assert shop.requests == []


def test_when_the_consent_interface_fails_to_load_nothing_is_tracked(page: Page, shop: Shop) -> None:
    shop.lay_out(failing="it did not load")
    page.goto(shop.url)
    page.wait_for_timeout(QUIET_MS)
    assert shop.requests == []
    asked = page.evaluate("window.asked")
    assert asked == [{"name": "consent-tracking-api", "version": "0.1"}]


def test_after_a_refusal_the_queue_is_gone(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(False, False))
    page.goto(shop.url)
    page.evaluate("answerBanner(false, false)")
    emit(page, "shopify:search:update", "{}")
    page.evaluate("answerBanner(true, true)")
    page.wait_for_timeout(QUIET_MS)
    assert shop.requests == []


def test_consent_given_later_sends_what_waited(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(False, False))
    page.goto(shop.url)
    page.wait_for_timeout(150)
    page.evaluate("answerBanner(true, false)")
    [request] = shop.wait_for(EVENTS)
    check_batch(request.body)
    assert request.body["consent"] == {"analytics": True, "preferences": False}


def test_consent_withdrawn_without_a_word_is_noticed(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    shop.wait_for(EVENTS)
    page.evaluate("window.consent.analytics = false")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_timeout(QUIET_MS)
    assert len(shop.requests) == 1


def test_the_first_batch_tells_the_page_and_the_piece(page: Page, shop: Shop) -> None:
    piece = {**RING, "title": "Eternity band " + "x" * 300, "tags": ["y" * 90] * 12}
    shop.lay_out(product=piece)
    page.goto(shop.url)
    [request] = shop.wait_for(EVENTS)
    assert (request.method, request.content_type) == ("POST", "application/json")
    check_batch(request.body)
    assert request.body["final"] is False
    seen, product = request.body["events"]
    assert seen["type"] == "page_view"
    assert product | {"ago_ms": 0} == {
        "type": "product_view",
        "ago_ms": 0,
        "dwell_ms": 0,
        "product_id": "8123",
        "product_type": "Ring",
        "title": piece["title"][:200],
        "tags": ["y" * 60] * 10,
        "category": "aa-6-9",
        "price": 240000,
        "currency": "GBP",
    }


def test_a_title_with_markup_stays_a_title(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    [_, product] = shop.events()
    assert product["title"] == RING["title"]


def test_leaving_sends_the_dwell_as_more_of_the_same_view(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    shop.wait_for(EVENTS)
    page.wait_for_timeout(400)
    page.goto("about:blank")
    _, last = shop.wait_for(EVENTS, 2)
    check_batch(last.body)
    assert last.body["final"] is True
    [event] = last.body["events"]
    assert event["continued"] is True
    assert 350 <= event["dwell_ms"] < 3000
    page.wait_for_timeout(100)
    assert len(shop.requests) == 2, "pagehide and visibilitychange are one leaving"


def test_leaving_before_the_first_batch_sends_one_whole_view(page: Page, shop: Shop) -> None:
    page.add_init_script(
        "const wait = setTimeout; window.setTimeout = (work, ms) => wait(work, ms === 40 ? 1e6 : ms);"
    )
    page.goto(shop.url)
    page.wait_for_timeout(300)
    page.goto("about:blank")
    [request] = shop.wait_for(EVENTS)
    check_batch(request.body)
    assert request.body["final"] is True
    assert kinds(request.body["events"]) == {"page_view": 1, "product_view": 1}
    assert request.body["events"][1]["dwell_ms"] >= 250


# What the page's clock says is moved on; the server's limit on either is thirty minutes.
LATER = """const clock = performance.now.bind(performance);
  window.moved = 0;
  performance.now = () => clock() + moved;"""


def test_a_page_open_for_an_hour_tells_no_more_dwell_than_counts(page: Page, shop: Shop) -> None:
    page.add_init_script(LATER)
    page.goto(shop.url)
    shop.wait_for(EVENTS)
    page.evaluate("moved = 3600000")
    page.goto("about:blank")
    _, last = shop.wait_for(EVENTS, 2)
    check_batch(last.body)
    [event] = last.body["events"]
    assert (event["continued"], event["dwell_ms"]) == (True, 120_000)


def test_what_is_too_old_for_the_server_does_not_take_the_rest_with_it(page: Page, shop: Shop) -> None:
    shop.lay_out(consent=(False, False))
    page.add_init_script(LATER)
    page.goto(shop.url)
    page.wait_for_timeout(100)
    page.evaluate("moved = 31 * 60000")
    emit(page, "shopify:search:update", "{}")
    page.evaluate("answerBanner(true, true)")
    [request] = shop.wait_for(EVENTS)
    check_batch(request.body)
    assert [event["type"] for event in request.body["events"]] == ["search"]


def test_time_on_another_tab_is_not_dwell(page: Page, shop: Shop) -> None:
    page.add_init_script(
        """window.look = (state) => {
          Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
          document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        }"""
    )
    page.goto(shop.url)
    shop.wait_for(EVENTS)
    page.wait_for_timeout(300)
    page.evaluate("look('hidden')")
    shop.wait_for(EVENTS, 2)
    page.wait_for_timeout(600)
    page.evaluate("look('visible')")
    page.wait_for_timeout(300)
    page.evaluate("look('hidden')")
    told = [e for e in shop.events(3) if e.get("continued")]
    assert all(250 <= event["dwell_ms"] < 900 for event in told)
    assert sum(event["dwell_ms"] for event in told) < 1200, "each report is what came since the last"


def test_a_themes_own_events_are_not_counted_beside_our_reading(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    product = """{ context: 'page', product: { id: 'gid://shopify/Product/8123', title: 'Eternity band',
      selectedVariant: { price: { amount: '2400.00', currencyCode: 'GBP' } } } }"""
    emit(page, "shopify:page:view", "{}")
    emit(page, "shopify:product:view", product)
    emit(page, "shopify:product:view", product)
    emit(page, "shopify:cart:lines-update", "{ action: 'add', context: 'product', lines: [] }")
    page.get_by_role("button", name="Add to cart").click()
    shop.wait_for(EVENTS)
    page.wait_for_timeout(QUIET_MS)
    assert kinds(shop.events()) == {"page_view": 1, "product_view": 1, "cart_add": 1}
    for request in shop.requests:
        check_batch(request.body)


def test_a_form_alone_counts_and_so_does_an_event_alone(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    add = page.get_by_role("button", name="Add to cart")
    add.click()
    add.click()
    shop.wait_for(EVENTS)
    page.wait_for_timeout(QUIET_MS)
    assert kinds(shop.events())["cart_add"] == 2
    page.goto(shop.url)
    page.evaluate(
        """() => { for (const action of ['add', 'remove', 'update']) {
          const event = new CustomEvent('shopify:cart:lines-update', { bubbles: true, detail: { action } });
          document.body.dispatchEvent(event);
        } }"""
    )
    page.wait_for_timeout(QUIET_MS)
    assert kinds(shop.events())["cart_add"] == 3


def test_a_card_that_scrolls_by_is_not_a_look_but_a_quick_view_is(page: Page, shop: Shop) -> None:
    shop.lay_out(page_type="collection", collection={"handle": "rings"})
    page.goto(shop.url)
    other = """{ id: 'gid://shopify/Product/77', title: 'Signet', productType: 'Ring',
      selectedVariant: { price: { amount: '950.5', currencyCode: 'GBP' } } }"""
    emit(page, "shopify:product:view", f"{{ context: 'collection', product: {other} }}")
    emit(page, "shopify:product:view", f"{{ context: 'dialog', product: {other} }}")
    emit(page, "shopify:collection:view", "{ collection: { id: null, handle: 'rings' } }")
    emit(page, "shopify:product:view", "{}")
    shop.wait_for(EVENTS)
    page.wait_for_timeout(QUIET_MS)
    events = shop.events()
    assert kinds(events) == {"page_view": 1, "collection_view": 1, "product_view": 1}
    [view] = [e for e in events if e["type"] == "product_view"]
    assert (view["product_id"], view["price"], view["currency"]) == ("77", 95050, "GBP")
    assert [e["category"] for e in events if e["type"] == "collection_view"] == ["rings"]


def test_searching_at_every_letter_is_one_search_and_no_term_is_sent(page: Page, shop: Shop) -> None:
    shop.lay_out(page_type="search", search={"performed": True, "terms": "secret surprise"})
    page.goto(f"{shop.url}/search?q=secret+surprise")
    for word in ("s", "se", "sec"):
        emit(page, "shopify:search:update", f"{{ search: {{ query: {word!r} }} }}")
    shop.wait_for(EVENTS)
    page.wait_for_timeout(QUIET_MS)
    assert kinds(shop.events()) == {"page_view": 1, "search": 1}
    assert "secret" not in str([request.body for request in shop.requests])


@pytest.mark.parametrize(("currency", "price"), [("GBP", 240000), ("JPY", 2400)])
def test_prices_travel_in_the_currencys_own_minor_units(
    page: Page, shop: Shop, currency: str, price: int
) -> None:
    shop.lay_out()
    shop.html = shop.html.replace('"currency": "GBP"', f'"currency": "{currency}"')
    page.goto(shop.url)
    assert shop.events()[1]["price"] == price


def test_a_batch_never_holds_more_than_fifty(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    page.evaluate(
        """() => { for (let n = 0; n < 120; n += 1) document.body.dispatchEvent(Object.assign(
          new Event('shopify:collection:view', { bubbles: true }), { collection: { handle: `c${n}` } })); }"""
    )
    shop.wait_for(EVENTS)
    page.wait_for_timeout(QUIET_MS)
    for request in shop.requests:
        check_batch(request.body)


@pytest.mark.parametrize("status", [500, 404, 200])
def test_a_server_that_fails_is_left_alone_after_two_attempts(page: Page, shop: Shop, status: int) -> None:
    shop.answer(EVENTS, status, "no offer" if status == 200 else {"error": True})
    page.goto(shop.url)
    for count in range(1, 5):
        if status != 200 and count > 2:
            break
        shop.wait_for(EVENTS, count)
        page.wait_for_timeout(50)
        page.get_by_role("button", name="Add to cart").click()
    page.wait_for_timeout(QUIET_MS)
    assert len(shop.requests) == 2 or status == 200
    assert page.locator("steward-offer").count() == 0
    page.get_by_role("link", name="Care").click()
    assert re.search("#care$", page.url), "the page goes on"


def test_a_server_that_never_answers_does_not_hold_the_page(page: Page, shop: Shop) -> None:
    page.route("**/apps/steward/**", lambda route: None)
    page.goto(shop.url)
    page.wait_for_timeout(QUIET_MS)
    page.get_by_role("link", name="Care").click()
    assert page.evaluate("document.readyState") == "complete"
    page.unroute_all(behavior="ignoreErrors")


def test_a_visitor_who_is_not_signed_in_loads_nothing(page: Page, shop: Shop) -> None:
    shop.lay_out(customer=None)
    page.goto(shop.url)
    page.wait_for_timeout(200)
    assert (shop.requests, shop.assets) == ([], [])
