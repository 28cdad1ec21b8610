"""Whether to invite: named rules in order, first match wins, and the rule's name is the answer to "why?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Strength = Literal["none", "cue", "strong"]
Verdict = Literal["offer", "quiet"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A signal's value (0..1) for one session, whether it fired, and why, in one sentence for the advisor."""

    value: float
    fired: bool
    because: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand between the house and this customer just now, apart from what she is looking at."""

    opted_out: bool = False
    stopped: bool = False  # "don't ask again", or dismissed twice
    rest_until: datetime | None = None
    offered_at: datetime | None = None  # the last offer that was *seen* (held out: would have been)
    booked_until: datetime | None = None
    last_order_at: datetime | None = None
    order_problem: bool = False
    next_opening: datetime | None = None  # the lead's


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with everything that led to it."""

    verdict: Verdict
    rule: str
    strength: Strength
    probability: float
    readings: Mapping[str, Reading]
    reasons: tuple[str, ...]  # sentences of the largest contributions, strongest first
    held_out: bool
    propensity: float  # the chance this customer had of being in the arm she is in
