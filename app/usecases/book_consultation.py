"""Hold a time for a customer and the advisor she was offered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from app.domain import places
from app.domain.places import Meeting
from app.domain.slots import Slot
from app.domain.wording import known_zone
from app.queue import Queue
from app.stores import advisors, bookings, holds, shops
from app.stores.advisors import Advisor
from app.stores.bookings import Booking, UnableToHold
from app.stores.database import Database, Transaction
from app.stores.decisions import Offer
from app.stores.live import Live
from app.usecases.find_offer import find_offer
from app.usecases.offer_choices import UnableToStandIn, Whose, whose_time
from app.usecases.offer_slots import Picker, openings_of, pick
from app.usecases.owe_letters import correspondence, owe_confirmation
from app.usecases.settle_offer import settle_offer
from app.usecases.update_relationship import publish

Place = Literal["shop", "phone", "video"]
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shopper asks for; `zone` is hers as she sent it, `key` the same on each attempt at one wish."""

    decision_id: UUID
    starts_at: datetime
    zone: str
    place: Place
    note: str
    key: str
    stand_in: bool = False  # she has chosen to see the lead's stand-in
    phone: str = ""  # where she wants to be called

    @property
    def fingerprint(self) -> str:
        """This property tells two wishes under one key apart, without holding what they say."""
        at = self.starts_at.astimezone(UTC).isoformat()
        said = [str(self.decision_id), at, self.zone, self.place, self.note]
        said += ["stand_in"] if self.stand_in else []
        said += [self.phone] if self.phone else []
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking with whom it is."""

    booking: Booking
    advisor: Advisor


class UnableToBook(Exception):
    """The time cannot be held: `slot_taken`, `already_booked`, `key_reused`, `no_stand_in` or `place_gone`.

    With `slot_taken` comes what is free instead; a new wish may work. The others stay as they are.
    """

    def __init__(self, code: str, instead: Picker | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.instead = instead


def book_consultation(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    customer_id: str,
    wish: Wish,
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> Booked:
    """This function will hold a time; the same wish under the same key is answered with the same booking.

    `url` is the product's own address, `link_for` makes the customer's own to a booking, `sender` is the
    address the house writes from. Raises UnableToFindOffer and
    UnableToBook.
    """
    with database.shop(shop_id) as tx:
        offer = find_offer(tx, wish.decision_id, customer_id)
        bookings.hold_customer(tx, customer_id)
        earlier = _earlier(tx, offer, wish, now=now)
        if earlier is not None:
            return Booked(earlier, _advisor(tx, earlier.advisor_id))
        booked = _hold(tx, offer, wish, now=now)
        tell(tx, live, queue, booked, url=url, link_for=link_for, sender=sender, now=now)
        settle_offer(tx, live, offer)
    return booked


def tell(
    tx: Transaction,
    live: Live,
    queue: Queue,
    booked: Booked,
    *,
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> None:
    """This function will owe what follows a booking: letters to both, the brief, and what is known of her."""
    booking = booked.booking
    letters = correspondence(tx, booked.advisor, booking, sender=sender, now=now)
    owe_confirmation(tx, queue, letters, url=url, own_link=link_for(tx.shop_id, booking.booking_id))
    tx.after_commit(lambda: queue.ask("jobs.briefs.write", tx.shop_id, str(booking.booking_id)))
    publish(tx, live, booking.customer_id, now=now)


def _earlier(tx: Transaction, offer: Offer, wish: Wish, *, now: datetime) -> Booking | None:
    """What this key was used for; refuses another wish under it, and a second booking beside one ahead."""
    earlier = bookings.under_key(tx, offer.customer_id, wish.key)
    if earlier is not None and earlier.fingerprint != wish.fingerprint:
        raise UnableToBook("key_reused")
    if earlier is None and bookings.upcoming(tx, offer.customer_id, now=now) is not None:
        raise UnableToBook("already_booked")
    return earlier


def _hold(tx: Transaction, offer: Offer, wish: Wish, *, now: datetime) -> Booked:
    """Lock the advisor, look again by the picker's own function, insert; the constraint has the last word."""
    whose = whose_time_or_refuse(tx, offer, stand_in=wish.stand_in)
    bookings.hold_advisor(tx, whose.advisor_id)
    advisor = _advisor(tx, whose.advisor_id)
    if wish.place not in places_of(advisor):
        raise UnableToBook("place_gone")
    try:
        slot = free_slot(tx, advisor, offer.customer_id, wish.starts_at, now=now)
        booking = _booking(tx, offer, wish, slot, whose, now=now)
        bookings.add(tx, booking, slot)
    except UnableToHold:
        instead = pick(tx, whose.advisor_id, zone=wish.zone, now=now, asked_by=offer.customer_id)
        raise UnableToBook("slot_taken", instead) from None
    return Booked(booking, advisor)


def places_of(advisor: Advisor) -> list[str]:
    """This function will list how an advisor can be met today, her first choice first."""
    return places.offered(advisor.places, Meeting(advisor.first_name, room=advisor.room))


def free_slot(
    tx: Transaction,
    advisor: Advisor,
    customer_id: str,
    starts_at: datetime,
    *,
    now: datetime,
    patience: timedelta = timedelta(),
    moving: UUID | None = None,
) -> Slot:
    """This function will find a slot that is free for a customer; what was held for her is given up.

    Call it with the advisor's lock. Raises UnableToHold where the time is not free.
    """
    holds.release(tx, customer_id)
    holds.release_lapsed(tx, now=now, advisor_id=advisor.advisor_id)
    free = openings_of(tx, advisor, now=now, patience=patience, asked_by=customer_id, moving=moving)
    slot = next((slot for slot in free if slot.starts_at == starts_at), None)
    if slot is None:
        raise UnableToHold("this time is not free")
    return slot


def whose_time_or_refuse(tx: Transaction, offer: Offer, *, stand_in: bool) -> Whose:
    """This function will say whose time an offer books. Raises UnableToBook where nobody stands in."""
    try:
        return whose_time(tx, offer, stand_in=stand_in)
    except UnableToStandIn:
        raise UnableToBook("no_stand_in") from None


def _booking(
    tx: Transaction, offer: Offer, wish: Wish, slot: Slot, whose: Whose, *, now: datetime
) -> Booking:
    booking_id, house = uuid4(), shops.read(tx)
    return Booking(
        booking_id=booking_id,
        advisor_id=whose.advisor_id,
        customer_id=offer.customer_id,
        decision_id=offer.decision_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state="booked",
        place=wish.place,
        zone=known_zone(wish.zone) or house.timezone,
        note=wish.note,
        key=wish.key,
        fingerprint=wish.fingerprint,
        uid=f"{booking_id}@{house.domain}",
        sequence=0,
        stand_in_for=whose.stand_in_for,
        consented_at=now if wish.stand_in else None,
        phone=wish.phone,
        arranged_at=now,
    )


def _advisor(tx: Transaction, advisor_id: int) -> Advisor:
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None  # the booking's foreign key and the offer name her
    return advisor
