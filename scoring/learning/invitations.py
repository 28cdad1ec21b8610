"""Who would have been invited when, with the rests kept, and what went with it beside everybody else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.learning.book import Real
from scoring.learning.measures import stretch_of
from scoring.learning.orders import Orders, Whole
from scoring.learning.past_weeks import PastWeeks
from scoring.learning.past_windows import Flags
from scoring.replayed import FOLLOWED_DAYS, Outcome, Proportion, Step

_WEEK_DAYS = 7
# Thresholds a merchant may choose among: whole percents, as the policy's field shows them.
_PERCENTS = range(1, 100)


def invite(eligible: Flags, days: Sequence[int], *, rest: int, who: Whole | None = None) -> Flags:
    """Invite everyone eligible who has rested so many days since she was last invited; [weeks, customers].

    `who` are the customers' numbers where the columns are only some of them.

    As if invitations had been going on before: without that, all who are eligible on the first Monday would
    be invited in one week, and together again once they have rested.
    """
    spread = max(1, -(-rest // _WEEK_DAYS))
    numbers = np.arange(eligible.shape[1]) if who is None else who
    last = days[0] - rest + _WEEK_DAYS * (numbers % spread)
    invited = np.zeros_like(eligible)
    for week, day in enumerate(days):
        invited[week] = eligible[week] & (day - last >= rest)
        last[invited[week]] = day
    return invited


def outcome_of(orders: Orders, weeks: PastWeeks, eligible: Flags, invited: Flags) -> Outcome:
    """Answer what those invited went on to buy, beside the active clients who were not eligible."""
    others = weeks.active & weeks.ready & ~eligible
    hit, rest_hit = _followed(orders, weeks.days, invited), _followed(orders, weeks.days, others)
    rest_hit &= ~hit
    return Outcome(
        invited=int(invited.sum()),
        clients=int(invited.any(axis=0).sum()),
        came=proportion_of(invited, weeks.came),
        median=_median(orders.amount[hit]),
        rest=_beside(others, weeks.came, invited.sum(axis=1)),
        rest_median=_median(orders.amount[rest_hit]),
    )


def _median(amounts: Whole) -> int | None:
    return round(float(np.median(amounts))) if len(amounts) else None


def _followed(orders: Orders, days: Sequence[int], who: Flags) -> Flags:
    """Mark the orders that came within FOLLOWED_DAYS of a Monday on which their customer was one of these."""
    found = np.zeros(len(orders.day), dtype=bool)
    for week, day in enumerate(days):
        soon = np.flatnonzero((orders.day >= day) & (orders.day < day + FOLLOWED_DAYS))
        found[soon] |= who[week, orders.customer[soon]]
    return found


def proportion_of(cases: Flags, came: Flags) -> Proportion:
    """Answer how many of the cases came true; cases of one customer hang together."""
    number = cases.sum(axis=0).astype(np.float64)
    happened = (cases & came).sum(axis=0).astype(np.float64)
    whole, part = int(number.sum()), int(happened.sum())
    if not whole:
        return Proportion(0, 0)
    return Proportion(part, whole, stretch_of(number, happened))


def _beside(others: Flags, came: Flags, invited: Real) -> Proportion:
    """Answer how many of an average week's others ordered, weeks weighed by how many were invited in each."""
    number = others.sum(axis=1).astype(np.float64)
    weight = np.where(number > 0, invited, 0).astype(np.float64)
    if not weight.sum():
        return Proportion(0, 0)
    weight /= weight.sum()
    each = np.divide(weight, number, out=np.zeros_like(weight), where=number > 0)
    rates = np.divide((others & came).sum(axis=1), number, out=np.zeros_like(weight), where=number > 0)
    share, whole = float(weight @ rates), round(float(weight @ number))
    part = round(share * whole)
    if part in (0, whole):
        return Proportion(part, whole)
    pull = np.zeros(others.shape[1])
    for week in range(len(weight)):
        pull += each[week] * others[week] * (came[week] - rates[week])
    return Proportion(part, whole, float((pull**2).sum()) * whole / (share * (1 - share)))


def curve_of(weeks: PastWeeks, *, rest: int) -> tuple[Step, ...]:
    """Answer, for every percent of likelihood, how many invitations it makes and how many came true."""
    steps = []
    who = np.arange(weeks.ready.shape[1])
    came, chance = weeks.came, np.where(weeks.ready, weeks.chance, 0)
    for percent in _PERCENTS:
        some = chance.max(axis=0, initial=0) >= percent / 100
        who, came, chance = who[some], came[:, some], chance[:, some]
        if not len(who):
            break
        invited = invite(chance >= percent / 100, weeks.days, rest=rest, who=who)
        steps.append(Step(percent / 100, int(invited.sum()), int((invited & came).sum())))
    return tuple(steps)


def bins_of(chance: Real, came: Flags, bins: int) -> tuple[tuple[float, float, int], ...]:
    """Answer (mean foretold, share that came true, cases) in bins of equal size, lowest first."""
    parts = np.array_split(np.argsort(chance, kind="stable"), bins)
    return tuple((float(chance[one].mean()), float(came[one].mean()), len(one)) for one in parts if len(one))


# Where a lift curve is read: finest where a house would stop asking.
_LIFT_AT = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def lift_of(chance: Real, came: Flags) -> tuple[tuple[float, float], ...]:
    """Answer (share of clients, share of orders reached), the likeliest clients first."""
    if not came.any():
        return ()
    reached = np.r_[0, np.cumsum(came[np.argsort(-chance, kind="stable")])] / came.sum()
    places = np.linspace(0, 1, len(reached))
    return tuple((share, float(np.interp(share, places, reached))) for share in _LIFT_AT)
