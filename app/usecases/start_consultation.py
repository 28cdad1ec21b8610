"""Begin a consultation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.domain.consultation import UnableToSave
from app.stores import consultations
from app.stores.consultations import Consultation
from app.stores.database import Transaction
from app.usecases.read_booking import read_booking
from app.usecases.write_brief import write_brief


def start_consultation(
    tx: Transaction, booking_id: UUID, *, advisor_id: int, did_not_come: bool = False, now: datetime
) -> Consultation:
    """This function will begin a consultation, or give the one that has begun.

    Raises UnableToFindBooking where it is not hers, UnableToSave where the booking was cancelled.
    """
    if read_booking(tx, booking_id, reader=advisor_id).state == "cancelled":
        raise UnableToSave("the booking was cancelled")
    consultations.start(tx, booking_id, stage="decision" if did_not_come else "opening", now=now)
    write_brief(
        tx, booking_id, now=now
    )  # its prompts come from the brief, whether the worker was there or not
    if did_not_come:
        absent = {"outcome": "no_show", "minutes": "0"}
        consultations.keep_typed(tx, booking_id, absent, stage=None, at=now)
    begun = consultations.one(tx, booking_id)
    assert begun is not None
    return begun
