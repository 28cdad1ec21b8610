"""Close a consultation: its outcome, what comes next, and what was learned."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.consultation import STAGES, Closing, UnableToSave, closing_of, minutes_since
from app.stores import advisors, consultations, customers
from app.stores.bookings import Booking
from app.stores.consultations import Consultation
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.attribute_orders import attribute_orders
from app.usecases.learn_date import keep_date
from app.usecases.read_booking import read_booking
from app.usecases.settle_captures import settle_captures
from app.usecases.update_relationship import update_relationship


def close_consultation(
    tx: Transaction, live: Live, booking_id: UUID, *, advisor_id: int, now: datetime
) -> Closing:
    """This function will close a consultation from what has been kept of it (see save_consultation).

    Where she typed no minutes, they are those since it began; hours later it asks her.
    Raises UnableToClose with a sentence by field where something is missing; UnableToFindBooking where it is
    not hers; UnableToSave where it has not begun or is closed already.
    """
    booking = read_booking(tx, booking_id, reader=advisor_id)
    held = consultations.one(tx, booking_id, lock=True)
    if held is None or held.closed_at is not None:
        raise UnableToSave("this consultation has not begun, or is closed")
    spent = minutes_since(held.started_at, now)
    closing = closing_of(held.captured, today=_today(tx, advisor_id, now), spent=spent)
    consultations.close(tx, booking_id, outcome=closing.outcome, minutes=closing.minutes, now=now)
    _keep_notes(tx, booking, held, advisor_id, now)
    for item in closing.forward:
        consultations.promise(
            tx, booking.customer_id, item.what, item.due_on, advisor_id=advisor_id, booking_id=booking_id
        )
    if closing.learned is not None:
        keep_date(tx, booking.customer_id, closing.learned, now=now)
    settle_captures(tx, live, booking, advisor_id=advisor_id, now=now)
    update_relationship(tx, live, booking.customer_id, now=now)
    attribute_orders(tx, booking.customer_id, now=now)
    return closing


def _today(tx: Transaction, advisor_id: int, now: datetime) -> date:
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None, "she is signed in"
    return now.astimezone(ZoneInfo(advisor.timezone)).date()


def _keep_notes(
    tx: Transaction, booking: Booking, held: Consultation, advisor_id: int, now: datetime
) -> None:
    """Turn what was written at each stage into notes, which stay with the client."""
    for stage in STAGES:
        if body := held.captured.get(f"note_{stage}", "").strip():
            customers.add_note(
                tx,
                booking.customer_id,
                body,
                at=now,
                advisor_id=advisor_id,
                booking_id=booking.booking_id,
                stage=stage,
            )
