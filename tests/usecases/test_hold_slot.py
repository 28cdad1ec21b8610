"""A time held while the form is open: hers alone, for a while, and never over another."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.stores import advisors, bookings, customers, holds
from app.stores.database import Database, Transaction
from app.stores.day import booked_between, bookings_of
from app.stores.holds import Hold
from app.stores.rekeying import rekey
from app.usecases.book_consultation import UnableToBook
from app.usecases.extend_hold import UnableToExtend, extend_hold
from app.usecases.hold_slot import hold_slot
from app.usecases.offer_slots import next_openings, offer_slots
from app.usecases.release_hold import release_hold
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, Alder, wish
from tests.usecases.test_book_consultation import book, offer

ALMA, BRUNO = "7001", "7002"
AT_ELEVEN_THIRTY = MONDAY_AT_TEN + timedelta(minutes=90)
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def brunos_offer(services: Services, alder: Alder) -> UUID:
    return offer(services.database, alder, BRUNO)


def hold(
    services: Services,
    alder: Alder,
    offered: UUID,
    customer_id: str = ALMA,
    starts_at: datetime = MONDAY_AT_TEN,
    *,
    now: datetime = NOW,
    database: Database | None = None,
) -> Hold:
    with (database or services.database).shop(alder.shop_id) as tx:
        return hold_slot(
            tx, customer_id=customer_id, decision_id=offered, starts_at=starts_at, zone="", now=now
        )


def shown(services: Services, alder: Alder, offered: UUID, customer_id: str, now: datetime = NOW) -> datetime:
    with services.database.shop(alder.shop_id) as tx:
        return offer_slots(tx, offered, customer_id, zone="", now=now).slots[0].starts_at


def test_a_held_time_is_shown_to_her_and_to_nobody_else(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    held = hold(services, alder, almas_offer)
    assert held == Hold(alder.ines, MONDAY_AT_TEN, NOW + TEN_MINUTES, extended=False)
    assert shown(services, alder, almas_offer, ALMA) == MONDAY_AT_TEN
    assert shown(services, alder, brunos_offer, BRUNO) == AT_ELEVEN_THIRTY
    with services.database.shop(alder.shop_id) as tx:
        assert next_openings(tx, now=NOW)[alder.ines] == AT_ELEVEN_THIRTY
    with pytest.raises(UnableToBook, match="slot_taken") as refused:
        book(services, alder, wish(brunos_offer), customer_id=BRUNO)
    assert refused.value.instead is not None
    assert refused.value.instead.slots[0].starts_at == AT_ELEVEN_THIRTY
    with pytest.raises(UnableToBook, match="slot_taken"):
        hold(services, alder, brunos_offer, BRUNO, MONDAY_AT_TEN + timedelta(minutes=30))


def test_she_books_what_is_held_for_her_and_the_hold_is_gone(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    hold(services, alder, almas_offer)
    booked = book(services, alder, wish(almas_offer)).booking
    assert booked.starts_at == MONDAY_AT_TEN
    with services.database.shop(alder.shop_id) as tx:
        assert holds.of_customer(tx, ALMA, now=NOW) is None
        assert tx.execute(select(func.count()).select_from(bookings.bookings)).scalar_one() == 1
    with pytest.raises(UnableToBook, match="already_booked"):
        hold(services, alder, almas_offer, starts_at=AT_ELEVEN_THIRTY)


def test_a_held_time_outlives_the_notice_until_she_confirms(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    notice_ends = MONDAY_AT_TEN - timedelta(hours=24)
    just_in_time = notice_ends - timedelta(minutes=20)
    hold(services, alder, almas_offer, now=just_in_time)
    with services.database.shop(alder.shop_id) as tx:
        extend_hold(tx, customer_id=ALMA, now=just_in_time + timedelta(minutes=9))
    assert book(services, alder, wish(almas_offer), now=notice_ends).booking.starts_at == MONDAY_AT_TEN
    with pytest.raises(UnableToBook, match="slot_taken"):
        hold(services, alder, offer(services.database, alder, "7003"), "7003", now=just_in_time + TEN_MINUTES)


def test_what_the_picker_shows_last_can_still_be_held(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, notice_hours=1)
    for minutes in range(0, 300, 7):
        now = MONDAY_AT_TEN - timedelta(hours=4) + timedelta(minutes=minutes)
        first = shown(services, alder, almas_offer, ALMA, now)
        hold(services, alder, almas_offer, starts_at=first, now=now + timedelta(minutes=14))


def test_choosing_the_same_time_again_is_the_same_hold(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    first = hold(services, alder, almas_offer)
    assert hold(services, alder, almas_offer, now=NOW + timedelta(minutes=5)) == first


def test_choosing_another_time_gives_the_first_up(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    hold(services, alder, almas_offer)
    hold(services, alder, almas_offer, starts_at=AT_ELEVEN_THIRTY)
    assert hold(services, alder, brunos_offer, BRUNO).starts_at == MONDAY_AT_TEN


def test_a_time_that_is_taken_leaves_her_the_one_she_had(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    hold(services, alder, almas_offer)
    hold(services, alder, brunos_offer, BRUNO, AT_ELEVEN_THIRTY)
    with pytest.raises(UnableToBook, match="slot_taken"):
        hold(services, alder, almas_offer, starts_at=AT_ELEVEN_THIRTY)
    assert hold(services, alder, almas_offer).held_until == NOW + TEN_MINUTES


def test_leaving_frees_the_time_at_once(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    hold(services, alder, almas_offer)
    for _ in range(2):
        with services.database.shop(alder.shop_id) as tx:
            release_hold(tx, customer_id=ALMA)
    assert book(services, alder, wish(brunos_offer), customer_id=BRUNO).booking.starts_at == MONDAY_AT_TEN


def test_a_lapsed_hold_frees_the_time_though_nobody_swept(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    hold(services, alder, almas_offer)
    later = NOW + TEN_MINUTES
    assert shown(services, alder, brunos_offer, BRUNO, later) == MONDAY_AT_TEN
    booked = book(services, alder, wish(brunos_offer), customer_id=BRUNO, now=later).booking
    assert booked.starts_at == MONDAY_AT_TEN
    with pytest.raises(UnableToBook, match="slot_taken"):
        book(services, alder, wish(almas_offer), now=later)


def test_a_hold_is_kept_longer_once(services: Services, alder: Alder, almas_offer: UUID) -> None:
    hold(services, alder, almas_offer)
    with services.database.shop(alder.shop_id) as tx:
        longer = extend_hold(tx, customer_id=ALMA, now=NOW + timedelta(minutes=9))
        again = extend_hold(tx, customer_id=ALMA, now=NOW + timedelta(minutes=19))
    assert longer == again == Hold(alder.ines, MONDAY_AT_TEN, NOW + 2 * TEN_MINUTES, extended=True)
    with services.database.shop(alder.shop_id) as tx, pytest.raises(UnableToExtend):
        extend_hold(tx, customer_id=ALMA, now=NOW + 2 * TEN_MINUTES)


def test_a_hold_that_lapses_while_she_asks_for_longer_is_not_promised(
    services: Services, alder: Alder, almas_offer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(services, alder, almas_offer)
    find = holds.of_customer

    def found_and_swept_away(tx: Transaction, customer_id: str, *, now: datetime) -> Hold | None:
        held = find(tx, customer_id, now=now)
        with services.database.shop(alder.shop_id) as other:
            assert holds.release_lapsed(other, now=NOW + TEN_MINUTES)
        return held

    monkeypatch.setattr(holds, "of_customer", found_and_swept_away)
    with services.database.shop(alder.shop_id) as tx, pytest.raises(UnableToExtend):
        extend_hold(tx, customer_id=ALMA, now=NOW + timedelta(minutes=9))


def test_a_hold_counts_towards_the_days_most_for_others(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, most_a_day=1)
    hold(services, alder, almas_offer)
    assert shown(services, alder, almas_offer, ALMA) == MONDAY_AT_TEN
    assert shown(services, alder, brunos_offer, BRUNO) == MONDAY_AT_TEN + timedelta(days=1)


def test_nobody_at_the_desk_sees_a_hold(services: Services, alder: Alder, almas_offer: UUID) -> None:
    hold(services, alder, almas_offer)
    with services.database.shop(alder.shop_id) as tx:
        assert booked_between(tx, since=NOW, until=NOW + timedelta(days=28)) == []
        assert bookings_of(tx, ALMA) == []
        assert bookings.upcoming(tx, ALMA, now=NOW) is None


def test_two_customers_who_turn_out_to_be_one_keep_one_hold(
    services: Services, alder: Alder, almas_offer: UUID, brunos_offer: UUID
) -> None:
    hold(services, alder, almas_offer)
    hold(services, alder, brunos_offer, BRUNO, AT_ELEVEN_THIRTY)
    with services.database.shop(alder.shop_id) as tx:
        assert rekey(tx, BRUNO, ALMA)
        held = holds.of_customer(tx, ALMA, now=NOW)
    assert held is not None
    assert held.starts_at == MONDAY_AT_TEN


def test_twenty_who_choose_overlapping_times_at_once_hold_none_twice(
    services: Services, alder: Alder, wide: Database
) -> None:
    people = [str(8000 + number) for number in range(20)]
    offers = {each: offer(services.database, alder, each) for each in people}
    with services.database.shop(alder.shop_id) as tx:
        customers.mention(tx, people)

    def choose(number: int) -> str:
        whose = people[number]
        at = MONDAY_AT_TEN + timedelta(minutes=30 * (number % 4))
        try:
            hold(services, alder, offers[whose], whose, at, database=wide)
        except UnableToBook as error:
            return error.code
        return "held"

    with ThreadPoolExecutor(20) as together:
        outcomes = list(together.map(choose, range(20)))
    assert set(outcomes) == {"held", "slot_taken"}
    with services.database.shop(alder.shop_id) as tx:
        busy = sorted(bookings.busy_times(tx, now=NOW)[alder.ines])
    assert len(busy) == outcomes.count("held")
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(busy))


def test_a_wish_for_a_held_time_under_a_used_key_is_refused(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    first = wish(almas_offer)
    book(services, alder, first)
    with pytest.raises(UnableToBook, match="key_reused"):
        book(services, alder, replace(first, starts_at=AT_ELEVEN_THIRTY))
