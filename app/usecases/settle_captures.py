"""Let what was noted down go into the client's record: dates as milestones, late words as notes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.domain.captures import Capture, date_of
from app.stores import captures, customers, shops
from app.stores.bookings import Booking
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.learn_date import keep_date
from app.usecases.update_relationship import update_relationship


def settle_captures(tx: Transaction, live: Live, booking: Booking, *, advisor_id: int, now: datetime) -> None:
    """This function will settle what has not been yet, once; the other kinds are read where they lie."""
    settled = captures.settle(tx, booking.booking_id, now=now)
    for capture in settled:
        if capture.kind == "aside":
            _note(tx, booking.customer_id, booking.booking_id, capture, advisor_id)
        elif learned := date_of(capture, today=shops.read(tx).day(now)):
            keep_date(tx, booking.customer_id, learned, now=now)
    if any(capture.kind == "date" for capture in settled):
        update_relationship(tx, live, booking.customer_id, now=now)


def _note(tx: Transaction, customer_id: str, booking_id: UUID, capture: Capture, advisor_id: int) -> None:
    stage = capture.details.get("field", "").removeprefix("note_")
    customers.add_note(
        tx,
        customer_id,
        capture.what,
        at=capture.at,
        advisor_id=advisor_id,
        booking_id=booking_id,
        stage=stage,
    )
