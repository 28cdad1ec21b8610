"""Decide again from a decision's record alone, and see whether the answer is the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.stores import decisions
from app.stores.database import Database
from scoring.decision import Decision
from scoring.records import Record, UnableToReadRecord
from scoring.replay import ENGINE, DecisionRecord, replay


class UnableToReplay(Exception):
    """There is no such decision, its record was erased with its customer, or an engine before wrote it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was decided, by which engine, and what the same inputs give with today's."""

    then: Decision
    now: Decision
    engine: str

    @property
    def same(self) -> bool:
        return self.then == self.now

    @property
    def same_rule(self) -> bool:
        return (self.then.verdict, self.then.rule) == (self.now.verdict, self.now.rule)

    @property
    def same_engine(self) -> bool:
        """This method will say whether a different answer would be a fault: another engine may differ."""
        return self.engine == ENGINE


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
        held = DecisionRecord.from_record(record)
        return Replayed(then=held.decision, now=replay(record), engine=held.engine)
    except UnableToReadRecord as error:
        # Its words name the field and quote what stands there, which is a customer's.
        raise UnableToReplay(
            f"the record of {decision_id} is none this engine reads ({error.where})"
        ) from None
