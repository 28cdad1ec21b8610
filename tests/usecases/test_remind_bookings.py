"""Appointments are brought to mind once per reminder, by day, and not when they are over or gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.stores import outbox, shops
from app.stores.bookings import bookings as table
from app.usecases.send_letter import send_letter
from app.usecases.sweep_outbox import sweep_outbox
from app.wiring import Services
from tests.usecases.moving import MONDAY_AT_TEN, NOW, SENDER, TUESDAY_AT_ELEVEN, Moving

THURSDAY_AT_THREE = MONDAY_AT_TEN + timedelta(days=3, hours=5)
TWO_DAYS_BEFORE = THURSDAY_AT_THREE - timedelta(days=2)
TWO_HOURS_BEFORE = THURSDAY_AT_THREE - timedelta(hours=2)


@pytest.fixture
def house(services: Services) -> Moving:
    return Moving(services)


def test_both_are_reminded_two_days_and_two_hours_before_and_each_time_once(house: Moving) -> None:
    house.book(THURSDAY_AT_THREE)
    assert house.remind(TWO_DAYS_BEFORE - timedelta(minutes=1)) == 0
    assert house.remind(TWO_DAYS_BEFORE) == 2
    assert house.remind(TWO_DAYS_BEFORE + timedelta(minutes=1)) == 0
    assert house.remind(TWO_HOURS_BEFORE) == 2
    assert house.remind(TWO_HOURS_BEFORE + timedelta(minutes=1)) == 0
    (letter,) = house.letters("customer.reminder_2")
    assert "We look forward to seeing you on Thursday 26 November, 3:00 pm London time." in letter.body
    assert letter.ics == "", "the invitation is in her calendar, and nothing in it has changed"
    (notice,) = house.letters("advisor.reminder_2")
    assert "Alma" not in notice.subject + notice.body + notice.html


def test_a_sweep_that_was_away_says_only_the_last_word(house: Moving) -> None:
    house.book(THURSDAY_AT_THREE)
    assert house.remind(TWO_HOURS_BEFORE + timedelta(minutes=30)) == 2
    assert "customer.reminder_48" not in house.kinds()
    assert house.remind(THURSDAY_AT_THREE) == 0, "it has begun"


def test_an_earlier_reminder_that_has_not_gone_gives_way(house: Moving) -> None:
    house.book(THURSDAY_AT_THREE)
    house.remind(TWO_DAYS_BEFORE)
    house.remind(TWO_HOURS_BEFORE)
    assert house.kinds("withdrawn") == ["advisor.reminder_48", "customer.reminder_48"]


def test_a_moved_booking_is_reminded_of_at_its_new_time(house: Moving) -> None:
    booking = house.book(THURSDAY_AT_THREE)
    house.remind(TWO_DAYS_BEFORE)
    house.move(booking, TUESDAY_AT_ELEVEN + timedelta(days=7), now=TWO_DAYS_BEFORE)
    assert house.remind(TWO_HOURS_BEFORE) == 0
    assert house.remind(TUESDAY_AT_ELEVEN + timedelta(days=5)) == 2
    assert "Tuesday 1 December" in house.letters("customer.reminder_48")[-1].body


def test_a_cancelled_booking_is_not_reminded_of_nor_is_what_waits_said(house: Moving) -> None:
    booking = house.book(THURSDAY_AT_THREE)
    house.remind(TWO_DAYS_BEFORE)
    house.cancel(booking)
    assert house.remind(TWO_HOURS_BEFORE) == 0
    assert house.kinds() == ["advisor.cancelled", "customer.cancelled"]


def test_a_reminder_that_nobody_could_send_goes_no_more_once_it_has_begun(house: Moving) -> None:
    house.book(THURSDAY_AT_THREE)
    house.remind(TWO_HOURS_BEFORE)
    (waiting,) = house.letters("customer.reminder_2")
    with house.services.database.shop(house.shop_id) as tx:
        late = outbox.lease(tx, waiting.message_id, lasts=timedelta(minutes=1), now=THURSDAY_AT_THREE)
    assert late is None
    sweep_outbox(house.services.database, house.services.queue, shop_id=house.shop_id, now=THURSDAY_AT_THREE)
    assert house.kinds("withdrawn") == ["advisor.reminder_2", "customer.reminder_2"]


def test_a_booking_somebody_is_changing_waits_for_the_next_sweep(house: Moving) -> None:
    booking = house.book(THURSDAY_AT_THREE)
    with house.services.database.shop(house.shop_id) as tx:
        tx.execute(update(table).where(table.c.booking_id == booking.booking_id).values(note="changed"))
        assert house.remind(TWO_DAYS_BEFORE) == 0
    assert house.remind(TWO_DAYS_BEFORE) == 2


def test_who_did_not_come_is_written_to_only_where_the_house_wants_it(house: Moving) -> None:
    booking = house.book()
    with house.services.database.shop(house.shop_id) as tx:
        tx.execute(update(table).values(state="no_show"))
    after = booking.ends_at + timedelta(hours=2)
    assert house.remind(after) == 0
    with house.services.database.shop(house.shop_id) as tx:
        shops.say_where(tx, address="", writes_if_missed=True)
    assert house.remind(after) == 1
    assert house.remind(after) == 0
    (letter,) = house.letters("customer.missed")
    assert letter.subject == "Sorry we missed each other"
    assert "/appointments/" in letter.body
    house.again(booking, TUESDAY_AT_ELEVEN, now=after - timedelta(days=1))
    assert house.remind(after) == 0


def test_the_night_is_waited_out_however_often_a_letter_was_tried(house: Moving) -> None:
    """A mail server that was away until ten in the evening does not make us ring at ten."""
    house.book(MONDAY_AT_TEN + timedelta(days=3), now=NOW)  # ten in the morning: at eight the day itself
    evening = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    house.remind(evening)
    (letter,) = house.letters("customer.reminder_48")

    class Nobody:
        def send(self, *_: object, **__: object) -> None:
            raise AssertionError("nothing is said at night")

    became = send_letter(
        house.services.database,
        Nobody(),
        shop_id=house.shop_id,
        message_id=letter.message_id,
        sender=SENDER,
        lease=timedelta(seconds=60),
        now=evening,
    )
    assert became == "postponed"
    assert house.letters("customer.reminder_48")[0].due_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
