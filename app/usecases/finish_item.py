"""Note a forward item as done, or as open again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stores import consultations
from app.stores.database import Transaction


def finish_item(tx: Transaction, item_id: UUID, *, done: bool, now: datetime) -> bool:
    """This function will note a forward item as done, or open it again; False where there is none."""
    if consultations.item(tx, item_id) is None:
        return False
    consultations.finish(tx, item_id, done_at=now if done else None)
    return True
