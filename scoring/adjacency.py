"""Which kinds follow on from which, learned from a shop's own orders beside the table everyone starts with.

From each order to the same customer's next: how often a kind came after another, against how often it would
have come by chance. Chance is what is left when the next orders are dealt out anew among all customers who
ordered in the same month, so that a December full of earrings does not make earrings follow on everything.
The mean over all such deals is known exactly, so nothing is drawn and the answer is always the same.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.kinds import KINDS
from scoring.weights import LEADS_NOWHERE, Adjacency

# facts/scoring.md: the same kind again came 6.3 times as often as chance, and facts/jewellery.md's table puts
# .9 there; no more often than chance is 0, and between them the scale is one of ratios. The default bound of
# .5 is met at 2.8 times chance; what comes twice as often stays below it. The lifts of one kind's followers
# average to 1, so that a table in which all is adjacent to all cannot come out.
_LIFT_AT, _STRENGTH_AT = 6.3, 0.9
# How many next orders that chance alone would bring the table counts for: with five of its own expected, a
# shop's orders and the table weigh alike. Dated guess, 2026-11.
TABLE_COUNTS_AS = 5.0
# "All else 0": below 1.5 times chance nothing is said to follow. Dated guess, 2026-11.
LEAST_STRENGTH = 0.2


@dataclass(frozen=True, slots=True)
class Transition:
    """The kinds of an order, those of the same customer's next one, and that one's month (1..12).

    `times` is how many such there were.
    """

    bought: tuple[str, ...]
    then: tuple[str, ...]
    month: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What the orders say of one step: `seen` of `of` next orders held `then`, `chance` would have by chance.

    `table` and `strength` are 0..1: what the table said, and what it says with these orders.
    """

    bought: str
    then: str
    seen: int
    of: int
    chance: float
    table: float
    strength: float


def learn(transitions: Iterable[Transition], *, prior: Adjacency, version: int = 0) -> Adjacency:
    """Answer the table as the transitions and `prior` together have it; without any, `prior`'s own."""
    return table_of(steps_of(transitions, prior=prior), version=version)


def table_of(steps: Sequence[Step], *, version: int = 0) -> Adjacency:
    """Answer the table that steps amount to."""
    table: dict[str, dict[str, float]] = {}
    for step in steps:
        if step.strength > 0:
            table.setdefault(step.bought, {})[step.then] = step.strength
    return Adjacency(version=version, table=table)


def steps_of(transitions: Iterable[Transition], *, prior: Adjacency) -> list[Step]:
    """Answer every step that the table names or the orders took, in KINDS' order."""
    counted = _count(transitions)
    return [
        _step(counted, bought, then, _strength_in(prior, bought, then))
        for bought in _PIECES
        for then in _PIECES
        if counted.seen[bought, then] or _strength_in(prior, bought, then) > 0
    ]


_PIECES = tuple(kind for kind in KINDS if kind not in LEADS_NOWHERE)


@dataclass(slots=True)
class _Counted:
    """`seen` by step, `of` by bought kind, and by month: `bought`, `then` and `all` next orders."""

    seen: Counter[tuple[str, str]]
    of: Counter[str]
    bought: Mapping[str, Counter[int]]
    then: Mapping[str, Counter[int]]
    all: Counter[int]


def _count(transitions: Iterable[Transition]) -> _Counted:
    counted = _Counted(Counter(), Counter(), defaultdict(Counter), defaultdict(Counter), Counter())
    for each in transitions:
        bought, then = ({*kinds}.intersection(_PIECES) for kinds in (each.bought, each.then))
        if not bought or not then:
            continue
        counted.all[each.month] += each.times
        for kind in then:
            counted.then[kind][each.month] += each.times
        for kind in bought:
            counted.of[kind] += each.times
            counted.bought[kind][each.month] += each.times
            for other in then:
                counted.seen[kind, other] += each.times
    return counted


def _step(counted: _Counted, bought: str, then: str, table: float) -> Step:
    seen, chance = counted.seen[bought, then], _chance(counted, bought, then)
    strength = _strength(seen, chance, table)
    return Step(bought, then, seen, counted.of[bought], chance, table, strength)


def _chance(counted: _Counted, bought: str, then: str) -> float:
    """Answer how many would hold `then` were each month's next orders dealt out anew, in the mean."""
    if bought not in counted.bought or then not in counted.then:
        return 0.0
    months, others = counted.bought[bought], counted.then[then]
    return math.fsum(n * others[month] / counted.all[month] for month, n in months.items())


def _strength(seen: int, chance: float, table: float) -> float:
    """Draw the table's own lift towards the one observed, by as much as chance would have shown."""
    if chance <= 0:
        return table
    believed = _LIFT_AT ** (table / _STRENGTH_AT)
    lift = (seen + TABLE_COUNTS_AS * believed) / (chance + TABLE_COUNTS_AS)
    strength = min(1.0, _STRENGTH_AT * math.log(lift) / math.log(_LIFT_AT)) if lift > 1 else 0.0
    return round(strength, 2) if strength >= LEAST_STRENGTH else 0.0


def _strength_in(table: Adjacency, bought: str, then: str) -> float:
    return table.table.get(bought, {}).get(then, 0.0)
