"""Put learned weights in force: a person has read what they are and how they did."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.queue import Queue
from app.stores import learnings, rulebook
from app.stores.database import Transaction
from app.usecases.ask_learning import ask_learning
from scoring.weights import Weights


class UnableToApproveSince(Exception):
    """What was read waits no more: it was decided, or newer figures took its place. Look again."""


def approve_weights(tx: Transaction, queue: Queue, proposal_id: UUID, *, by: str, now: datetime) -> Weights:
    """This function will put the proposal that was read in force as a new version, and answer it.

    Every client is then foretold anew by the history that came with it, and last year replayed with it.
    """
    proposed = learnings.waiting(tx)
    if proposed is None or proposed.proposal_id != proposal_id:
        raise UnableToApproveSince("another proposal waits, or none")
    try:
        with tx.connection.begin_nested():
            history = learnings.decide(tx, proposal_id, approved=True, by=by, now=now)
            if history is None:
                raise UnableToApproveSince("somebody has decided meanwhile")
            kept = rulebook.change_weights(
                tx, proposed.weights, history=history, learned=proposed.learned, by=by, now=now
            )
    except IntegrityError:  # two at the same moment: the first has the number
        raise UnableToApproveSince("another version came first") from None
    ask_learning(tx, queue, "foretell", now=now)
    ask_learning(tx, queue, "replay", now=now)
    return kept
