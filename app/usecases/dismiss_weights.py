"""Put a proposal off: what is in force stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stores import learnings
from app.stores.database import Transaction


def dismiss_weights(tx: Transaction, proposal_id: UUID, *, by: str, now: datetime) -> bool:
    """This function will note that a person does not want what was proposed; False: it waits no more."""
    return learnings.decide(tx, proposal_id, approved=False, by=by, now=now) is not None
