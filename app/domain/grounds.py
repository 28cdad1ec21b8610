"""What a signal's sentence rests on: the days, the pieces and the figures behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from scoring.kinds import NAMES
from scoring.money import about, money
from scoring.relationship import Relationship
from scoring.replay import DecisionRecord
from scoring.wording import day_and_month, many

# More days than these in one sentence are not read any more.
_MOST_DAYS = 6
# In milliseconds. So little looking is said to be little. Dated guess, 2026-11.
_A_GLANCE = 10_000


def rests_on(name: str, decision: DecisionRecord) -> str:
    """This function will say what a signal read, in words; "" where its own sentence says it all."""
    grounds = _GROUNDS.get(name)
    return grounds(decision, decision.relationship) if grounds and decision.relationship else ""


def _tenure(_: DecisionRecord, known: Relationship) -> str:
    if known.first_order is None or known.last_order is None:
        return ""
    if known.orders == 1:
        return f"It was on {_written(known.first_order)}"
    # How many there are stands in the sentence itself.
    return f"The first on {_written(known.first_order)}, the last on {_written(known.last_order)}"


def _category(decision: DecisionRecord, _: Relationship) -> str:
    looked = decision.session.kinds
    total = sum(looked.values())
    if not total:
        return ""
    most = sorted(looked.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
    names = [NAMES[kind][1] if kind in NAMES else kind for kind, _ in most]
    only = "only " if total < _A_GLANCE else ""
    if len(looked) == 1:
        return f"Looked at {names[0]} for {only}{_seconds(total)}"
    shares = [f"{time / total:.0%} of it at {name}" for name, (_, time) in zip(names, most, strict=True)]
    return f"Looked around for {only}{_seconds(total)}, {' and '.join(shares)}"


def _visits(decision: DecisionRecord, known: Relationship) -> str:
    days = decision.session.visit_days
    last = f"; the last order was on {_written(known.last_order)}" if known.last_order else ""
    return f"Visits on {_days(days)}{last}" if days else ""


def _price(decision: DecisionRecord, known: Relationship) -> str:
    prices, currency = decision.session.prices, decision.session.currency or known.currency
    if not prices or known.baseline is None:
        return ""
    low, high = money(min(prices), currency), money(max(prices), currency)
    asked = low if low == high else f"{low} to {high}"
    own = f"{many(known.lines_priced, 'piece', 'pieces')} bought here and " if known.lines_priced else ""
    return (
        f"Looked at {many(len(prices), 'piece', 'pieces')}, {asked}; about {about(known.baseline, currency)} "
        f"is usual, going by {own}the house’s own prices"
    )


_GROUNDS: Mapping[str, Callable[[DecisionRecord, Relationship], str]] = {
    "tenure": _tenure,
    "category_continuity": _category,
    "repeat_visits": _visits,
    "price_tier": _price,
}


def _written(day: date) -> str:
    return f"{day_and_month(day)} {day.year}"


def _seconds(milliseconds: int) -> str:
    seconds = round(milliseconds / 1000)
    return many(seconds, "second", "seconds") if seconds < 120 else f"{seconds // 60} minutes"


def _days(days: Sequence[date]) -> str:
    shown = [day_and_month(day) for day in sorted(days)[-_MOST_DAYS:]]
    earlier = f"{len(days) - len(shown)} earlier days, " if len(days) > len(shown) else ""
    return earlier + (" and ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else shown[0])
