"""Put a proposal off: what is in force stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.queue import Queue
from app.stores import learnings
from app.stores.database import Transaction
from app.usecases.ask_learning import ask_learning


def dismiss_weights(tx: Transaction, queue: Queue, proposal_id: UUID, *, by: str, now: datetime) -> bool:
    """This function will note that a person does not want what was proposed; False: it waits no more.

    Last year is then replayed without it.
    """
    if learnings.decide(tx, proposal_id, approved=False, by=by, now=now) is None:
        return False
    ask_learning(tx, queue, "replay", now=now)
    return True
