"""Keep the number at which a customer wants to be called for her appointment."""

from __future__ import annotations

from uuid import UUID

from app.domain.places import EVERY, clean_phone
from app.stores import bookings
from app.stores.database import Transaction


def say_phone(tx: Transaction, booking_id: UUID, entered: str) -> None:
    """This function will keep a number where the place of a standing booking asks for one.

    Raises UnableToMeetThere where it is no number.
    """
    number = clean_phone(entered)
    booking = bookings.one(tx, booking_id, lock=True)
    if booking is not None and booking.state == "booked" and EVERY[booking.place].asks == "phone":
        bookings.keep_phone(tx, booking_id, number)
