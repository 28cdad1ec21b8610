"""A decision's record: every input by value, the answer beside them, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scoring.decision import Decision, Standing, decide
from scoring.records import Record, Recorded
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy, Weights

# Raised whenever the same inputs may give another answer; a record says which engine made it, so that a
# replay that differs can be told from a fault.
ENGINE = "2026.13"


@dataclass(frozen=True, slots=True)
class DecisionRecord(Recorded):
    """All that a decision rested on, and what it was."""

    engine: str
    session: Session
    relationship: Relationship | None
    standing: Standing
    policy: Policy
    weights: Weights
    adjacency: Adjacency
    now: datetime
    today: date
    draw: float
    decision: Decision


def record(
    session: Session,
    relationship: Relationship | None,
    standing: Standing,
    policy: Policy,
    weights: Weights,
    adjacency: Adjacency,
    *,
    now: datetime,
    today: date,
    draw: float,
    decision: Decision,
) -> Record:
    """Answer the record of a decision as values that json.dumps takes."""
    return DecisionRecord(
        ENGINE, session, relationship, standing, policy, weights, adjacency, now, today, draw, decision
    ).to_record()


def replay(record: Mapping[str, Any]) -> Decision:
    """Decide again from the record alone: this engine's answer to that moment's inputs."""
    held = DecisionRecord.from_record(record)
    return decide(
        held.session,
        held.relationship,
        held.standing,
        held.policy,
        held.weights,
        held.adjacency,
        now=held.now,
        today=held.today,
        draw=held.draw,
    )
