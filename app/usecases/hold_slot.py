"""Hold a time while the form is open, so that what was chosen is still there when she confirms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stores import advisors, bookings, holds
from app.stores.bookings import UnableToHold
from app.stores.database import Transaction
from app.stores.holds import Hold
from app.usecases.book_consultation import UnableToBook, free_slot, whose_time_or_refuse
from app.usecases.find_offer import find_offer
from app.usecases.offer_slots import HOLD, LONGEST_HOLD, pick


def hold_slot(
    tx: Transaction,
    *,
    customer_id: str,
    decision_id: UUID,
    starts_at: datetime,
    zone: str,
    now: datetime,
    stand_in: bool = False,
) -> Hold:
    """This function will hold a time for a customer in place of the one held before.

    The same time again is the same hold, until the same instant. `zone` is hers; `stand_in`: she has asked
    for the lead's stand-in. Raises UnableToFindOffer, and UnableToBook with what is free instead; then what
    was held before stays held.
    """
    offer = find_offer(tx, decision_id, customer_id)
    bookings.hold_customer(tx, customer_id)
    if bookings.upcoming(tx, customer_id, now=now) is not None:
        raise UnableToBook("already_booked")
    whose = whose_time_or_refuse(tx, offer, stand_in=stand_in)
    held = holds.of_customer(tx, customer_id, now=now)
    if held is not None and (held.advisor_id, held.starts_at) == (whose.advisor_id, starts_at):
        return held
    return _hold(tx, whose.advisor_id, customer_id, starts_at, zone=zone, now=now)


def _hold(
    tx: Transaction, advisor_id: int, customer_id: str, starts_at: datetime, *, zone: str, now: datetime
) -> Hold:
    """As a booking does: lock, look by the picker's function, insert; the constraint has the last word."""
    bookings.hold_advisor(tx, advisor_id)
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None  # advisors are never removed
    try:
        slot = free_slot(tx, advisor, customer_id, starts_at, now=now, patience=LONGEST_HOLD)
        return holds.place(tx, customer_id, advisor_id, slot, until=now + HOLD)
    except UnableToHold:
        instead = pick(tx, advisor_id, zone=zone, now=now, asked_by=customer_id)
        raise UnableToBook("slot_taken", instead) from None
