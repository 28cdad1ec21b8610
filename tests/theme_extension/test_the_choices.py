"""<steward-choices>: where her advisor has no time soon, she is asked, and nothing is decided for her."""

import pytest
from playwright.sync_api import Page, expect

from tests.theme_extension.conftest import OFFER, SLOTS, Shop
from tests.theme_extension.test_the_picker import AXE, BOOKED, BOOKINGS, EVENTS, HELD, HOLDS, OFFERED

CALLS = "/apps/steward/calls"
WHY = "Ines has no time in the next days. What would you like best?"
CHOICES = {
    "why": WHY,
    "offered": [
        {"id": "wait", "label": "Wait for Ines", "about": "The first opening is Friday 15 January, 4:00 pm."},
        {"id": "stand_in", "label": "See Jonas instead", "about": "Ines has briefed Jonas."},
        {"id": "call", "label": "Ask for a call", "about": "A few minutes on the phone with Ines."},
    ],
    "parts": [{"id": "any", "label": "Any time of day"}, {"id": "evening", "label": "In the early evening"}],
}
JONAS = SLOTS | {"advisor": {"name": "Jonas Lind", "first_name": "Jonas"}}


@pytest.fixture
def asked(page: Page, shop: Shop) -> Page:
    """The shop, somebody who is invited, and an advisor without a time soon."""
    shop.answer(EVENTS, 200, {"offer": OFFER})
    shop.answer(BOOKINGS, 201, BOOKED)
    shop.answer(HOLDS, 200, HELD)
    shop.answer(CALLS, 201, {"call": {"advisor": "Ines"}})
    shop.answers[OFFERED] = lambda request: (
        200,
        JONAS if "stand_in=true" in request.path else SLOTS | {"choices": CHOICES},
    )
    return page


def open_choices(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    page.get_by_role("button", name="Choose a time").click()
    expect(page.get_by_role("dialog", name=WHY)).to_be_visible()


def test_the_reason_is_read_first_and_no_time_is_shown_before_she_has_chosen(asked: Page, shop: Shop) -> None:
    open_choices(asked, shop)
    expect(asked.get_by_role("heading", name=WHY)).to_be_focused()
    expect(asked.get_by_role("listitem")).to_have_count(3)
    expect(asked.get_by_role("radio")).to_have_count(0)


def test_waiting_shows_the_leads_own_times(asked: Page, shop: Shop) -> None:
    open_choices(asked, shop)
    asked.keyboard.press("Tab")
    if not asked.get_by_role("button", name="Wait for Ines").evaluate("node => node.matches(':focus')"):
        asked.keyboard.press("Tab")  # past the cross
    asked.keyboard.press("Enter")
    expect(asked.get_by_role("dialog", name="Choose a time with Ines")).to_be_visible()
    asked.get_by_role("radio", name="Friday 15 January").check()
    asked.get_by_role("radio", name="4:00 pm").check()
    asked.get_by_role("button", name="Confirm").click()
    assert "stand_in" not in shop.wait_for(BOOKINGS)[0].body


def test_seeing_the_stand_in_is_said_with_the_booking_and_with_the_hold(asked: Page, shop: Shop) -> None:
    open_choices(asked, shop)
    asked.get_by_role("button", name="See Jonas instead").click()
    expect(asked.get_by_role("dialog", name="Choose a time with Jonas")).to_be_visible()
    expect(asked.get_by_role("dialog")).to_contain_text("45 minutes with Jonas Lind")
    asked.get_by_role("radio", name="Friday 15 January").check()
    asked.get_by_role("radio", name="4:00 pm").check()
    assert shop.wait_for(HOLDS)[0].body["stand_in"] is True
    asked.get_by_role("button", name="Confirm").click()
    assert shop.wait_for(BOOKINGS)[0].body["stand_in"] is True


def test_a_call_is_asked_for_in_her_words(asked: Page, shop: Shop) -> None:
    open_choices(asked, shop)
    asked.get_by_role("button", name="Ask for a call").click()
    expect(asked.get_by_role("heading", name="We'll call you")).to_be_focused()
    asked.get_by_role("button", name="Ask for a call").click()
    expect(asked.get_by_role("alert")).to_have_text("Please give a telephone number we can call.")
    expect(asked.get_by_label("Your telephone number")).to_be_focused()
    assert shop.sent(CALLS) == []
    asked.get_by_label("Your telephone number").fill("+44 1225 000000")
    asked.get_by_role("radio", name="In the early evening").check()
    asked.get_by_label("Anything we should know before we call?").fill("After six.")
    asked.get_by_role("button", name="Ask for a call").click()
    expect(asked.get_by_role("dialog")).to_contain_text("Ines will call you.")
    [request] = shop.wait_for(CALLS)
    assert request.body == {
        "offer": "offer-1", "phone": "+44 1225 000000", "part": "evening", "words": "After six.",
    }  # fmt: skip
    asked.get_by_role("button", name="Close").last.click()
    expect(asked.locator("steward-offer, steward-booking")).to_have_count(0)


def test_a_call_that_could_not_be_kept_is_said_and_what_was_written_stays(asked: Page, shop: Shop) -> None:
    shop.answer(CALLS, 503, {"message": "away"})
    open_choices(asked, shop)
    asked.get_by_role("button", name="Ask for a call").click()
    asked.get_by_label("Your telephone number").fill("+44 1225 000000")
    asked.get_by_role("button", name="Ask for a call").click()
    expect(asked.get_by_role("alert")).to_have_text(
        "We couldn't reach the shop just now. Your details are still here."
    )
    asked.get_by_role("button", name="Back").click()
    asked.get_by_role("button", name="Ask for a call").click()
    expect(asked.get_by_label("Your telephone number")).to_have_value("+44 1225 000000")


def test_closed_and_opened_again_she_is_asked_again(asked: Page, shop: Shop) -> None:
    open_choices(asked, shop)
    asked.get_by_role("button", name="See Jonas instead").click()
    expect(asked.get_by_role("dialog", name="Choose a time with Jonas")).to_be_visible()
    asked.keyboard.press("Escape")
    asked.get_by_role("button", name="Choose a time").click()
    expect(asked.get_by_role("dialog", name=WHY)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_cut_off(asked: Page, shop: Shop, width: int) -> None:
    asked.set_viewport_size({"width": width, "height": 740})
    open_choices(asked, shop)
    asked.add_script_tag(path=AXE)
    for _ in range(2):
        found = asked.evaluate("axe.run('steward-booking')")
        assert [each["id"] for each in found["violations"]] == []
        wide = asked.evaluate("document.querySelector('steward-booking').shadowRoot.querySelector('dialog')"
                              ".scrollWidth")  # fmt: skip
        assert wide <= width
        if asked.get_by_role("listitem").count():
            asked.get_by_role("button", name="Ask for a call").click()
