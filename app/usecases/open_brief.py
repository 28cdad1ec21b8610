"""Open a brief: written on the spot where the worker has not come to it yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.brief import Brief
from app.stores import consultations
from app.stores.bookings import Booking
from app.stores.database import Transaction
from app.usecases.read_booking import read_booking
from app.usecases.write_brief import write_brief


@dataclass(frozen=True, slots=True)
class OpenBrief:
    """A brief with its booking and when it was written."""

    booking: Booking
    brief: Brief
    written_at: datetime


def open_brief(tx: Transaction, booking_id: UUID, *, reader: int, now: datetime) -> OpenBrief:
    """This function will open a booking's brief for the advisor `reader`, and note the first time.

    Raises UnableToFindBooking where the booking is not hers, UnableToWriteBrief where it was cancelled.
    """
    booking = read_booking(tx, booking_id, reader=reader)
    brief = write_brief(tx, booking_id, now=now)
    consultations.mark_opened(tx, booking_id, by=reader, now=now)
    kept = consultations.brief(tx, booking_id)
    return OpenBrief(booking, brief, kept.written_at if kept else now)
