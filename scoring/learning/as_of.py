"""What the signals would have read of a client on a past day, by her orders alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from scoring.days import local_day
from scoring.history import Order
from scoring.learning.bayesian import log_odds_of
from scoring.learning.history_model import TARGET, LearnedHistory
from scoring.learning.live import Example
from scoring.learning.orders import EPOCH
from scoring.relationship import Relationship, build
from scoring.session import Session
from scoring.signals.anniversary_window import anniversary_window
from scoring.signals.tenure import tenure
from scoring.weights import DEFAULT_ADJACENCY, Policy

# Enough for five coefficients, few enough to build each relationship by itself: seconds.
MOST_EXAMPLES = 20_000
_JUDGED_DAYS = 365
# What is read of a client without her being in the shop; the other signals need a visit.
_READ = {"tenure": tenure, "anniversary_window": anniversary_window}
_NOBODY_HERE = Session(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Asked:
    """A day (since 1970-01-01) on which a client is looked back at, and what is known of it since."""

    day: int
    ordered: bool
    foretold: float | None


def asked_of(learned: LearnedHistory, *, most: int = MOST_EXAMPLES) -> dict[str, list[Asked]]:
    """Answer by client which days of the last known year to look back at, drawn evenly.

    `foretold` is what a model said that knew only what came before; None where no such model could be had.
    """
    trial, ahead = learned.trial, learned.ahead
    if trial is not None and ahead is not None:
        # The zero that a decision's own foretold is counted from: on another, the intercept would learn the
        # difference of the two and add it to every chance.
        rows, beyond = trial.rows, ahead - log_odds_of(learned.base_rate)
    else:
        rows = learned.rows.where(learned.rows.day > learned.rows.day.max() - _JUDGED_DAYS)
        beyond = np.full(len(rows.customer), np.nan)
    drawn = np.random.default_rng(0).permutation(len(rows.customer))[:most]
    found: dict[str, list[Asked]] = {}
    outcome = rows.outcome[TARGET.name]
    for row in np.sort(drawn).tolist():
        foretold = float(beyond[row])
        each = Asked(int(rows.day[row]), bool(outcome[row]), None if np.isnan(foretold) else foretold)
        found.setdefault(learned.names[int(rows.customer[row])], []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What every relationship of the shop is seen against: its zone, its season, and what counts as what."""

    zone: ZoneInfo
    currency: str
    season: Sequence[float]
    policy: Policy


def examples_of(orders: Sequence[Order], asked: Sequence[Asked], seen: Seen) -> Iterator[Example]:
    """Read the real signals on the relationship as it was on each day asked of.

    Dates that were told are left out: since when they are known cannot always be said.
    """
    dated = [(local_day(order.ordered_at, seen.zone), order) for order in orders]
    for each in asked:
        today = EPOCH + timedelta(days=each.day)
        past = [order for on, order in dated if on < today]
        relationship = build(
            past,
            version=0,
            zone=seen.zone,
            shop_median=None,
            currency=seen.currency,
            season=seen.season,
        )
        yield Example(each.day, each.ordered, _readings(relationship, today, seen.policy), each.foretold)


def _readings(relationship: Relationship, today: date, policy: Policy) -> Mapping[str, float]:
    return {
        name: signal(
            _NOBODY_HERE, relationship, today=today, policy=policy, adjacency=DEFAULT_ADJACENCY
        ).value
        for name, signal in _READ.items()
    }
