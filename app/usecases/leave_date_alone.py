"""Leave a date alone because the client asks for it, or use it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.find_told_date import find_told_date
from app.usecases.handle_date import mark_date


def leave_date_alone(
    tx: Transaction, live: Live, customer_id: str, milestone_id: UUID, *, alone: bool, now: datetime
) -> None:
    """This function will have a date of hers not used, or used again. Raises UnableToFindDate.

    That an advisor marked it sensitive outlives both.
    """
    kept = find_told_date(tx, customer_id, milestone_id)
    sensitive = kept.milestone.sensitive
    mark_date(tx, live, customer_id, milestone_id, sensitive=sensitive, do_not_use=alone, now=now)
