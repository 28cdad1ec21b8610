"""The last year, replayed: whom a policy would have invited each week, and what they went on to buy.

As if every client had come by every week, and the weights given had been in force all year; what the orders
foretell is learned from orders before the year alone. What she looked at, how often she came by, and dates
she told are not in an order history; so two of the five signals stay silent, and the price step of the last
order stands in for the price looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from threadpoolctl import threadpool_limits

from scoring.history import Milestone
from scoring.learning.greetings import dates_kept, greetings_of
from scoring.learning.invitations import bins_of, curve_of, invite, lift_of, outcome_of
from scoring.learning.measures import BINS
from scoring.learning.orders import Orders, as_day
from scoring.learning.past_weeks import ORDER, WEEKS, Model, PastWeeks, look_back, mondays_until
from scoring.learning.past_windows import Flags, PastOccasions, as_date
from scoring.learning.promotion import choose
from scoring.learning.snapshots import UnableToTakeSnapshots, take_snapshots
from scoring.replayed import FOLLOWED_DAYS, POLICIES, LastYear, Week
from scoring.weights import Policy, Weights

# Three whole years, so that every season weighs alike (a backtest's thirty-three months measured no better).
MONTHS_LEARNED = 36
# Every fourth Monday for reliability and lift: about a month apart, as in the backtest.
_READ_EVERY = 4
_NAMES: tuple[str, ...] = POLICIES


class UnableToReplayYear(ValueError):
    """The history is too short. Later it will be long enough: from about `ready_on`."""

    def __init__(self, begins: date | None, ready_on: date | None) -> None:
        super().__init__("no order is older than the year to be replayed")
        self.begins, self.ready_on = begins, ready_on


def replayed_mondays(orders: Orders, *, today: date) -> tuple[tuple[date, ...], int]:
    """Answer the year's Mondays, each with its FOLLOWED_DAYS known, and until when orders are known.

    Raises UnableToReplayYear where nobody had ordered before the first of them.
    """
    if not len(orders.day):
        raise UnableToReplayYear(None, None)
    known_until = orders.known_until(today)
    latest = as_date(known_until - FOLLOWED_DAYS)
    mondays = mondays_until(latest - timedelta(days=latest.weekday()))
    begins = int(orders.day.min())
    if begins >= as_day(mondays[0]):
        ready = as_date(begins) + timedelta(days=7 * WEEKS + FOLLOWED_DAYS)
        raise UnableToReplayYear(as_date(begins), ready)
    return mondays, known_until


def replay_year(
    orders: Orders,
    policy: Policy,
    weights: Weights,
    *,
    approved: bool,
    today: date,
    season: Sequence[float],
    bands: Mapping[str, frozenset[int]],
    silent: Mapping[str, Sequence[Milestone]],
    currency: str,
) -> LastYear:
    """Replay the year under each policy. `season` is the shop's share of orders by month before it.

    `bands` are the days, since 1970, on which a customer ordered a wedding band, `silent`
    a customer's dates that are not to be used, or sensitive; `approved` tells whether the weights are in
    force, or wait for a person. Raises UnableToReplayYear.
    """
    mondays, known_until = replayed_mondays(orders, today=today)
    # One thread: where others work too, waiting threads took ten times what one takes (docs/scoring.md).
    with threadpool_limits(1):
        model, learned_from = learn_before(orders, mondays[0]) if _hears(weights) else (None, None)
        occasions = PastOccasions.of(orders, season, bands, silent)
        weeks = look_back(orders, mondays, model, occasions, policy, weights, known_until=known_until)
    eligible = {name: weeks.ready & weeks.reached(name, policy.probability_threshold) for name in _NAMES}
    invited = {name: invite(eligible[name], weeks.days, rest=policy.offered_rest_days) for name in _NAMES}
    outcomes = {name: outcome_of(orders, weeks, eligible[name], invited[name]) for name in _NAMES}
    kept, calendar = dates_kept(occasions, mondays[0], known_until, policy)
    monthly = _monthly(weeks)
    return LastYear(
        first=mondays[0],
        last=mondays[-1],
        known_until=as_date(known_until),
        clients=int(weeks.ready.any(axis=0).sum()),
        active=int(weeks.active[0].sum()),
        offer_at=policy.offer_at,
        threshold=policy.probability_threshold,
        policy_version=policy.version,
        weights_version=weights.version if approved else None,
        learned_from=learned_from,
        weeks=_by_week(mondays, invited),
        policies=outcomes,
        curve=curve_of(weeks, rest=policy.offered_rest_days),
        reliability=bins_of(*monthly, BINS),
        lift=lift_of(*monthly),
        greetings=greetings_of(orders, weeks, invited[policy.offer_at], occasions, policy, currency),
        dates_kept=kept,
        calendar=calendar,
    )


def _hears(weights: Weights) -> bool:
    return weights.base_rate is not None and bool(weights.coefficients.get("history"))


def learn_before(orders: Orders, start: date) -> tuple[Model | None, date | None]:
    """Learn on what was known before a day, and answer from which month on; None where it was too little."""
    number = start.year * 12 + start.month - 1
    months = [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS_LEARNED + 1, number + 1)]
    try:
        rows = take_snapshots(orders, months, [ORDER], known_by=as_day(start))
    except UnableToTakeSnapshots:  # no month before has both an earlier order and a known outcome
        return None, None
    chosen = choose(rows, rows.outcome[ORDER.name], horizon=ORDER.horizon, upgrade=False, everyone=rows)
    return chosen.model, as_date(rows.day.min())


def _by_week(mondays: Sequence[date], invited: Mapping[str, Flags]) -> tuple[Week, ...]:
    counts = {name: flags.sum(axis=1).tolist() for name, flags in invited.items()}
    return tuple(
        Week(monday, counts["cue"][at], counts["strong"][at], counts["probability"][at])
        for at, monday in enumerate(mondays)
    )


def _monthly(weeks: PastWeeks) -> tuple[np.ndarray, Flags]:
    """Answer chance and outcome of the active clients on every fourth Monday, one after the other."""
    which = weeks.active[::_READ_EVERY]
    return weeks.chance[::_READ_EVERY][which].astype(np.float64), weeks.came[::_READ_EVERY][which]
