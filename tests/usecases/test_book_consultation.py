"""A time that is held: by one customer, once, and never twice over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from app.stores import advisors, bookings, customers
from app.stores.database import Database
from app.stores.outbox import outbox
from app.usecases.book_consultation import Booked, UnableToBook, Wish, book_consultation
from app.usecases.cancel_booking import cancel_booking
from app.usecases.find_offer import UnableToFindOffer
from app.usecases.offer_slots import next_openings, offer_slots
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, Alder, Asked, offer_to, wish

SENDER = "Steward <post@alder.example>"
URL = "https://steward.example"
HALF_AN_HOUR = timedelta(minutes=30)


def offer(database: Database, alder: Alder, customer_id: str = "7001") -> UUID:
    with database.shop(alder.shop_id) as tx:
        return offer_to(tx, customer_id, alder.ines)


def book(
    services: Services,
    alder: Alder,
    wanted: Wish,
    *,
    customer_id: str = "7001",
    queue: Any = None,
    database: Database | None = None,
    now: datetime = NOW,
) -> Booked:
    return book_consultation(
        database or services.database,
        services.live,
        queue if queue is not None else Asked(),
        shop_id=alder.shop_id,
        customer_id=customer_id,
        wish=wanted,
        url=URL,
        link_for=lambda shop_id, booking_id: f"{URL}/appointments/{shop_id}.{booking_id}",
        sender=SENDER,
        now=now,
    )


def letters_of(services: Services, alder: Alder) -> list[Any]:
    with services.database.shop(alder.shop_id) as tx:
        return list(tx.execute(select(outbox).where(outbox.c.shop_id == tx.shop_id)))


def test_a_booking_is_held_with_its_length_and_its_buffers(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    booked = book(services, alder, wish(almas_offer, note="A present"))
    with services.database.shop(alder.shop_id) as tx:
        kept = bookings.one(tx, booked.booking.booking_id)
        busy = bookings.busy_times(tx, now=NOW)
    assert kept == booked.booking
    assert kept is not None
    assert (kept.decision_id, kept.note, kept.state) == (almas_offer, "A present", "booked")
    ends = MONDAY_AT_TEN + timedelta(minutes=45)
    assert kept.ends_at == ends
    assert busy == {alder.ines: [(MONDAY_AT_TEN - timedelta(minutes=10), ends + timedelta(minutes=15))]}


def test_both_get_a_letter_and_neither_says_what_for(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    queue = Asked()
    booked = book(
        services, alder, wish(almas_offer, note="Our anniversary, the sapphire ring, £2,400"), queue=queue
    )
    letters = {letter.recipient: letter for letter in letters_of(services, alder)}
    assert set(letters) == {"alma@clients.example", "ines@alder.example"}
    brief = f"{URL}/desk/briefs/{booked.booking.booking_id}"
    assert brief in letters["ines@alder.example"].body
    assert brief not in letters["alma@clients.example"].body
    for letter in letters.values():
        said = "".join((letter.subject, letter.body, letter.html, letter.ics.replace("\r\n ", ""))).lower()
        for secret in ("anniversary", "sapphire", "ring,", "£", "2,400", "alma", "reyes", "7001"):
            assert secret not in said.replace(letter.recipient, ""), secret
        assert "Monday 23 November, 10:00 am London time" in letter.body


def test_the_invitation_is_for_the_time_that_is_held(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    booked = book(services, alder, wish(almas_offer))
    for letter in letters_of(services, alder):
        [event] = Calendar.from_ical(letter.ics).walk("VEVENT")
        assert letter.ics_method == "REQUEST"
        assert event["DTSTART"].dt == booked.booking.starts_at
        assert event["DTEND"].dt == booked.booking.ends_at
        assert (event["UID"], event["SEQUENCE"]) == (booked.booking.uid, 0)
        assert event["SUMMARY"] == "Appointment at Maison Alder"


def test_what_follows_is_asked_for_after_the_commit(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    queue = Asked()
    booked = book(services, alder, wish(almas_offer), queue=queue)
    letters = [("jobs.post.send", alder.shop_id, str(row.message_id)) for row in letters_of(services, alder)]
    brief = ("jobs.briefs.write", alder.shop_id, str(booked.booking.booking_id))
    assert sorted(queue) == sorted([*letters, brief])


def test_a_refused_booking_leaves_nothing_behind(services: Services, alder: Alder, almas_offer: UUID) -> None:
    queue = Asked()
    with pytest.raises(UnableToBook):
        book(services, alder, wish(almas_offer, MONDAY_AT_TEN + timedelta(minutes=1)), queue=queue)
    assert queue == []
    assert letters_of(services, alder) == []


def test_the_same_wish_under_the_same_key_is_one_booking(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    queue, wanted = Asked(), wish(almas_offer)
    first = book(services, alder, wanted, queue=queue)
    asked = list(queue)
    assert book(services, alder, wanted, queue=queue).booking == first.booking
    assert queue == asked, "nothing is sent twice"


def test_another_wish_under_the_same_key_is_refused(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    wanted = wish(almas_offer)
    book(services, alder, wanted)
    for other in (
        replace(wanted, starts_at=MONDAY_AT_TEN + HALF_AN_HOUR),
        replace(wanted, note="now with a note"),
        replace(wanted, place="phone"),
    ):
        with pytest.raises(UnableToBook, match="key_reused"):
            book(services, alder, other)


def test_who_has_a_booking_ahead_cannot_make_a_second(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    booked = book(services, alder, wish(almas_offer))
    second = wish(almas_offer, MONDAY_AT_TEN + timedelta(hours=3))
    with pytest.raises(UnableToBook, match="already_booked"):
        book(services, alder, second)
    over = booked.booking.ends_at
    later = wish(almas_offer, MONDAY_AT_TEN + timedelta(days=3))
    assert book(services, alder, later, now=over).booking.starts_at == later.starts_at


def test_an_offer_of_somebody_else_or_none_at_all_is_not_found(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        held_out = offer_to(tx, "7005", alder.ines, verdict="quiet")
    for customer_id, decision_id in (("7002", almas_offer), ("7005", held_out), ("7001", uuid4())):
        with pytest.raises(UnableToFindOffer):
            book(services, alder, wish(decision_id), customer_id=customer_id)
        with pytest.raises(UnableToFindOffer), services.database.shop(alder.shop_id) as tx:
            offer_slots(tx, decision_id, customer_id, zone="", now=NOW)


def test_another_house_does_not_find_the_offer(services: Services, alder: Alder, almas_offer: UUID) -> None:
    birch = services.database.open_shop(
        "birch.myshopify.com", name="Birch", timezone="Europe/London", currency="GBP"
    )
    with pytest.raises(UnableToFindOffer):
        book(services, replace(alder, shop_id=birch), wish(almas_offer))


def test_a_taken_time_is_answered_with_what_is_free_instead(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    book(services, alder, wish(almas_offer))
    with pytest.raises(UnableToBook, match="slot_taken") as refused:
        book(services, alder, wish(offer(services.database, alder, "7002")), customer_id="7002")
    assert refused.value.instead is not None
    instead = [slot.starts_at for slot in refused.value.instead.slots]
    assert instead[0] == MONDAY_AT_TEN + timedelta(minutes=90), "10:00–10:45, then both buffers"
    assert MONDAY_AT_TEN not in instead


def test_every_time_the_picker_shows_can_be_booked(services: Services, alder: Alder) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, horizon_days=4)
        first = offer_to(tx, "7001", alder.ines)
        shown = offer_slots(tx, first, "7001", zone="America/Vancouver", now=NOW).slots
    assert len(shown) > 10
    chosen_in_time = NOW + timedelta(minutes=15)
    for slot in shown:
        booked = book(services, alder, wish(first, slot.starts_at), now=chosen_in_time)
        assert (booked.booking.starts_at, booked.booking.ends_at) == (slot.starts_at, slot.ends_at)
        assert cancel(services, alder, booked.booking.booking_id)


def test_all_that_is_offered_in_turn_fills_the_day_without_an_overlap(
    services: Services, alder: Alder
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, horizon_days=4)
    for number in range(8001, 8100):
        offered = offer(services.database, alder, str(number))
        with services.database.shop(alder.shop_id) as tx:
            shown = offer_slots(tx, offered, str(number), zone="", now=NOW).slots
        if not shown:
            break
        book(services, alder, wish(offered, shown[0].starts_at), customer_id=str(number))
    with services.database.shop(alder.shop_id) as tx:
        busy = sorted(bookings.busy_times(tx, now=NOW)[alder.ines])
    assert len(busy) == 10, "five a day from ten to five, 45 minutes and 25 between, on a grid of half hours"
    assert all(ends <= begins for (_, ends), (begins, _) in pairwise(busy))


def test_twenty_at_once_for_one_time_and_exactly_one_has_it(
    services: Services, alder: Alder, wide: Database
) -> None:
    people = [str(number) for number in range(9001, 9021)]
    offers = {person: offer(wide, alder, person) for person in people}

    def attempt(person: str) -> UnableToBook | None:
        try:
            book(services, alder, wish(offers[person]), customer_id=person, database=wide)
        except UnableToBook as error:
            return error
        return None

    with ThreadPoolExecutor(20) as together:
        refusals = [refusal for refusal in together.map(attempt, people) if refusal is not None]
    assert [refusal.code for refusal in refusals] == ["slot_taken"] * 19
    for refusal in refusals:
        assert refusal.instead is not None
        assert MONDAY_AT_TEN not in [slot.starts_at for slot in refusal.instead.slots]


def test_two_bookings_of_one_advisor_stand_in_line(
    services: Services, alder: Alder, almas_offer: UUID, wide: Database
) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        with wide.shop(alder.shop_id) as tx:
            bookings.hold_advisor(tx, alder.ines)
            second = elsewhere.submit(book, services, alder, wish(almas_offer), database=wide)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert second.result(10).booking.starts_at == MONDAY_AT_TEN


def test_twenty_at_once_for_overlapping_times_and_none_overlap(
    services: Services, alder: Alder, wide: Database
) -> None:
    people = [str(number) for number in range(9001, 9021)]
    offers = {person: offer(wide, alder, person) for person in people}

    def attempt(place: int) -> bool:
        starts = MONDAY_AT_TEN + HALF_AN_HOUR * (place % 5)
        try:
            book(
                services, alder, wish(offers[people[place]], starts), customer_id=people[place], database=wide
            )
        except UnableToBook:
            return False
        return True

    with ThreadPoolExecutor(20) as together:
        won = list(together.map(attempt, range(20)))
    with wide.shop(alder.shop_id) as tx:
        busy = sorted(bookings.busy_times(tx, now=NOW)[alder.ines])
    assert len(busy) == sum(won) > 0
    assert all(ends <= begins for (_, ends), (begins, _) in pairwise(busy))


def test_one_customer_twenty_times_at_once_has_one_booking(
    services: Services, alder: Alder, wide: Database, almas_offer: UUID
) -> None:
    with wide.shop(alder.shop_id) as tx:
        advisors.set_hours(tx, alder.margaret, advisors.one(tx, alder.ines).hours)  # type: ignore[union-attr]
        with_margaret = offer_to(tx, "7001", alder.margaret)

    def attempt(place: int) -> str:
        offered = almas_offer if place % 2 else with_margaret
        try:
            book(services, alder, wish(offered, MONDAY_AT_TEN + HALF_AN_HOUR * (place % 6)), database=wide)
        except UnableToBook as refused:
            return refused.code
        return "booked"

    with ThreadPoolExecutor(20) as together:
        outcomes = list(together.map(attempt, range(20)))
    assert sorted(outcomes) == [*["already_booked"] * 19, "booked"]


def test_the_constraint_holds_where_our_code_is_blind(
    services: Services, alder: Alder, almas_offer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(services, alder, wish(almas_offer))
    other = offer(services.database, alder, "7002")
    monkeypatch.setattr(bookings, "busy_times", lambda *_, **__: {})
    with pytest.raises(UnableToBook, match="slot_taken"):
        book(services, alder, wish(other), customer_id="7002")


@pytest.mark.parametrize(("minutes", "fits"), [(0, True), (-1, False)])
def test_the_database_itself_refuses_an_overlap_and_allows_what_only_touches(
    services: Services, alder: Alder, almas_offer: UUID, minutes: int, fits: bool
) -> None:
    booked = book(services, alder, wish(almas_offer)).booking
    begins = booked.ends_at + timedelta(minutes=15 + minutes)
    row = {name: getattr(booked, name) for name in bookings.Booking.__dataclass_fields__}
    row |= {"booking_id": uuid4(), "key": "raw", "busy": Range(begins, begins + HALF_AN_HOUR)}

    def insert_raw() -> None:
        with services.database.shop(alder.shop_id) as tx:
            tx.execute(insert(bookings.bookings).values(shop_id=tx.shop_id, **row))

    if fits:
        insert_raw()
    else:
        with pytest.raises(IntegrityError, match="bookings_no_overlap"):
            insert_raw()


def cancel(services: Services, alder: Alder, booking_id: UUID, queue: Any = None) -> bool:
    return cancel_booking(
        services.database,
        services.live,
        queue if queue is not None else Asked(),
        shop_id=alder.shop_id,
        booking_id=booking_id,
        url=URL,
        sender=SENDER,
        link_for=lambda *_: f"{URL}/appointments/token",
        now=NOW,
    )


def test_a_cancelled_booking_frees_its_time_and_both_are_told(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    booked = book(services, alder, wish(almas_offer)).booking
    queue = Asked()
    assert cancel(services, alder, booked.booking_id, queue)
    assert not cancel(services, alder, booked.booking_id, queue), "a second time changes nothing"
    cancelled = [letter for letter in letters_of(services, alder) if letter.ics_method == "CANCEL"]
    assert {letter.recipient for letter in cancelled} == {"alma@clients.example", "ines@alder.example"}
    assert len(queue) == 2
    for letter in cancelled:
        [event] = Calendar.from_ical(letter.ics).walk("VEVENT")
        assert (event["UID"], event["SEQUENCE"]) == (booked.uid, 1)
    [hers] = [letter for letter in cancelled if letter.recipient == "ines@alder.example"]
    assert hers.subject == "A client has cancelled a time with you"
    assert f"{URL}/desk/bookings/{booked.booking_id}" in hers.body, "where she sees whose it was"
    assert "Alma" not in hers.subject + hers.body
    other = offer(services.database, alder, "7002")
    assert book(services, alder, wish(other), customer_id="7002").booking.starts_at == MONDAY_AT_TEN


def test_a_customer_without_an_address_is_booked_all_the_same(services: Services, alder: Alder) -> None:
    with services.database.shop(alder.shop_id) as tx:
        customers.mention(tx, ["7002"])
    book(services, alder, wish(offer(services.database, alder, "7002")), customer_id="7002")
    assert [letter.recipient for letter in letters_of(services, alder)] == ["ines@alder.example"]


def test_who_sees_vancouver_and_who_sees_london_mean_one_instant(services: Services, alder: Alder) -> None:
    january = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)
    with services.database.shop(alder.shop_id) as tx:
        offered = offer_to(tx, "7001", alder.ines)
        shown = offer_slots(tx, offered, "7001", zone="America/Vancouver", now=january)
    friday_at_four = datetime(2027, 1, 15, 16, 0, tzinfo=UTC)
    assert shown.zone == "America/Vancouver"
    assert friday_at_four in [slot.starts_at for slot in shown.slots]
    wanted = replace(wish(offered, friday_at_four), zone="America/Vancouver")
    book(services, alder, wanted, now=january)
    told = {letter.recipient: letter.body for letter in letters_of(services, alder)}
    assert "Friday 15 January, 9:00 am Vancouver time" in told["alma@clients.example"]
    assert "Friday 15 January, 4:00 pm London time" in told["ines@alder.example"]


def test_the_next_opening_of_each_is_the_first_that_the_picker_shows(
    services: Services, alder: Alder
) -> None:
    book(services, alder, wish(offer(services.database, alder)))
    with services.database.shop(alder.shop_id) as tx:
        first = next_openings(tx, now=NOW)
        shown = offer_slots(tx, offer_to(tx, "7002", alder.ines), "7002", zone="", now=NOW)
        advisors.change(tx, alder.ines, active=False)
        after_leaving = next_openings(tx, now=NOW)
    assert first == {alder.margaret: None, alder.ines: shown.slots[0].starts_at}
    assert after_leaving[alder.ines] is None


def test_an_unknown_zone_becomes_the_houses_own(services: Services, alder: Alder, almas_offer: UUID) -> None:
    with services.database.shop(alder.shop_id) as tx:
        assert offer_slots(tx, almas_offer, "7001", zone="Mars/Olympus", now=NOW).zone == "Europe/London"
    booked = book(services, alder, replace(wish(almas_offer), zone="Mars/Olympus"))
    assert booked.booking.zone == "Europe/London"
