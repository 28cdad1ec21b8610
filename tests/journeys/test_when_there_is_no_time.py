"""Her advisor is away: she is asked what she would like, sees a colleague, and later goes back to her own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.stores import advisors, bookings, clients, day, relationships, rulebook
from app.stores.advisors import Advisor
from app.usecases.choose_stand_in import choose_stand_in
from app.usecases.update_relationship import publish
from tests.journeys.conftest import OpenHouse
from tests.journeys.shopping import Shopper
from tests.journeys.test_the_memory import inbox, is_sound, sign_in

LEILA = "7012"
NUMBER = "+44 7700 900123"


@pytest.fixture
def away(open_house: OpenHouse) -> Iterator[tuple[Advisor, Advisor]]:
    """Whoever leads Leila's relationship is away for three weeks, and has briefed a colleague."""
    today = open_house.now()
    with open_house.services.database.shop(open_house.shop_id) as tx:
        client = clients.one(tx, LEILA)
        assert client is not None
        lead = next(each for each in advisors.every(tx) if each.advisor_id == client.lead_advisor_id)
        colleague = next(
            each for each in advisors.every(tx) if each.first_name in {"Ines", "Jonas"} - {lead.first_name}
        )
        span = (today.date(), (today + timedelta(days=21)).date())
        advisors.set_time_off(tx, lead.advisor_id, [span], ZoneInfo(lead.timezone))
        choose_stand_in(tx, lead.advisor_id, colleague.advisor_id, by="lead", now=today)
        before = rulebook.read(tx).policy
        rulebook.change_policy(
            tx, replace(before, offer_at="cue", without_opening="choose"), by="Margaret", now=today
        )
    yield lead, colleague
    with open_house.services.database.shop(open_house.shop_id) as tx:
        now = rulebook.read(tx).policy
        rulebook.change_policy(tx, replace(before, version=now.version), by="Margaret", now=today)
        advisors.set_time_off(tx, lead.advisor_id, [], ZoneInfo(lead.timezone))


def test_she_sees_a_colleague_and_goes_back_to_her_own_advisor(
    open_house: OpenHouse, page: Page, away: tuple[Advisor, Advisor]
) -> None:
    lead, colleague = away
    _she_is_asked_what_she_would_like(open_house, page, lead, colleague)
    booked = _she_books_a_call_with_the_colleague(page, colleague)
    letter = _letter(open_house, booked=1)
    assert colleague.first_name in letter["text"]
    page.goto(_link_in(letter))
    expect(page.get_by_text(f"By phone, with {colleague.name}")).to_be_visible()
    _moved_it_is_with_her_own_advisor_again(open_house, page, lead)
    with open_house.services.database.shop(open_house.shop_id) as tx:
        now = bookings.one(tx, booked)
    assert now is not None
    assert (now.advisor_id, now.sequence, now.phone) == (lead.advisor_id, 1, NUMBER)


def test_she_asks_for_a_call_and_her_advisor_finds_it_at_her_desk(
    open_house: OpenHouse, page: Page, context: BrowserContext, away: tuple[Advisor, Advisor]
) -> None:
    lead, _ = away
    _nothing_is_arranged_with_her(open_house)
    _she_is_asked_what_she_would_like(open_house, page, *away, look=False)
    picker = page.get_by_role("dialog")
    picker.get_by_role("button", name="Ask for a call").click()
    picker.get_by_role("button", name="Ask for a call").click()
    expect(picker.locator("#phone-problem")).to_have_text("Please give a telephone number we can call.")
    expect(picker.get_by_label("telephone")).to_be_focused()
    picker.get_by_label("telephone").fill(NUMBER)
    expect(picker.locator("#phone-problem")).to_be_empty()
    picker.get_by_role("radio", name="In the afternoon").check(force=True)
    picker.get_by_label("Anything we should know").fill("A ring for my sister.")
    is_sound(page, "ask-for-a-call")
    picker.get_by_role("button", name="Ask for a call").click()
    expect(picker.get_by_text(f"{lead.first_name} will call you.")).to_be_visible()
    desk = context.new_page()
    sign_in(open_house, desk, lead.first_name)
    desk.get_by_role("link", name=re.compile("call", re.I)).first.click()
    expect(desk.get_by_role("link", name=NUMBER)).to_be_visible()
    expect(desk.get_by_text("A ring for my sister.")).to_be_visible()
    expect(desk.get_by_text("in the afternoon", exact=False).first).to_be_visible()
    is_sound(desk, "a-call-waits")
    desk.get_by_role("button", name=re.compile("^Called: ليلى")).click()
    expect(desk.get_by_text("Nobody is waiting for a call from you.")).to_be_visible()


def _nothing_is_arranged_with_her(house: OpenHouse) -> None:
    """What other stories booked with her, and when she was last invited, is not to stand in the way."""
    with house.services.database.shop(house.shop_id) as tx:
        for row in day.bookings_of(tx, LEILA):
            bookings.cancel(tx, row.booking_id, by="advisor", reason="another story")
        relationships.stand(tx, LEILA, offered_at=None, rest_until=None, dismissals=0)
        house.services.live.erase(house.shop_id, LEILA)  # her visit of that story is over
        publish(tx, house.services.live, LEILA, now=house.now())


def _she_is_asked_what_she_would_like(
    house: OpenHouse, page: Page, lead: Advisor, colleague: Advisor, *, look: bool = True
) -> None:
    shopper = Shopper(house, page)
    shopper.log_in(LEILA)
    shopper.answer_consent()
    shopper.look_at("eternity")
    expect(shopper.invitation).to_be_visible()
    if look:
        is_sound(page, "invitation")
    page.get_by_role("button", name="Choose a time").click()
    picker = page.get_by_role("dialog")
    expect(
        picker.get_by_role("heading", name=f"{lead.first_name} has no time in the next days.")
    ).to_be_focused()
    for words in (f"Wait for {lead.first_name}", f"See {colleague.first_name} instead", "Ask for a call"):
        expect(picker.get_by_role("button", name=words)).to_be_visible()
    if look:
        is_sound(page, "no-time-soon")


def _she_books_a_call_with_the_colleague(page: Page, colleague: Advisor) -> Any:
    picker = page.get_by_role("dialog")
    picker.get_by_role("button", name=f"See {colleague.first_name} instead").click()
    expect(picker.get_by_text(f"45 minutes with {colleague.name}")).to_be_visible()
    picker.get_by_role("radio", name=re.compile("am|pm")).first.check(force=True)
    picker.get_by_role("radio", name="By phone").check(force=True)
    picker.get_by_label("Your telephone number").fill(NUMBER)
    is_sound(page, "picker-by-phone")
    with page.expect_response(re.compile("/apps/steward/bookings")) as answer:
        picker.get_by_role("button", name="Confirm").click()
    expect(
        picker.get_by_text(f"{colleague.first_name} is looking forward to speaking with you.").first
    ).to_be_visible()
    return answer.value.json()["booking"]["id"]


def _moved_it_is_with_her_own_advisor_again(house: OpenHouse, page: Page, lead: Advisor) -> None:
    page.get_by_role("link", name="Choose another time").click()
    expect(page.get_by_text(f"These times are with {lead.name}")).to_be_visible()
    is_sound(page, "another-time")
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Move my appointment").click()
    expect(page.get_by_text("Your new time is kept.", exact=False)).to_be_visible()
    expect(page.get_by_text(f"By phone, with {lead.name}")).to_be_visible()
    letter = _letter(house, booked=2)
    (invitation,) = [part for part in letter["attachments"] if part["type"] == "text/calendar"]
    assert ["SEQUENCE", "1"] in invitation["calendar"], "her calendar moves the entry it has"


def _letter(house: OpenHouse, *, booked: int) -> dict[str, Any]:
    """The newest of so many letters to her."""
    address = f"client{LEILA}@clients.example"
    house.until(lambda: len(inbox(house, address)) >= booked)
    return inbox(house, address)[0]


def _link_in(letter: dict[str, Any]) -> str:
    found = re.search(r"http\S+/appointments?/\S+", letter["text"])
    assert found is not None, letter["text"]
    return found.group(0)
