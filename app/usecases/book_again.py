"""Book another time after one that was cancelled, or to which she did not come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.domain.slots import Slot
from app.domain.wording import known_zone
from app.queue import Queue
from app.stores import bookings, shops
from app.stores.bookings import Booking, UnableToHold
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.usecases.book_consultation import Booked, UnableToBook, free_slot, tell
from app.usecases.offer_other_times import lead_of, offer_other_times

# An old letter opens no new door: so long after its end a booking leads to no other. Dated guess, 2026-11.
STILL_WELCOME = timedelta(days=30)


def may_book_again(booking: Booking, *, now: datetime) -> bool:
    """This function will tell whether a booking that did not come about may lead to another time."""
    return booking.state in ("cancelled", "no_show") and now < booking.ends_at + STILL_WELCOME


def book_again(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    booking_id: UUID,
    starts_at: datetime,
    zone: str,
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> Booking:
    """This function will make a new booking in the place of one that did not come about, with the lead.

    Asked again, the same new booking is the answer. Raises UnableToBook, `slot_taken` with what is free
    instead, `already_booked`, or `over`.
    """
    with database.shop(shop_id) as tx:
        gone = bookings.one(tx, booking_id)
        if gone is None:
            raise UnableToBook("over")
        bookings.hold_customer(tx, gone.customer_id)
        if (made := bookings.under_key(tx, gone.customer_id, _key(gone))) is not None:
            return made
        _refuse(tx, gone, now=now)
        lead = lead_of(tx, gone)
        bookings.hold_advisor(tx, lead.advisor_id)
        try:
            slot = free_slot(tx, lead, gone.customer_id, starts_at, now=now)
            booking = _another(tx, gone, slot, lead.advisor_id, zone, now=now)
            bookings.add(tx, booking, slot)
        except UnableToHold:
            raise UnableToBook("slot_taken", offer_other_times(tx, gone, zone=zone, now=now)) from None
        booked = Booked(booking, lead)
        tell(tx, live, queue, booked, url=url, link_for=link_for, sender=sender, now=now)
    return booking


def _refuse(tx: Transaction, gone: Booking, *, now: datetime) -> None:
    if bookings.upcoming(tx, gone.customer_id, now=now) is not None:
        raise UnableToBook("already_booked")
    if not may_book_again(gone, now=now):
        raise UnableToBook("over")


def _key(gone: Booking) -> str:
    """One booking leads to one other; a client's own keys are uuids and can never be this."""
    return f"again:{gone.booking_id}"


def _another(
    tx: Transaction, gone: Booking, slot: Slot, advisor_id: int, zone: str, *, now: datetime
) -> Booking:
    booking_id, house = uuid4(), shops.read(tx)
    return replace(
        gone,
        booking_id=booking_id,
        advisor_id=advisor_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state="booked",
        zone=known_zone(zone) or gone.zone,
        key=_key(gone),
        fingerprint="",
        uid=f"{booking_id}@{house.domain}",
        sequence=0,
        stand_in_for=None,
        consented_at=None,
        arranged_at=now,
    )
