"""Give a booking another time, with the lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.domain.wording import known_zone
from app.queue import Queue
from app.stores import advisors, bookings
from app.stores.advisors import Advisor
from app.stores.bookings import Booking, UnableToHold, Who
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.usecases.book_consultation import free_slot
from app.usecases.offer_other_times import lead_of, offer_other_times
from app.usecases.offer_slots import Picker
from app.usecases.owe_letters import correspondence, owe_rescheduled
from app.usecases.update_relationship import publish


class UnableToReschedule(Exception):
    """The booking keeps its time: `slot_taken`, with what is free `instead`, or it is `over`.

    With `slot_taken` another time may work; what is over stays so.
    """

    def __init__(self, code: str, instead: Picker | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.instead = instead


def reschedule_booking(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    booking_id: UUID,
    starts_at: datetime,
    zone: str,
    by: Who,
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> Booking:
    """This function will move a booking to a time the lead has free, and tell everybody concerned.

    In one transaction, by the picker's own function; the same time again changes nothing. `zone` is the
    shopper's, "" where it stays what it was. Raises UnableToReschedule.
    """
    with database.shop(shop_id) as tx:
        was, lead = _hold(tx, booking_id, now=now)
        if (was.starts_at, was.advisor_id) == (starts_at, lead.advisor_id):
            return was
        booking = _move(tx, was, lead, starts_at, known_zone(zone) or was.zone, now=now)
        former = advisors.one(tx, was.advisor_id) if was.advisor_id != lead.advisor_id else None
        about = correspondence(tx, lead, booking, sender=sender, now=now)
        own_link = link_for(shop_id, booking_id)
        owe_rescheduled(tx, queue, about, was=was, by=by, former=former, url=url, own_link=own_link)
        publish(tx, live, booking.customer_id, now=now)
    return booking


def _hold(tx: Transaction, booking_id: UUID, *, now: datetime) -> tuple[Booking, Advisor]:
    """Lock customer, then advisors in their order, then the booking: as whoever books does."""
    seen = bookings.one(tx, booking_id)
    if seen is None:
        raise UnableToReschedule("over")
    bookings.hold_customer(tx, seen.customer_id)
    lead = lead_of(tx, seen)
    for advisor_id in sorted({seen.advisor_id, lead.advisor_id}):
        bookings.hold_advisor(tx, advisor_id)
    booking = bookings.one(tx, booking_id, lock=True)
    if booking is None or booking.state != "booked" or booking.starts_at <= now:
        raise UnableToReschedule("over")
    return booking, lead


def _move(
    tx: Transaction, was: Booking, lead: Advisor, starts_at: datetime, zone: str, *, now: datetime
) -> Booking:
    try:
        slot = free_slot(tx, lead, was.customer_id, starts_at, now=now, moving=was.booking_id)
        return bookings.move(tx, was, slot, advisor_id=lead.advisor_id, zone=zone, now=now)
    except UnableToHold:
        instead = offer_other_times(tx, was, zone=zone, now=now)
        raise UnableToReschedule("slot_taken", instead) from None
