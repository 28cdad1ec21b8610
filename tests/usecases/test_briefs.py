"""Briefs are written once, found by whoever may read them, and silent where they must be."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.domain.learned import LearnedDate
from app.stores import clients, consultations, customers
from app.stores.bookings import bookings
from app.stores.decisions import decisions
from app.stores.relationships import relationships
from app.usecases.handle_date import handle_date, silence_guess
from app.usecases.learn_date import keep_date
from app.usecases.open_brief import open_brief
from app.usecases.read_booking import UnableToFindBooking
from app.usecases.write_brief import UnableToWriteBrief, write_brief
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, book, open_house

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def house(services: Services) -> DeskHouse:
    return open_house(services.database)


def test_a_brief_is_written_once_and_stays_as_it_was(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        first = write_brief(tx, house.booking, now=NOW)
        customers.add_note(tx, ALMA, "She called.", at=NOW)
        again = write_brief(tx, house.booking, now=LATER)
        kept = consultations.brief(tx, house.booking)
    assert again == first
    assert kept is not None
    assert (kept.written_at, kept.opened_at) == (NOW, None)
    assert first.her_note == "Ten years!"
    assert first.lead == "Ines advised on all of them."


def test_a_brief_is_written_on_a_decision_of_another_engine(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        meant = write_brief(tx, house.booking, now=NOW)
        kept = tx.execute(select(decisions.c.record)).scalar_one()
        kept["decision"]["mood"] = 3
        tx.execute(update(decisions).values(record=kept | {"engine": "2031.01"}))
        assert write_brief(tx, house.booking, now=NOW, again=True) == meant
        tx.execute(update(decisions).values(record={"engine": "2031.01"}))
        assert write_brief(tx, house.booking, now=NOW, again=True).invited == ()


def test_opening_writes_what_the_worker_has_not_and_notes_the_first_time(
    services: Services, house: DeskHouse
) -> None:
    for now in (NOW, LATER):
        with services.database.shop(house.shop_id) as tx:
            open_brief(tx, house.booking, reader=house.ines, now=now)
    with services.database.shop(house.shop_id) as tx:
        kept = consultations.brief(tx, house.booking)
    assert kept is not None
    assert kept.opened_at == NOW


def test_the_booked_advisor_the_lead_and_the_owner_may_read_it_and_nobody_else(
    services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        for reader in (house.ines, house.margaret):
            open_brief(tx, house.booking, reader=reader, now=NOW)
        with pytest.raises(UnableToFindBooking):
            open_brief(tx, house.booking, reader=house.jonas, now=NOW)
        tx.execute(update(relationships).values(lead_advisor_id=house.jonas))
        open_brief(tx, house.booking, reader=house.jonas, now=NOW)


def test_the_sweeper_finds_bookings_still_to_come_without_a_brief(
    services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        book(tx, ALMA, house.jonas, NOW - timedelta(days=3))
        book(tx, ALMA, house.jonas, NOW + timedelta(days=3), state="cancelled")
        assert consultations.without_brief(tx, now=NOW) == [house.booking]
        write_brief(tx, house.booking, now=NOW)
        assert consultations.without_brief(tx, now=NOW) == []


def test_a_cancelled_booking_gets_none(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(bookings).values(state="cancelled"))
        with pytest.raises(UnableToWriteBrief):
            write_brief(tx, house.booking, now=NOW)


def test_a_date_marked_do_not_use_leaves_the_brief_that_was_written(
    services: Services, house: DeskHouse
) -> None:
    learned = LearnedDate("anniversary", "Tomas", 12, 12, 2016, told=True)
    with services.database.shop(house.shop_id) as tx:
        keep_date(tx, ALMA, learned, now=NOW)
        open_brief(tx, house.booking, reader=house.ines, now=NOW)
        (kept,) = clients.milestones_of(tx, ALMA)
        handle_date(tx, services.live, ALMA, kept.milestone_id, "do_not_use", now=LATER)
        brief = consultations.brief(tx, house.booking)
    assert brief is not None
    assert (brief.opened_at, brief.written_at) == (NOW, LATER)
    for trace in ("Tomas", "12 December", "tenth anniversary", "12.12.2016"):
        assert trace not in json.dumps(dict(brief.content)), trace


def test_a_guess_can_be_silenced_and_stays_silent(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        before = write_brief(tx, house.booking, now=NOW)
        on = before.dates[0].on
        assert on is not None
        silence_guess(tx, services.live, ALMA, on.month, on.day, now=LATER)
        after = write_brief(tx, house.booking, now=LATER)
        open_ones = tx.execute(select(relationships.c.customer_id)).scalars().all()
    assert [date.mark for date in after.dates] == ["never"]
    assert open_ones == [ALMA]
