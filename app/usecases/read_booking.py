"""Read a booking for somebody of the house who may read it."""

from __future__ import annotations

from uuid import UUID

from app.stores import advisors, bookings, clients
from app.stores.bookings import Booking
from app.stores.database import Transaction


class UnableToFindBooking(Exception):
    """There is no such booking, or it is not this advisor's to read: both look the same."""


def read_booking(tx: Transaction, booking_id: UUID, *, reader: int) -> Booking:
    """This function will read a booking for the advisor who holds it, who leads the client, or the owner.

    Raises UnableToFindBooking.
    """
    booking = bookings.one(tx, booking_id)
    if booking is None or not _may_read(tx, booking, reader):
        raise UnableToFindBooking("there is no such booking")
    return booking


def _may_read(tx: Transaction, booking: Booking, reader: int) -> bool:
    if booking.advisor_id == reader or advisors.owner(tx).advisor_id == reader:
        return True
    client = clients.one(tx, booking.customer_id)
    return client is not None and client.lead_advisor_id == reader
