"""Book a time for a client who asks for it herself, on her own page and without an invitation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.slots import Slot
from app.domain.wording import known_zone
from app.queue import Queue
from app.stores import bookings, clients, shops
from app.stores.advisors import Advisor
from app.stores.bookings import Booking, UnableToHold
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.usecases.book_consultation import LONGEST_NOTE, Booked, UnableToBook, free_slot, places_of, tell
from app.usecases.offer_choices import now_led_by
from app.usecases.offer_slots import Picker, pick


@dataclass(frozen=True, slots=True)
class OwnWish:
    """What she asks for; `zone` is hers as she sent it, a `place` we do not offer becomes the first we do."""

    starts_at: datetime
    zone: str
    place: str
    note: str = ""


def may_book(tx: Transaction, customer_id: str) -> bool:
    """This function will tell whether she is a client: she has bought here, or somebody leads her."""
    client = clients.one(tx, customer_id)
    return client is not None and (client.relationship is not None or client.lead_advisor_id is not None)


def offer_own_times(tx: Transaction, customer_id: str, *, zone: str, now: datetime) -> Picker:
    """This function will give the times at which a client can meet who leads her, or the owner.

    Raises UnableToBook: `no_client`, or `already_booked`.
    """
    _refuse(tx, customer_id, now=now)
    return pick(tx, now_led_by(tx, customer_id).advisor_id, zone=zone, now=now, asked_by=customer_id)


def book_own_time(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    customer_id: str,
    wish: OwnWish,
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> Booking:
    """This function will hold a time for a client with who leads her; pressed twice, it is the same booking.

    Raises UnableToBook: `slot_taken` with what is free instead, `already_booked`, or `no_client`.
    """
    with database.shop(shop_id) as tx:
        bookings.hold_customer(tx, customer_id)
        ahead = bookings.upcoming(tx, customer_id, now=now)
        if ahead is not None and ahead.starts_at == wish.starts_at:
            return ahead
        _refuse(tx, customer_id, now=now)
        lead = now_led_by(tx, customer_id)
        bookings.hold_advisor(tx, lead.advisor_id)
        try:
            slot = free_slot(tx, lead, customer_id, wish.starts_at, now=now)
            booking = _booking(tx, customer_id, lead, slot, wish, now=now)
            bookings.add(tx, booking, slot)
        except UnableToHold:
            instead = pick(tx, lead.advisor_id, zone=wish.zone, now=now, asked_by=customer_id)
            raise UnableToBook("slot_taken", instead) from None
        booked = Booked(booking, lead)
        tell(tx, live, queue, booked, url=url, link_for=link_for, sender=sender, now=now)
    return booking


def _refuse(tx: Transaction, customer_id: str, *, now: datetime) -> None:
    if not may_book(tx, customer_id):
        raise UnableToBook("no_client")
    if bookings.upcoming(tx, customer_id, now=now) is not None:
        raise UnableToBook("already_booked")


def _booking(
    tx: Transaction, customer_id: str, lead: Advisor, slot: Slot, wish: OwnWish, *, now: datetime
) -> Booking:
    booking_id, house, places = uuid4(), shops.read(tx), places_of(lead)
    return Booking(
        booking_id=booking_id,
        advisor_id=lead.advisor_id,
        customer_id=customer_id,
        decision_id=None,  # nobody invited her: it counts for neither arm of the experiment
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state="booked",
        place=wish.place if wish.place in places else places[0],
        zone=known_zone(wish.zone) or house.timezone,
        note=wish.note.replace("\x00", "").strip()[:LONGEST_NOTE],
        key=f"own:{booking_id}",
        fingerprint="",
        uid=f"{booking_id}@{house.domain}",
        sequence=0,
        arranged_at=now,
    )
