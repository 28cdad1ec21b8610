"""Keep what is typed during a consultation, as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.domain.consultation import STAGES, UnableToSave, kept_fields
from app.stores import consultations
from app.stores.database import Transaction
from app.usecases.read_booking import read_booking


def save_consultation(
    tx: Transaction, booking_id: UUID, typed: Mapping[str, str], *, advisor_id: int
) -> None:
    """This function will keep the fields given and leave the others as they are.

    Raises UnableToFindBooking where it is not hers, UnableToSave where it has not begun or is closed.
    """
    read_booking(tx, booking_id, reader=advisor_id)
    stage = typed.get("stage")
    if not consultations.capture(
        tx, booking_id, kept_fields(typed), stage=stage if stage in STAGES else None
    ):
        raise UnableToSave("this consultation has not begun, or is closed")
