"""What a replayed year came to: counts, and a few clients by their ids; kept as JSON and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scoring.records import Recorded

PolicyName = Literal["cue", "strong", "probability"]
POLICIES: tuple[PolicyName, ...] = ("cue", "strong", "probability")
# What is asked of a greeting: an order within so many days (the live model's target).
FOLLOWED_DAYS = 60


@dataclass(frozen=True, slots=True)
class Week(Recorded):
    """How many would have been invited in the week from a Monday, under each policy."""

    monday: date
    cue: int
    strong: int
    probability: int


@dataclass(frozen=True, slots=True)
class Proportion(Recorded):
    """A part of a whole; `stretch` is its variance beside that of as many unrelated cases.

    One client is seen in many weeks, so her cases hang together.
    """

    part: int
    whole: int
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Outcome(Recorded):
    """What one policy would have done, and what those it would have invited went on to buy.

    `came` counts invitations with an order within FOLLOWED_DAYS; `rest` the other active clients of an
    average one of the same weeks. Both medians are minor units; a median of nothing is None.
    """

    invited: int
    clients: int
    came: Proportion
    median: int | None
    rest: Proportion
    rest_median: int | None


@dataclass(frozen=True, slots=True)
class Step(Recorded):
    """A threshold of the likelihood: how many invitations it makes in the year, and how many came true."""

    threshold: float
    invited: int
    came: int


@dataclass(frozen=True, slots=True)
class Bought(Recorded):
    """An order that followed a greeting, worth minor units."""

    day: date
    amount: int
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Greeting(Recorded):
    """A client who would have been greeted, why, and what she bought within FOLLOWED_DAYS."""

    customer: str
    monday: date
    reasons: tuple[str, ...]
    bought: tuple[Bought, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar(Recorded):
    """One client's order days, and the date they had led to expect before she kept it once more."""

    customer: str
    days: tuple[date, ...]
    month: int
    day: int
    spread_days: int
    came: date


@dataclass(frozen=True, slots=True)
class LastYear(Recorded):
    """The replayed year, from its first Monday to its last; what came of it was known until `known_until`.

    `offer_at`, `threshold` and `policy_version` are of the policy in force when it was made. The likelihood
    is that of the weights of `weights_version`; None: of weights that waited for a person. `learned_from` is
    the first month from which was learned what orders foretell; None where that had no part.
    `reliability` holds (foretold, came, cases), `lift` (share of clients, share of orders reached).
    `dates_kept` counts inferred dates that came true within their spread.
    """

    first: date
    last: date
    known_until: date
    clients: int
    active: int
    offer_at: PolicyName
    threshold: float
    policy_version: int
    weights_version: int | None
    learned_from: date | None
    weeks: tuple[Week, ...]
    policies: Mapping[str, Outcome]
    curve: tuple[Step, ...]
    reliability: tuple[tuple[float, float, int], ...]
    lift: tuple[tuple[float, float], ...]
    greetings: tuple[Greeting, ...]
    dates_kept: Proportion
    calendar: Calendar | None
