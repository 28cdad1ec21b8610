"""Note that a call was made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stores import calls_back
from app.stores.database import Transaction


def finish_call(tx: Transaction, call_id: UUID, *, done: bool, by: int, now: datetime) -> bool:
    """This function will take a call off the desk, or put it back; False where there is no such call."""
    return calls_back.finish(tx, call_id, by=by, now=now if done else None)
