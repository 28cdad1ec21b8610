"""A time is changed in one transaction: never two, never none, and everybody concerned is told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from app.stores import advisors, bookings, consultations
from app.stores.bookings import bookings as table
from app.stores.relationships import relationships
from app.usecases.book_consultation import UnableToBook
from app.usecases.offer_other_times import offer_other_times
from app.usecases.reschedule_booking import UnableToReschedule
from app.usecases.write_brief import write_brief
from app.wiring import Services
from tests.usecases.moving import MONDAY_AT_TEN, NOW, TUESDAY_AT_ELEVEN, Moving, invited

ZONE = ZoneInfo("Europe/London")


@pytest.fixture
def house(services: Services) -> Moving:
    return Moving(services)


def lead_by(house: Moving, advisor_id: int) -> None:
    with house.services.database.shop(house.shop_id) as tx:
        tx.execute(update(relationships).values(lead_advisor_id=advisor_id))


def test_a_moved_booking_keeps_its_name_and_its_invitation_goes_one_step_up(house: Moving) -> None:
    booking = house.book()
    moved = house.move(booking, TUESDAY_AT_ELEVEN)
    assert (moved.booking_id, moved.uid, moved.sequence) == (booking.booking_id, booking.uid, 1)
    assert (moved.starts_at, moved.ends_at - moved.starts_at) == (TUESDAY_AT_ELEVEN, timedelta(minutes=45))
    assert house.kept(booking) == moved
    for kind in ("customer.rescheduled", "advisor.rescheduled"):
        (letter,) = house.letters(kind)
        assert invited(letter) == ("REQUEST", booking.uid, 1, TUESDAY_AT_ELEVEN)
        assert "Tuesday 24 November, 11:00 am London time" in letter.body
        assert "tenth" not in letter.subject + letter.body + letter.html + letter.ics
    with house.services.database.shop(house.shop_id) as tx:
        free = bookings.busy_times(tx, now=NOW)[house.alder.ines]
    assert len(free) == 1, "the time before is free again"


def test_the_same_time_again_changes_nothing(house: Moving) -> None:
    booking = house.book()
    house.move(booking, TUESDAY_AT_ELEVEN)
    house.move(booking, TUESDAY_AT_ELEVEN)
    assert house.kept(booking).sequence == 1
    assert len(house.letters("customer.rescheduled")) == 1


def test_a_time_that_overlaps_its_own_is_free_for_it(house: Moving) -> None:
    booking = house.book()
    half_past = MONDAY_AT_TEN + timedelta(minutes=30)
    with house.services.database.shop(house.shop_id) as tx:
        picker = offer_other_times(tx, booking, zone="America/Vancouver", now=NOW)
    offered = [slot.starts_at for slot in picker.slots]
    assert half_past in offered
    assert MONDAY_AT_TEN not in offered, "what she has is no other time"
    assert house.move(booking, half_past).starts_at == half_past


def test_what_was_not_said_yet_of_the_time_before_is_not_said_any_more(house: Moving) -> None:
    booking = house.book()
    house.move(booking, TUESDAY_AT_ELEVEN)
    assert house.kinds() == ["advisor.rescheduled", "customer.rescheduled"]
    assert house.kinds("withdrawn") == ["advisor.confirmed", "customer.confirmed"]


def test_a_taken_time_leaves_everything_as_it_was_and_names_others(house: Moving) -> None:
    booking = house.book()
    with house.services.database.shop(house.shop_id) as tx:
        tuesday = TUESDAY_AT_ELEVEN.date()
        advisors.set_time_off(tx, house.alder.ines, [(tuesday, tuesday)], ZONE)
    with pytest.raises(UnableToReschedule) as refused:
        house.move(booking, TUESDAY_AT_ELEVEN)
    assert refused.value.code == "slot_taken"
    assert refused.value.instead is not None
    assert refused.value.instead.slots
    assert house.kept(booking) == booking
    assert house.letters("customer.rescheduled") == []


def test_two_who_want_one_time_do_not_both_get_it(house: Moving) -> None:
    booking = house.book()

    def move(nth: int) -> str:
        try:
            return str(house.move(booking, TUESDAY_AT_ELEVEN + timedelta(minutes=30 * (nth % 2))).sequence)
        except UnableToReschedule as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(move, range(6)))
    kept = house.kept(booking)
    assert kept.sequence == len(house.letters("customer.rescheduled"))
    assert str(kept.sequence) in results
    with house.services.database.shop(house.shop_id) as tx:
        assert len(tx.execute(select(table.c.booking_id)).all()) == 1


def test_a_reschedule_returns_to_the_lead_and_the_stand_in_is_told(house: Moving) -> None:
    jonas = house.add_jonas()
    booking = house.book()
    lead_by(house, house.alder.ines)
    with house.services.database.shop(house.shop_id) as tx:
        given = {"advisor_id": jonas, "stand_in_for": house.alder.ines, "consented_at": NOW}
        tx.execute(update(table).values(**given))
        write_brief(tx, booking.booking_id, now=NOW)
    moved = house.move(booking, TUESDAY_AT_ELEVEN)
    assert (moved.advisor_id, moved.stand_in_for, moved.consented_at) == (house.alder.ines, None, None)
    (gone,) = house.letters("former.moved")
    assert gone.recipient == "jonas@alder.example"
    assert invited(gone) == ("CANCEL", booking.uid, 1, MONDAY_AT_TEN)
    assert house.letters("advisor.rescheduled")[0].recipient == "ines@alder.example"
    with house.services.database.shop(house.shop_id) as tx:
        assert consultations.without_brief(tx, now=NOW) == [booking.booking_id], "Jonas’s is not hers"


def test_a_lead_who_has_left_is_not_returned_to(house: Moving) -> None:
    jonas = house.add_jonas()
    booking = house.book()
    lead_by(house, jonas)
    with house.services.database.shop(house.shop_id) as tx:
        advisors.change(tx, jonas, active=False)
    assert house.move(booking, TUESDAY_AT_ELEVEN).advisor_id == house.alder.ines


def test_what_has_begun_or_is_cancelled_keeps_its_time(house: Moving) -> None:
    booking = house.book()
    with pytest.raises(UnableToReschedule, match="over"):
        house.move(booking, TUESDAY_AT_ELEVEN, now=MONDAY_AT_TEN)
    house.cancel(booking)
    with pytest.raises(UnableToReschedule, match="over"):
        house.move(booking, TUESDAY_AT_ELEVEN)


def test_the_reason_of_a_cancellation_stays_in_the_house(house: Moving) -> None:
    booking = house.book()
    assert house.cancel(booking, by="advisor", reason="Ines has the flu")
    with house.services.database.shop(house.shop_id) as tx:
        row = tx.execute(select(table.c.reason, table.c.cancelled_by)).one()
    assert tuple(row) == ("Ines has the flu", "advisor")
    (hers,) = house.letters("customer.cancelled")
    assert invited(hers) == ("CANCEL", booking.uid, 1, MONDAY_AT_TEN)
    assert "We are sorry." in hers.body
    assert "Choose another time: https://steward.example/appointments/" in hers.body
    assert "flu" not in "".join(row.body + row.html + row.ics + row.subject for row in house.letters())


def test_news_of_the_houses_own_waits_out_her_night_unless_it_would_come_too_late(house: Moving) -> None:
    late = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    house.cancel(house.book(), by="advisor", now=late)
    assert house.letters("customer.cancelled")[0].night == "Europe/London"
    assert house.letters("advisor.cancelled")[0].night == ""


def test_news_of_an_early_morning_does_not_wait(house: Moving) -> None:
    booking = house.book(zone="America/Los_Angeles")  # ten in London is two at night there
    sunday_evening = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # ten in the evening there
    house.move(booking, MONDAY_AT_TEN + timedelta(days=1, hours=1), by="advisor", now=sunday_evening)
    assert house.letters("customer.rescheduled")[0].night == ""


def test_after_a_cancellation_one_other_time_can_be_chosen(house: Moving) -> None:
    booking = house.book()
    house.cancel(booking)
    other = house.again(booking, TUESDAY_AT_ELEVEN)
    assert (other.state, other.sequence, other.starts_at) == ("booked", 0, TUESDAY_AT_ELEVEN)
    assert other.uid != booking.uid
    assert house.again(booking, TUESDAY_AT_ELEVEN) == other, "pressed twice it is one booking"
    assert len(house.letters("customer.confirmed")) == 2
    with house.services.database.shop(house.shop_id) as tx:
        tx.execute(update(table).where(table.c.booking_id == other.booking_id).values(key="else"))
    with pytest.raises(UnableToBook, match="already_booked"):
        house.again(booking, TUESDAY_AT_ELEVEN)


def test_a_month_after_its_end_a_cancelled_booking_leads_nowhere(house: Moving) -> None:
    booking = house.book()
    house.cancel(booking)
    with pytest.raises(UnableToBook, match="over"):
        house.again(booking, TUESDAY_AT_ELEVEN, now=booking.ends_at + timedelta(days=30))
