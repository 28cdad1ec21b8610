"""Nora leaves: Margaret sees what will happen, hands her clients over, and each of them is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from app.stores import advisors, bookings, clients
from app.stores.advisors import Advisor
from tests.journeys.conftest import OpenHouse
from tests.journeys.test_the_memory import inbox, is_sound
from tests.usecases.desk_house import book

FARID, IDA = "7006", "7009"


@pytest.fixture
def nora(open_house: OpenHouse, working_day: None) -> tuple[Advisor, Advisor, UUID]:
    """A fourth advisor, who leads Farid and Ida and is to meet Farid; and Jonas, who is free at that time."""
    with open_house.services.database.shop(open_house.shop_id) as tx:
        jonas = next(each for each in advisors.every(tx) if each.first_name == "Jonas")
        about = {"email": "nora@maison-alder.example", "role": "advisor", "timezone": "Europe/London"}
        nora_id = advisors.add(tx, name="Nora Falk", first_name="Nora", **about)
        for customer in (FARID, IDA):
            clients.lead(tx, customer, nora_id, "Chosen by Margaret.")
        booking = book(tx, FARID, nora_id, _tuesday_noon(open_house.now()))
        nora = next(each for each in advisors.every(tx) if each.advisor_id == nora_id)
    return nora, jonas, booking


def _tuesday_noon(now: datetime) -> datetime:
    """A time in Jonas's hours, two to three weeks ahead, where no other story has put anything."""
    day = now + timedelta(days=14 + (1 - now.weekday()) % 7)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_margaret_hands_noras_clients_to_jonas_and_farid_is_told(
    open_house: OpenHouse, page: Page, nora: tuple[Advisor, Advisor, UUID]
) -> None:
    leaver, taker, booking = nora
    before = len(inbox(open_house, f"client{FARID}@clients.example"))
    page.goto(f"{open_house.sandbox}/admin?path=/admin/advisors/{leaver.advisor_id}/book")
    app = page.frame_locator("iframe[data-app-frame]")
    app.get_by_label("Jonas Lind").check()
    app.get_by_role("button", name="See what would happen").click()
    expect(app.get_by_text("2 clients, one booking ahead.")).to_be_visible()
    expect(app.get_by_text("Keeps its time")).to_be_visible()
    expect(app.get_by_text("Farid")).to_have_count(0)  # clients are named at the desk alone
    is_sound(page, "handover", frame=page.frames[-1])
    app.get_by_role("button", name="Hand over Nora’s clients").click()
    expect(app.get_by_text("Handed over.", exact=False)).to_be_visible()
    letters = open_house.until(
        lambda: inbox(open_house, f"client{FARID}@clients.example")[: -before or None] or None
    )
    assert "Jonas" in letters[0]["text"]
    with open_house.services.database.shop(open_house.shop_id) as tx:
        kept, farid, ida = bookings.one(tx, booking), clients.one(tx, FARID), clients.one(tx, IDA)
        gone = next(each for each in advisors.every(tx) if each.advisor_id == leaver.advisor_id)
    assert kept is not None
    assert farid is not None
    assert ida is not None
    assert (kept.advisor_id, kept.starts_at) == (taker.advisor_id, _tuesday_noon(open_house.now()))
    assert farid.lead_advisor_id == ida.lead_advisor_id == taker.advisor_id
    assert not gone.active
