"""<steward-booking>: loaded when asked for, keeps what was written, never books twice by accident."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.theme_extension.conftest import OFFER, PREFERRED, SLOTS, Request, Shop
from tests.theme_extension.rendering import EXTENSION

EVENTS = "/apps/steward/events"
OFFERED = "/apps/steward/offers/offer-1/slots"
ANSWER = "/apps/steward/offers/offer-1/answer"
BOOKINGS = "/apps/steward/bookings"
AXE = EXTENSION.parent / "node_modules" / "axe-core" / "axe.min.js"
BOOKED = {
    "booking": {
        "id": "b-1",
        "when": "Friday 15 January, 4:00 pm London time",
        "advisor": "Ines Moreau",
        "place": "In the shop",
    }
}
HOLDS = "/apps/steward/holds"
HELD = {"hold": {"until": "10:10 am", "seconds": 600, "extended": False}}
A_MONTH = [
    {"label": f"{day} February", "slots": [{"starts": f"2027-02-{day:02}T09:00:00Z", "label": "9:00 am"}]}
    for day in range(1, 21)
]
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.fixture
def picker(page: Page, shop: Shop) -> Page:
    """The shop, and somebody who is invited."""
    shop.answer(EVENTS, 200, {"offer": OFFER})
    shop.answer(OFFERED, 200, SLOTS)
    shop.answer(BOOKINGS, 201, BOOKED)
    shop.answer(HOLDS, 200, HELD)
    return page


def choose(page: Page, shop: Shop, *, note: str = "") -> None:
    """Open the picker and choose Friday at four."""
    page.goto(shop.url)
    page.get_by_role("button", name="Choose a time").click()
    page.get_by_role("radio", name="Friday 15 January").check()
    page.get_by_role("radio", name="4:00 pm").check()
    if note:
        page.get_by_label("Anything Ines should know?").fill(note)


def said(page: Page) -> Locator:
    """What the picker says by the way, politely."""
    return page.get_by_role("dialog").get_by_role("status")


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Confirm").click()


def test_the_picker_is_loaded_only_when_asked_for(picker: Page, shop: Shop) -> None:
    picker.goto(shop.url)
    expect(picker.get_by_role("region")).to_be_visible()
    assert "advisor-booking.js" not in shop.assets
    picker.get_by_role("button", name="Choose a time").click()
    dialog = picker.get_by_role("dialog", name="Choose a time with Ines")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("45 minutes with Ines Moreau")
    assert shop.assets.count("advisor-booking.js") == 1
    assert [request.body for request in shop.wait_for(ANSWER)] == [{"answer": "accepted"}]
    [request] = shop.wait_for(OFFERED)
    assert (request.method, request.path) == ("GET", f"{OFFERED}?zone=Europe%2FLondon")


def test_from_the_invitation_to_a_booked_conversation(picker: Page, shop: Shop) -> None:
    choose(picker, shop, note="I would like to bring my mother's ring.")
    confirm(picker)
    dialog = picker.get_by_role("dialog", name="Ines is looking forward to seeing you.")
    expect(dialog).to_contain_text("Friday 15 January, 4:00 pm London time")
    expect(dialog).to_contain_text("In the shop")
    expect(dialog).to_contain_text("We've sent you a confirmation by e-mail.")
    [request] = shop.wait_for(BOOKINGS)
    assert request.content_type == "application/json"
    assert re.fullmatch(UUID4, request.body.pop("key"))
    assert request.body == {
        "offer": "offer-1",
        "starts": "2027-01-15T16:00:00Z",
        "zone": "Europe/London",
        "place": "shop",
        "note": "I would like to bring my mother's ring.",
    }
    dialog.get_by_role("button", name="Close").last.click()
    expect(picker.locator("steward-offer, steward-booking")).to_have_count(0)


def test_a_call_is_not_called_seeing(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    picker.get_by_role("radio", name="By phone").check()
    confirm(picker)
    expect(picker.get_by_role("dialog", name="Ines is looking forward to speaking with you.")).to_be_visible()
    assert shop.wait_for(BOOKINGS)[0].body["place"] == "phone"


def test_who_wants_to_be_called_may_say_where(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    number = picker.get_by_label("Your telephone number")
    expect(number).to_be_hidden()
    picker.get_by_role("radio", name="By phone").check()
    number.fill("call me: +44 (0)7700 900123")
    expect(number).to_have_value("+44 (0)7700 900123")
    picker.get_by_role("radio", name="In the shop").check()
    expect(number).to_be_hidden()
    picker.get_by_role("radio", name="By phone").check()
    confirm(picker)
    assert shop.wait_for(BOOKINGS)[0].body["phone"] == "+44 (0)7700 900123"


def test_a_number_is_not_sent_to_somebody_she_will_see(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    picker.get_by_role("radio", name="By phone").check()
    picker.get_by_label("Your telephone number").fill("07700 900123")
    picker.get_by_role("radio", name="In the shop").check()
    confirm(picker)
    assert "phone" not in shop.wait_for(BOOKINGS)[0].body


def test_the_focus_moves_in_stays_in_and_comes_back(picker: Page, shop: Shop) -> None:
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    expect(picker.get_by_role("radio", name="10:00 am")).to_be_attached()
    for _ in range(12):
        picker.keyboard.press("Tab")
        assert picker.evaluate("document.activeElement.localName") in ("steward-booking", "body")
    picker.keyboard.press("Escape")
    expect(picker.get_by_role("dialog")).to_have_count(0)
    expect(picker.get_by_role("button", name="Choose a time")).to_be_focused()
    assert [request.body for request in shop.sent(ANSWER)] == [{"answer": "accepted"}], "closing is not a no"


def test_closed_and_opened_again_the_note_is_still_there(picker: Page, shop: Shop) -> None:
    choose(picker, shop, note="Size unknown.")
    picker.keyboard.press("Escape")
    picker.get_by_role("button", name="Choose a time").click()
    expect(picker.get_by_label("Anything Ines should know?")).to_have_value("Size unknown.")
    expect(picker.get_by_role("radio", name="4:00 pm")).to_be_checked()
    picker.wait_for_timeout(100)
    assert len(shop.sent(ANSWER)) == 1


@pytest.mark.parametrize("size", [(1280, 800), (390, 700)], ids=["wide", "phone"])
def test_without_a_time_nothing_is_sent_and_it_is_said_beside_the_times(
    picker: Page, shop: Shop, size: tuple[int, int]
) -> None:
    picker.set_viewport_size({"width": size[0], "height": size[1]})
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    picker.get_by_label("Anything Ines should know?").scroll_into_view_if_needed()
    confirm(picker)
    times = picker.get_by_role("group", name="Time", exact=True)
    alert = times.get_by_role("alert")
    expect(alert).to_have_text("Please choose a time.")
    expect(alert).to_be_in_viewport()
    expect(times).to_have_accessible_description("Please choose a time.")
    expect(picker.get_by_role("radio", name="10:00 am")).to_be_focused()
    assert shop.sent(BOOKINGS) == []
    picker.get_by_role("radio", name="10:00 am").check()
    expect(alert).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), (390, 700), (320, 568)], ids=["wide", "phone", "small"])
def test_one_thing_scrolls_and_confirm_is_always_in_sight(
    picker: Page, shop: Shop, size: tuple[int, int]
) -> None:
    picker.set_viewport_size({"width": size[0], "height": size[1]})
    shop.answer(OFFERED, 200, {**SLOTS, "days": A_MONTH})
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    button = picker.get_by_role("button", name="Confirm")
    expect(button).to_be_in_viewport(ratio=1)
    scrolling = """(dialog) => [...dialog.querySelectorAll('*')].filter((node) =>
      node.localName !== 'textarea' && node.scrollHeight > node.clientHeight + 1
      && /auto|scroll/.test(getComputedStyle(node).overflowY)).map((node) => node.className)"""
    dialog = picker.get_by_role("dialog")
    assert dialog.evaluate(scrolling) == [], "only the dialog itself scrolls"
    dialog.evaluate("(node) => node.scrollTo(0, node.scrollHeight)")
    expect(button).to_be_in_viewport(ratio=1)
    under = """(node) => { const box = node.getBoundingClientRect();
      const at = node.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return at === node; }"""
    assert button.evaluate(under)


def test_later_days_are_one_press_away_and_none_is_hidden_once_chosen(picker: Page, shop: Shop) -> None:
    shop.answer(OFFERED, 200, {**SLOTS, "days": A_MONTH})
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    dates = picker.get_by_role("group", name="Day", exact=True)
    expect(dates.get_by_role("radio")).to_have_count(6)
    picker.get_by_role("button", name="Later days").click()
    expect(dates.get_by_role("radio")).to_have_count(len(A_MONTH))
    expect(dates.get_by_role("radio", name=A_MONTH[6]["label"], exact=True)).to_be_focused()
    dates.get_by_role("radio", name=A_MONTH[-1]["label"]).check()
    picker.get_by_role("radio", name="9:00 am").check()
    picker.get_by_label("Times shown in").select_option("America/New_York")
    expect(dates.get_by_role("radio", name=A_MONTH[-1]["label"])).to_be_checked()
    confirm(picker)
    assert shop.wait_for(BOOKINGS)[0].body["starts"] == A_MONTH[-1]["slots"][0]["starts"]


def test_where_the_button_for_later_days_does_not_load_all_are_shown(picker: Page, shop: Shop) -> None:
    picker.route("**/advisor-later.js", lambda route: route.abort())
    shop.answer(OFFERED, 200, {**SLOTS, "days": A_MONTH})
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    dates = picker.get_by_role("group", name="Day", exact=True)
    expect(dates.get_by_role("radio")).to_have_count(len(A_MONTH))


def test_a_time_just_taken_keeps_what_was_written(picker: Page, shop: Shop) -> None:
    message = "That time has just been taken. Your details are still here; these are the next times Ines has."
    later = {"label": "Monday 18 January", "slots": [{"starts": "2027-01-18T09:00:00Z", "label": "9:00 am"}]}
    shop.answer(BOOKINGS, 409, {"code": "slot_taken", "message": message, "days": [later]})
    choose(picker, shop, note="Please ring the side door.")
    picker.get_by_role("radio", name="By video").check()
    confirm(picker)
    expect(picker.get_by_role("alert")).to_have_text(message)
    expect(picker.get_by_label("Anything Ines should know?")).to_have_value("Please ring the side door.")
    expect(picker.get_by_role("radio", name="By video")).to_be_checked()
    shop.answer(BOOKINGS, 201, BOOKED)
    picker.get_by_role("radio", name="9:00 am").check()
    confirm(picker)
    expect(picker.get_by_role("dialog", name="Ines is looking forward")).to_be_visible()
    first, second = (request.body for request in shop.wait_for(BOOKINGS, 2))
    assert second["starts"] == "2027-01-18T09:00:00Z"
    assert (second["note"], second["place"]) == (first["note"], first["place"])
    assert first["key"] != second["key"], "another wish has another key"


@pytest.mark.parametrize("comes", [True, False], ids=["late", "never"])
def test_it_opens_once_its_stylesheet_has_answered(picker: Page, shop: Shop, comes: bool) -> None:
    picker.goto(shop.url)
    expect(picker.get_by_role("region")).to_be_visible()
    asked: list[Route] = []
    picker.route("**/steward.css", lambda route: asked.append(route))
    picker.get_by_role("button", name="Choose a time").click()
    dialog = picker.get_by_role("dialog")
    while not asked:
        picker.wait_for_timeout(20)
    picker.wait_for_timeout(100)
    expect(dialog).to_have_count(0)
    asked[0].continue_() if comes else asked[0].abort()
    expect(dialog.get_by_role("radio", name="10:00 am")).to_be_attached()
    assert len(asked) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_what_the_server_refuses_is_said_beside_the_button(picker: Page, shop: Shop, status: int) -> None:
    shop.answer(BOOKINGS, status, {"code": "note_too_long", "message": "The note is too long."})
    choose(picker, shop)
    confirm(picker)
    expect(picker.get_by_role("alert")).to_have_text("The note is too long.")
    expect(picker.get_by_role("radio", name="4:00 pm")).to_be_checked()


@pytest.mark.parametrize("cut", [True, False], ids=["the line is cut", "the server fails"])
def test_trying_again_uses_the_same_key(picker: Page, shop: Shop, cut: bool) -> None:
    choose(picker, shop, note="Kept.")
    keys: list[str] = []

    def fail(route, request) -> None:
        keys.append(request.post_data_json["key"])
        route.abort() if cut else route.fulfill(status=502, body="<html>")

    picker.route(f"**{BOOKINGS}", fail)
    confirm(picker)
    expect(picker.get_by_role("alert")).to_have_text(
        "We couldn't reach the shop just now. Your details are still here."
    )
    expect(picker.get_by_label("Anything Ines should know?")).to_have_value("Kept.")
    picker.unroute(f"**{BOOKINGS}")
    picker.get_by_role("button", name="Try again").click()
    expect(picker.get_by_role("dialog", name="Ines is looking forward")).to_be_visible()
    assert [request.body["key"] for request in shop.wait_for(BOOKINGS)] == keys


def test_two_quick_clicks_book_once(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    picker.get_by_role("button", name="Confirm").evaluate("(node) => { node.click(); node.click(); }")
    expect(picker.get_by_role("dialog", name="Ines is looking forward")).to_be_visible()
    assert len(shop.sent(BOOKINGS)) == 1


def test_without_free_time_it_says_so_and_closes(picker: Page, shop: Shop) -> None:
    shop.answer(OFFERED, 200, {**SLOTS, "days": []})
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    dialog = picker.get_by_role("dialog")
    expect(dialog).to_contain_text("Ines has no free time in the next weeks.")
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_have_count(0)


def test_times_that_do_not_load_can_be_asked_for_again(picker: Page, shop: Shop) -> None:
    shop.answer(OFFERED, 500)
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    expect(picker.get_by_role("alert")).to_have_text("We couldn't reach the shop just now.")
    shop.answer(OFFERED, 200, SLOTS)
    picker.get_by_role("button", name="Try again").click()
    expect(picker.get_by_role("radio", name="10:00 am")).to_be_attached()


def test_a_picker_that_does_not_load_says_so_in_the_invitation(picker: Page, shop: Shop) -> None:
    picker.route("**/advisor-booking.js", lambda route: route.abort())
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    expect(picker.get_by_role("alert")).to_have_text("We couldn't reach the shop just now. Please try again.")
    picker.unroute("**/advisor-booking.js")
    picker.get_by_role("button", name="Choose a time").click()
    expect(picker.get_by_role("dialog")).to_be_visible()


def test_another_zone_asks_again_and_keeps_the_moment(picker: Page, shop: Shop) -> None:
    def slots(request: Request) -> tuple[int, dict]:
        if "New_York" not in request.path:
            return 200, SLOTS
        there = [{"starts": PREFERRED["slots"][0]["starts"], "label": "11:00 am"}]
        day = {"label": "Friday 15 January", "slots": there}
        return 200, {**SLOTS, "zone": "America/New_York", "days": [day]}

    shop.answers[OFFERED] = slots
    choose(picker, shop, note="Kept.")
    picker.get_by_label("Times shown in").select_option("America/New_York")
    expect(picker.get_by_role("radio", name="11:00 am")).to_be_checked()
    expect(picker.get_by_label("Times shown in")).to_be_focused()
    expect(picker.get_by_label("Anything Ines should know?")).to_have_value("Kept.")
    confirm(picker)
    body = shop.wait_for(BOOKINGS)[0].body
    assert (body["zone"], body["starts"]) == ("America/New_York", "2027-01-15T16:00:00Z")


def test_the_note_is_at_most_five_hundred_letters(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    expect(picker.get_by_label("Anything Ines should know?")).to_have_attribute("maxlength", "500")
    expect(picker.get_by_role("dialog")).to_contain_text("This goes to Ines alone.")


@pytest.mark.parametrize("width", [320, 360])
def test_it_fits_a_phone(picker: Page, shop: Shop, width: int) -> None:
    picker.set_viewport_size({"width": width, "height": 640})
    long = {**SLOTS, "advisor": {"name": "Ines " + "Moreau-" * 8, "first_name": "Ines"}}
    shop.answer(OFFERED, 200, long)
    choose(picker, shop)
    dialog = picker.get_by_role("dialog")
    assert dialog.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    for choice in dialog.locator(".choice").all():
        assert (choice.bounding_box() or {})["height"] >= 44


def test_axe_finds_nothing_to_complain_about(picker: Page, shop: Shop) -> None:
    if not AXE.exists():
        pytest.fail("make test installs axe-core")
    choose(picker, shop)
    picker.wait_for_timeout(200)
    picker.add_script_tag(path=AXE)
    found = picker.evaluate("axe.run('steward-booking')")
    assert [(v["id"], json.dumps(v["nodes"][0]["html"])) for v in found["violations"]] == []


def test_a_chosen_time_is_held_and_said_so_without_a_countdown(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    expect(said(picker)).to_have_text("We keep this time for you until 10:10 am.")
    [request] = shop.wait_for(HOLDS)
    assert request.body == {"offer": "offer-1", "starts": "2027-01-15T16:00:00Z", "zone": "Europe/London"}
    assert shop.assets.count("advisor-hold.js") == 1


def test_running_through_times_with_the_arrow_keys_holds_the_one_that_was_meant(
    picker: Page, shop: Shop
) -> None:
    picker.goto(shop.url)
    picker.get_by_role("button", name="Choose a time").click()
    picker.get_by_role("radio", name="10:00 am").check()
    picker.get_by_role("radio", name="11:00 am").check()
    expect(said(picker)).to_contain_text("10:10 am")
    assert [request.body["starts"] for request in shop.sent(HOLDS)] == ["2027-01-14T11:00:00Z"]


def test_it_is_kept_longer_once_on_request_and_the_focus_is_not_lost(picker: Page, shop: Shop) -> None:
    shop.answer(f"{HOLDS}/longer", 200, {"hold": {"until": "10:20 am", "seconds": 1200, "extended": True}})
    choose(picker, shop)
    picker.get_by_role("button", name="Keep it longer").press("Enter")
    expect(said(picker)).to_have_text("We keep this time for you until 10:20 am.")
    expect(picker.get_by_role("button", name="Keep it longer")).to_be_hidden()
    expect(picker.get_by_role("button", name="Confirm")).to_be_focused()


def test_a_hold_that_has_lapsed_says_so_and_the_time_can_still_be_booked(picker: Page, shop: Shop) -> None:
    shop.answer(HOLDS, 200, {"hold": {**HELD["hold"], "seconds": 0}})
    choose(picker, shop)
    expect(said(picker)).to_contain_text("We no longer keep this time for you.")
    confirm(picker)
    expect(picker.get_by_role("dialog", name="Ines is looking forward")).to_be_visible()


def test_leaving_the_form_or_the_page_or_the_day_gives_the_time_back(picker: Page, shop: Shop) -> None:
    held = picker.get_by_text("We keep this time for you until 10:10 am.")
    choose(picker, shop)
    expect(held).to_be_visible()
    picker.get_by_role("radio", name="Thursday 14 January").check()
    shop.wait_for(f"{HOLDS}/release", 1)
    picker.get_by_role("radio", name="10:00 am").check()
    expect(held).to_be_visible()
    picker.keyboard.press("Escape")
    shop.wait_for(f"{HOLDS}/release", 2)
    picker.get_by_role("button", name="Choose a time").click()
    expect(held).to_be_visible(), "opened again, it is held again"
    picker.goto("about:blank")
    shop.wait_for(f"{HOLDS}/release", 3)


def test_what_was_booked_is_not_given_back(picker: Page, shop: Shop) -> None:
    choose(picker, shop)
    expect(said(picker)).to_contain_text("10:10 am")
    confirm(picker)
    dialog = picker.get_by_role("dialog", name="Ines is looking forward")
    dialog.get_by_role("button", name="Close").last.click()
    picker.goto("about:blank")
    assert shop.sent(f"{HOLDS}/release") == []


def test_a_time_that_went_to_somebody_else_is_said_when_it_is_chosen(picker: Page, shop: Shop) -> None:
    message = "That time has just been taken. Your details are still here; these are the next times Ines has."
    later = {"label": "Monday 18 January", "slots": [{"starts": "2027-01-18T09:00:00Z", "label": "9:00 am"}]}
    shop.answer(HOLDS, 409, {"code": "slot_taken", "message": message, "days": [later]})
    choose(picker, shop, note="Kept.")
    expect(picker.get_by_role("alert")).to_have_text(message)
    expect(picker.get_by_role("radio", name="9:00 am")).not_to_be_checked()
    expect(picker.get_by_label("Anything Ines should know?")).to_have_value("Kept.")


@pytest.mark.parametrize("status", [204, 404, 500])
def test_without_a_hold_a_time_is_booked_all_the_same(picker: Page, shop: Shop, status: int) -> None:
    shop.answer(HOLDS, status)
    choose(picker, shop)
    shop.wait_for(HOLDS)
    expect(said(picker)).to_have_text("")
    confirm(picker)
    expect(picker.get_by_role("dialog", name="Ines is looking forward")).to_be_visible()


def test_a_hold_that_does_not_load_is_not_missed(picker: Page, shop: Shop) -> None:
    picker.route("**/advisor-hold.js", lambda route: route.abort())
    choose(picker, shop)
    confirm(picker)
    expect(picker.get_by_role("dialog", name="Ines is looking forward")).to_be_visible()
