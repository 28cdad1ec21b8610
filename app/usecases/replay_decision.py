"""Decide again from a decision's record alone, and see whether the answer is the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.stores import decisions
from app.stores.database import Database
from scoring.decision import Decision
from scoring.records import Record, UnableToReadRecord
from scoring.replay import answered, replay


class UnableToReplay(Exception):
    """There is no such decision, its record was erased with its customer, or an engine before wrote it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was decided, and what the same inputs give today."""

    then: Decision
    now: Decision

    @property
    def same(self) -> bool:
        return self.then == self.now


def replay_decision(database: Database, decision_id: UUID) -> Replayed:
    """This function will find a decision in whichever house has it and decide it again from its record."""
    for shop_id in database.shop_ids():
        with database.shop(shop_id) as tx:
            record = decisions.record_of(tx, decision_id)
        if record is not None:
            return _again(decision_id, record)
    raise UnableToReplay(f"there is no decision {decision_id}, or its record was erased")


def _again(decision_id: UUID, record: Record) -> Replayed:
    try:
        return Replayed(then=answered(record), now=replay(record))
    except UnableToReadRecord as error:
        # Its words name the field and quote what stands there, which is a customer's.
        raise UnableToReplay(
            f"the record of {decision_id} is none this engine reads ({error.where})"
        ) from None
