"""Put a brief on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain import wording
from app.domain.picture import draw
from app.domain.places import EVERY, NO_NUMBER, lacks_number
from app.pdf.brief import Sheet, set_brief
from app.stores import shops
from app.stores.advisors import Advisor
from app.stores.bookings import Booking
from app.stores.database import Transaction
from app.usecases.open_brief import open_brief


@dataclass(frozen=True, slots=True)
class PrintedBrief:
    """A PDF, and a name for its file that says nothing of whom."""

    name: str
    content: bytes


def print_brief(tx: Transaction, booking_id: UUID, *, reader: Advisor, now: datetime) -> PrintedBrief:
    """This function will set a booking's brief as PDF, in the reader's zone; it counts as opened.

    Raises UnableToFindBooking where the booking is not hers, UnableToWriteBrief where it was cancelled.
    """
    opened = open_brief(tx, booking_id, reader=reader.advisor_id, now=now)
    booking, brief = opened.booking, opened.brief
    today = shops.read(tx).day(booking.starts_at)
    days = sorted({piece.on for piece in brief.pieces})
    sheet = Sheet(
        when=wording.when(booking.starts_at, reader.timezone),
        place=wording.PLACES[booking.place],
        written=wording.when(opened.written_at, reader.timezone),
        call=_call(booking),
        picture=draw(days, brief.dates, today=today, window_days=brief.window_days, called="the day"),
    )
    day = booking.starts_at.astimezone(ZoneInfo(reader.timezone)).date()
    return PrintedBrief(f"brief-{day.isoformat()}.pdf", set_brief(brief, sheet))


def _call(booking: Booking) -> str:
    if lacks_number(booking.place, booking.phone):
        return NO_NUMBER
    return f"Call {booking.phone}." if EVERY[booking.place].asks == "phone" else ""
