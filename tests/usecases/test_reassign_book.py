"""Somebody leaves: clients, bookings, calls and promises go to others in one step, and the past stays."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select

from app.stores import advisors, bookings, calls_back, clients, consultations, customers
from app.stores.bookings import Booking
from app.stores.calls_back import Call
from app.stores.customers import forward_items
from app.stores.database import Transaction
from app.stores.outbox import outbox
from app.stores.outreach import outreach
from app.usecases.book_consultation import book_consultation
from app.usecases.find_seats import find_seat
from app.usecases.plan_handover import Plan, UnableToHandOver, plan_handover
from app.usecases.reassign_book import reassign_book
from app.usecases.update_relationship import load_cold, update_relationship
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, WEEKDAYS, Alder, Asked, offer_to, open_alder, wish

ALMA, GRACE = "7001", "7005"
SENDER, URL = "Steward <post@alder.example>", "https://steward.example"


@pytest.fixture
def alder(services: Services) -> Alder:
    """The house with Jonas beside Ines; Margaret keeps weekdays, too."""
    alder = open_alder(services.database)
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_hours(tx, alder.margaret, WEEKDAYS)
        customers.put(tx, GRACE, first_name="Grace", last_name="Okafor", email="grace@clients.example")
        for customer_id in (ALMA, GRACE):
            clients.lead(tx, customer_id, alder.ines, "Ines advised on 3 of 3 orders.")
    return alder


@pytest.fixture
def jonas(services: Services, alder: Alder) -> int:
    with services.database.shop(alder.shop_id) as tx:
        jonas = advisors.add(
            tx, name="Jonas Lind", first_name="Jonas", email="jonas@alder.example", role="advisor",
            timezone="Europe/London",
        )  # fmt: skip
        advisors.set_hours(tx, jonas, WEEKDAYS)
    return jonas


def booked(services: Services, alder: Alder, customer_id: str, at: datetime, *, advisor: int) -> Booking:
    with services.database.shop(alder.shop_id) as tx:
        offer = offer_to(tx, customer_id, advisor)
    return book_consultation(
        services.database, services.live, Asked(), shop_id=alder.shop_id, customer_id=customer_id,
        wish=wish(offer, at), url=URL, link_for=link, sender=SENDER, now=NOW,
    ).booking  # fmt: skip


def link(_shop: int, booking_id: UUID) -> str:
    return f"{URL}/appointments/{booking_id}"


def leaves(services: Services, alder: Alder, *to: int) -> Plan:
    return reassign_book(
        services.database, services.live, Asked(), shop_id=alder.shop_id, leaver_id=alder.ines, to=to,
        url=URL, link_for=link, sender=SENDER, now=NOW,
    )  # fmt: skip


def read(services: Services, alder: Alder, booking: Booking) -> Any:
    with services.database.shop(alder.shop_id) as tx:
        its = bookings.bookings.c.booking_id == booking.booking_id
        return tx.execute(select(bookings.bookings).where(its)).one()


def letters_to(tx: Transaction, recipient: str) -> list[Any]:
    return list(tx.execute(select(outbox).where(outbox.c.recipient == recipient).order_by(outbox.c.sequence)))


def test_a_booking_keeps_its_time_where_that_is_free_and_everybody_is_told(
    services: Services, alder: Alder, jonas: int
) -> None:
    booking = booked(services, alder, ALMA, MONDAY_AT_TEN, advisor=alder.ines)
    done = leaves(services, alder, jonas)
    assert (len(done.kept), len(done.asked)) == (1, 0)
    row = read(services, alder, booking)
    assert (row.advisor_id, row.moved_from, row.state) == (jonas, alder.ines, "booked")
    assert (row.starts_at, row.ends_at) == (booking.starts_at, booking.ends_at)
    with services.database.shop(alder.shop_id) as tx:
        for recipient, method in (
            ("alma@clients.example", "REQUEST"),
            ("jonas@alder.example", "REQUEST"),
            ("ines@alder.example", "CANCEL"),
        ):
            letter = letters_to(tx, recipient)[-1]
            assert letter.ics_method == method
            [event] = Calendar.from_ical(letter.ics).walk("VEVENT")
            assert (str(event["UID"]), int(event["SEQUENCE"])) == (booking.uid, booking.sequence + 1)


def test_a_time_that_is_taken_is_given_back_and_she_is_asked_and_called(
    services: Services, alder: Alder, jonas: int
) -> None:
    booking = booked(services, alder, ALMA, MONDAY_AT_TEN, advisor=alder.ines)
    booked(services, alder, "7009", MONDAY_AT_TEN, advisor=jonas)
    done = leaves(services, alder, jonas)
    assert (len(done.kept), len(done.asked)) == (0, 1)
    assert read(services, alder, booking).state == "cancelled"
    with services.database.shop(alder.shop_id) as tx:
        [call] = calls_back.open_calls(tx)
        letter = letters_to(tx, "alma@clients.example")[-1]
    assert (call.customer_id, call.advisor_id, call.reason) == (ALMA, jonas, "moved")
    assert letter.ics_method == "CANCEL"
    assert link(0, booking.booking_id) in letter.body, "she can choose again at once"


def test_two_bookings_of_hers_never_land_on_one_time_of_his(
    services: Services, alder: Alder, jonas: int
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, jonas, most_a_day=1)
    booked(services, alder, ALMA, MONDAY_AT_TEN, advisor=alder.ines)
    booked(services, alder, GRACE, MONDAY_AT_TEN + timedelta(hours=3), advisor=alder.ines)
    with services.database.shop(alder.shop_id) as tx:
        plan = plan_handover(tx, alder.ines, [jonas], now=NOW)
    assert [each.slot is not None for each in plan.bookings] == [True, False]
    done = leaves(services, alder, jonas)
    assert [each.slot for each in done.bookings] == [each.slot for each in plan.bookings], "as it was shown"


def test_the_clients_are_led_by_who_took_over_and_no_order_changes_it_back(
    services: Services, alder: Alder, jonas: int
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        update_relationship(tx, services.live, ALMA, now=NOW)
    load_cold(services.database, services.live, alder.shop_id, ALMA, now=NOW)
    leaves(services, alder, jonas)
    with services.database.shop(alder.shop_id) as tx:
        update_relationship(tx, services.live, ALMA, now=NOW)
        alma = clients.one(tx, ALMA)
    assert alma is not None
    assert (alma.lead_advisor_id, alma.lead_reason) == (jonas, "Took over from Ines in November 2026.")
    known, _ = load_cold(services.database, services.live, alder.shop_id, GRACE, now=NOW)
    assert known.lead_id == jonas, "the storefront hears of it"


def test_a_book_is_spread_by_who_leads_the_fewest(services: Services, alder: Alder, jonas: int) -> None:
    with services.database.shop(alder.shop_id) as tx:
        for n in range(8):
            customers.put(tx, f"80{n:02}", first_name="A client")
            clients.lead(tx, f"80{n:02}", alder.margaret if n < 2 else alder.ines, "")
    done = leaves(services, alder, jonas, alder.margaret)
    assert Counter(done.shares.values()) == {jonas: 5, alder.margaret: 3}, (
        "five each, with her two from before"
    )


def test_what_was_promised_and_not_sent_goes_along_and_what_is_past_stays(
    services: Services, alder: Alder, jonas: int
) -> None:
    past = NOW - timedelta(days=30)
    with services.database.shop(alder.shop_id) as tx:
        offer = offer_to(tx, ALMA, alder.ines)
        old = Booking(
            uuid4(), alder.ines, ALMA, offer, past, past + timedelta(minutes=45), "completed", "shop",
            "Europe/London", "", "old", "", "old", 0,
        )  # fmt: skip
        row = {name: getattr(old, name) for name in Booking.__dataclass_fields__}
        tx.execute(insert(bookings.bookings).values(shop_id=tx.shop_id, busy=f"[{past},{past}]", **row))
        consultations.promise(tx, ALMA, "Clean the band", NOW.date(), advisor_id=alder.ines)
        letter_id = uuid4()
        letter = {"customer_id": ALMA, "advisor_id": alder.ines, "channel": "email", "state": "waiting"}
        tx.execute(insert(outreach).values(shop_id=tx.shop_id, outreach_id=letter_id, begun_at=NOW, **letter))
        asked = Call(ALMA, alder.ines, None, "asked", "01225", "any", "")
        calls_back.owe(tx, asked, now=NOW)
    leaves(services, alder, jonas)
    kept = read(services, alder, old)
    assert (kept.advisor_id, kept.moved_from, kept.state) == (alder.ines, None, "completed")
    with services.database.shop(alder.shop_id) as tx:
        assert tx.execute(select(forward_items.c.advisor_id)).scalars().all() == [jonas]
        assert tx.execute(select(outreach.c.advisor_id, outreach.c.state)).all() == [(jonas, "draft")]
        assert [row.advisor_id for row in calls_back.open_calls(tx)] == [jonas]


def test_the_leaver_is_not_offered_and_does_not_sit_at_the_desk(
    services: Services, alder: Alder, jonas: int
) -> None:
    leaves(services, alder, jonas)
    with services.database.shop(alder.shop_id) as tx:
        ines = advisors.one(tx, alder.ines)
    assert ines is not None
    assert not ines.active
    assert find_seat(services.database, alder.shop_id, alder.ines) is None


def test_a_book_goes_to_others_who_work_here_or_nowhere(services: Services, alder: Alder, jonas: int) -> None:
    with services.database.shop(alder.shop_id) as tx:
        left = advisors.add(
            tx, name="Lea", first_name="Lea", email="", role="advisor", timezone="Europe/London"
        )
        advisors.change(tx, left, active=False)
    for to in ((), (alder.ines,), (jonas, alder.ines), (left,), (jonas, 999)):
        with pytest.raises(UnableToHandOver):
            leaves(services, alder, *to)
    with services.database.shop(alder.shop_id) as tx, pytest.raises(UnableToHandOver):
        plan_handover(tx, alder.margaret, [jonas], now=NOW)
    with services.database.shop(alder.shop_id) as tx:
        alma = clients.one(tx, ALMA)
    assert alma is not None
    assert alma.lead_advisor_id == alder.ines, "nothing was half done"
