"""A consultation is kept as it is typed and closes with what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.consultation import UnableToClose, UnableToSave
from app.stores import bookings, clients, consultations, customers
from app.usecases.close_consultation import close_consultation
from app.usecases.read_booking import UnableToFindBooking
from app.usecases.save_consultation import save_consultation
from app.usecases.start_consultation import start_consultation
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, open_house

WELL = {"outcome": "will_decide", "what_1": "Send the sketches", "due_1": "2026-11-28", "minutes": "50"}


@pytest.fixture
def house(services: Services) -> DeskHouse:
    return open_house(services.database)


def begin(services: Services, house: DeskHouse, **typed: str) -> None:
    with services.database.shop(house.shop_id) as tx:
        start_consultation(tx, house.booking, advisor_id=house.ines, now=NOW)
        save_consultation(tx, house.booking, typed, advisor_id=house.ines, at=NOW, now=NOW)


def close(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        close_consultation(
            tx, services.live, house.booking, advisor_id=house.ines, now=NOW + timedelta(minutes=50)
        )


def kept(services: Services, house: DeskHouse) -> consultations.Consultation:
    with services.database.shop(house.shop_id) as tx:
        found = consultations.one(tx, house.booking)
    assert found is not None
    return found


def rows(services: Services, house: DeskHouse, table: Any) -> list[Mapping[str, Any]]:
    with services.database.shop(house.shop_id) as tx:
        return [row._mapping for row in tx.execute(select(table))]


def test_what_is_typed_is_kept_field_by_field(services: Services, house: DeskHouse) -> None:
    begin(services, house, note_opening="She came with her sister.", stage="discovery")
    with services.database.shop(house.shop_id) as tx:
        save_consultation(
            tx, house.booking, {"note_discovery": "Ten years."}, advisor_id=house.ines, at=NOW, now=NOW
        )
    found = kept(services, house)
    assert found.captured == {
        "note_opening": "She came with her sister.",
        "note_discovery": "Ten years.",
    }
    assert found.stage == "discovery"


def test_beginning_twice_keeps_the_first_beginning(services: Services, house: DeskHouse) -> None:
    begin(services, house, note_opening="Kept.")
    with services.database.shop(house.shop_id) as tx:
        again = start_consultation(tx, house.booking, advisor_id=house.ines, now=NOW + timedelta(minutes=9))
    assert (again.started_at, again.captured) == (NOW, {"note_opening": "Kept."})


def test_closing_writes_what_the_pilot_needs(services: Services, house: DeskHouse) -> None:
    learned = {"learned_occasion": "anniversary", "learned_month": "12", "learned_day": "12"}
    begin(services, house, note_decision="Two sapphires.", **WELL, **learned, learned_told="1")
    close(services, house)
    found = kept(services, house)
    assert (found.outcome, found.minutes, found.closed_at) == (
        "will_decide",
        50,
        NOW + timedelta(minutes=50),
    )
    (item,) = rows(services, house, customers.forward_items)
    assert (item["what"], item["due_on"], item["advisor_id"], item["booking_id"]) == (
        "Send the sketches",
        date(2026, 11, 28),
        house.ines,
        house.booking,
    )
    (note,) = rows(services, house, customers.notes)
    assert (note["body"], note["stage"], note["booking_id"]) == ("Two sapphires.", "decision", house.booking)
    with services.database.shop(house.shop_id) as tx:
        (milestone,) = clients.milestones_of(tx, ALMA)
        booking = bookings.one(tx, house.booking)
    assert milestone.milestone.provenance == "stated"
    assert booking is not None
    assert booking.state == "completed"


def test_who_did_not_come_is_noted_so(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        start_consultation(tx, house.booking, advisor_id=house.ines, did_not_come=True, now=NOW)
        save_consultation(
            tx, house.booking, {"nothing_because": "she is ill"}, advisor_id=house.ines, at=NOW, now=NOW
        )
    close(services, house)
    assert kept(services, house).outcome == "no_show"
    with services.database.shop(house.shop_id) as tx:
        booking = bookings.one(tx, house.booking)
    assert booking is not None
    assert booking.state == "no_show"


def test_nothing_closes_without_what_comes_next_and_nothing_is_lost(
    services: Services, house: DeskHouse
) -> None:
    begin(services, house, outcome="bought", note_opening="Kept.")
    with pytest.raises(UnableToClose):
        close(services, house)
    assert kept(services, house).closed_at is None
    assert kept(services, house).captured["note_opening"] == "Kept."
    assert rows(services, house, customers.notes) == []


def test_it_closes_once_and_keeps_nothing_afterwards(services: Services, house: DeskHouse) -> None:
    begin(services, house, **WELL)
    close(services, house)
    with pytest.raises(UnableToSave):
        close(services, house)
    with pytest.raises(UnableToSave), services.database.shop(house.shop_id) as tx:
        save_consultation(tx, house.booking, {"note_opening": "late"}, advisor_id=house.ines, at=NOW, now=NOW)
    assert len(rows(services, house, customers.forward_items)) == 1


def test_a_colleague_cannot_write_into_it(services: Services, house: DeskHouse) -> None:
    begin(services, house)
    with pytest.raises(UnableToFindBooking), services.database.shop(house.shop_id) as tx:
        save_consultation(
            tx, house.booking, {"note_opening": "mine"}, advisor_id=house.jonas, at=NOW, now=NOW
        )
