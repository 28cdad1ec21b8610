"""Put right a date that a client told us, by her own hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from app.domain.told import handling_of, read_told
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.correct_date import put_date_right
from app.usecases.find_told_date import find_told_date


def correct_told_date(
    tx: Transaction,
    live: Live,
    customer_id: str,
    milestone_id: UUID,
    typed: Mapping[str, str],
    *,
    today: date,
    now: datetime,
) -> None:
    """This function will correct a date by what she typed; how it may be used stays as it is.

    Raises UnableToFindDate, UnableToLearnDate with a sentence by field.
    """
    kept = find_told_date(tx, customer_id, milestone_id)
    learned = read_told(typed, today=today, handling=handling_of(kept.milestone))
    put_date_right(tx, live, customer_id, milestone_id, learned, now=now)
