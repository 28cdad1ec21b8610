"""Offer other times for a booking: always the lead's, whoever holds it now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.stores import advisors, clients
from app.stores.advisors import Advisor
from app.stores.bookings import Booking
from app.stores.database import Transaction
from app.usecases.offer_slots import Picker, pick


def offer_other_times(tx: Transaction, booking: Booking, *, zone: str, now: datetime) -> Picker:
    """This function will give what the lead has free beside the time a booking has already.

    A booking that stands gives its own time free for it. An unknown zone becomes the house's own.
    """
    lead = lead_of(tx, booking)
    moving = booking.booking_id if booking.state == "booked" else None
    picker = pick(tx, lead.advisor_id, zone=zone, now=now, asked_by=booking.customer_id, moving=moving)
    if moving is None or lead.advisor_id != booking.advisor_id:
        return picker
    return replace(picker, slots=tuple(s for s in picker.slots if s.starts_at != booking.starts_at))


def lead_of(tx: Transaction, booking: Booking) -> Advisor:
    """This function will find to whom a booking returns when it is moved.

    To the client's lead; where none is on record or she has left, to whom the stand-in stood in for, to whom
    it is with, at last to the owner.
    """
    client = clients.one(tx, booking.customer_id)
    wanted = (client.lead_advisor_id if client else None, booking.stand_in_for, booking.advisor_id)
    everybody = {each.advisor_id: each for each in advisors.every(tx) if each.active}
    found = (everybody[each] for each in wanted if each in everybody)
    return next(found, None) or advisors.owner(tx)
