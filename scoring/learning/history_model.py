"""What a shop's own order history foretells of each client: learned, tried, kept as numbers, and asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zlib import crc32

import numpy as np
from threadpoolctl import threadpool_limits

from scoring.boosted import Boosted
from scoring.learning.bayesian import Posterior, log_odds_of, logistic
from scoring.learning.book import Book, Real, turns
from scoring.learning.features import features, share_of_year
from scoring.learning.learned_logistic import LearnedLogistic
from scoring.learning.measures import Foretold, Yes, intervals, measure, stretch_of, top_share
from scoring.learning.orders import Orders, Whole, as_day
from scoring.learning.promotion import Chosen, Trial, choose, try_logistic
from scoring.learning.snapshots import Rows, UnableToTakeSnapshots, take_snapshots
from scoring.learning.targets import Target
from scoring.learning.walking import log_odds_of_trees

# The live model's own question (issue: "an order within 60 days of the session").
TARGET = Target("order_60d", 60)
# Older months are another shop: four years hold every season four times.
MOST_MONTHS = 48
# Rows are drawn by whole customers beyond this, so that the largest shop takes as long as a large one.
MOST_ROWS = 400_000
# "Below ~30 positives only the prior-anchored model is no worse than the rule" (facts/scoring.md).
LEAST_POSITIVES = 30
# Foretold log-odds are kept to two decimals: finer is noise.
_DECIMALS = 2
# Edges of the bins that a person reads: "of clients given 10 to 20 %".
EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
_CUSTOMERS_AT_ONCE = 50_000
_RESAMPLES = 100  # for intervals that are read as whole numbers


class UnableToLearn(Exception):
    """The history is too short or too small to learn from. It will help to wait, or to import more."""


@dataclass(frozen=True, slots=True)
class HistoryModel:
    """A learned model of the history in force, read back from its numbers, and the shop's base rate."""

    base_rate: float
    model: LearnedLogistic | Boosted

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> HistoryModel:
        """Read a model back from its numbers."""
        if record["kind"] == "boosting":
            return cls(record["base_rate"], Boosted.from_record(record["trees"]))
        numbers = {name: np.array(record[name]) for name in ("centre", "scale", "mean", "covariance")}
        posterior = Posterior(numbers["mean"], numbers["covariance"])
        names = tuple(record["names"])
        model = LearnedLogistic(names, numbers["centre"], numbers["scale"], posterior)
        return cls(record["base_rate"], model)

    def log_odds(self, rows: Rows) -> Real:
        """Answer the log-odds of an order within 60 days."""
        if isinstance(self.model, Boosted):
            return log_odds_of_trees(self.model, rows)
        return self.model.log_odds(rows)

    def foretell(self, orders: Orders, day: date, *, season: float) -> dict[str, float]:
        """Answer for everyone with an order before `day` her log-odds less those of the base rate.

        `season` is `season_from` the days of the whole shop's orders, whichever customers `orders` holds.
        """
        book = Book(orders, as_day(day))
        if not len(book.who):
            return {}
        columns = features(book, TARGET.horizon, season=season)
        values = np.column_stack(list(columns.values())).astype(np.float32)
        days = np.full(len(book.who), book.day)
        everyone = Rows(tuple(columns), values, book.who, days, {})
        starts = range(0, len(book.who), _CUSTOMERS_AT_ONCE)
        parts = [
            self.log_odds(everyone.where(np.arange(at, min(at + _CUSTOMERS_AT_ONCE, len(book.who)))))
            for at in starts
        ]
        beyond = np.round(np.concatenate(parts) - log_odds_of(self.base_rate), _DECIMALS)
        return {orders.names[who]: one for who, one in zip(book.who.tolist(), beyond.tolist(), strict=True)}


@dataclass(frozen=True, slots=True)
class LearnedHistory:
    """A model as numbers, how it was chosen and tried, and what it said ahead of each tried month.

    `clients` had ordered before the last month read; of a large house only some are in `rows`. `known_until`
    is the day, since 1970-01-01, from which on no order is known.
    """

    record: dict[str, Any]
    chosen: Chosen
    trial: Trial | None
    ahead: Real | None
    rows: Rows
    names: tuple[str, ...]  # who a row's customer is
    base_rate: float
    clients: int
    known_until: int

    def in_figures(self) -> dict[str, Any]:
        """Answer what a person who approves should read: data, choice, and figures on later months."""
        outcome = self.rows.outcome[TARGET.name]
        days = np.array([self.rows.day.min(), self.rows.day.max()]).astype("datetime64[D]")
        return {
            "from": str(days[0]),
            "to": str(days[1]),
            "rows": len(outcome),
            "customers": len(np.unique(self.rows.customer)),
            "clients": self.clients,
            "last_known": str(np.datetime64(self.known_until - 1, "D")),
            "positives": int(outcome.sum()),
            "base_rate": self.base_rate,
            "chosen": self.chosen.proof.chosen,
            "because": self.chosen.proof.because,
            **self._tried(),
        }

    def _tried(self) -> dict[str, Any]:
        if self.trial is None:
            return {"tried_from": None, "tried_to": None, "metrics": {}, "reliability": []}
        trial = self.trial
        days = np.array([trial.rows.day.min(), trial.rows.day.max()]).astype("datetime64[D]")
        said = {"logistic": _as_foretold(trial.logistic)}
        if self.chosen.trial is not None:
            said["boosting"] = _as_foretold(trial.boosting)
        sure = intervals(list(said.values()), trial.outcome, trial.rows.customer, times=_RESAMPLES, seed=0)
        metrics = {
            name: {**_figures(one, trial), "intervals": each}
            for (name, one), each in zip(said.items(), sure, strict=True)
        }
        return {
            "tried_rows": len(trial.outcome),
            "tried_orders": int(trial.outcome.sum()),
            "tried_from": str(days[0]),
            "tried_to": str(days[1]),
            "metrics": metrics,
            "reliability": reliability(
                said[self.chosen.proof.chosen].chance, trial.outcome, trial.rows.customer
            ),
        }


def season_from(days: Iterable[int], on: date) -> float:
    """Answer the share of a year's orders that falls in the 60 days from a day on (`Orders.season_days`)."""
    ages = as_day(on) - np.fromiter(days, dtype=np.float64)
    return share_of_year(ages[ages > 0], TARGET.horizon)


def learn_history(orders: Orders, *, today: date) -> LearnedHistory:
    """Learn from a shop's own months, and choose what may speak by trying both on its last year.

    Raises UnableToLearn where there is too little.
    """
    past = orders.before(as_day(today))
    if not len(past.day):
        raise UnableToLearn("no orders")
    known_until = past.known_until(today)
    # One thread: where others work too, waiting threads took ten times what one takes (docs/scoring.md).
    with threadpool_limits(1):
        rows = _rows(past, today, known_until)
        outcome = rows.outcome[TARGET.name]
        if int(outcome.sum()) < LEAST_POSITIVES:
            raise UnableToLearn("too few orders")
        chosen = choose(rows, outcome, horizon=TARGET.horizon, upgrade=False, everyone=rows)
        trial = chosen.trial or try_logistic(rows, outcome, horizon=TARGET.horizon)
    ahead = chosen.ahead if chosen.trial is not None else trial.logistic if trial is not None else None
    latest = rows.day > rows.day.max() - 365
    base_rate = float(np.clip(outcome[latest].mean(), 1e-4, 0.9))
    return LearnedHistory(
        _record(chosen, base_rate),
        chosen,
        trial,
        ahead,
        rows,
        orders.names,
        base_rate,
        clients=len(np.unique(past.customer[past.day < rows.day.max()])),
        known_until=known_until,
    )


def _rows(past: Orders, today: date, known_until: int) -> Rows:
    months = _months_before(today)
    try:
        return take_snapshots(_some(past, months), months, [TARGET], known_by=known_until)
    except UnableToTakeSnapshots as error:
        raise UnableToLearn(str(error)) from error


def _months_before(today: date) -> Sequence[date]:
    number = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(number - MOST_MONTHS, number + 1)]


def _some(orders: Orders, months: Sequence[date]) -> Orders:
    """Keep so many customers, drawn by a hash of who they are, as make rows enough."""
    firsts = np.sort(orders.day[turns(orders.customer)])
    rows = int(np.searchsorted(firsts, [as_day(month) for month in months]).sum())
    if rows <= MOST_ROWS:
        return orders
    bound = MOST_ROWS / rows * 2**32
    kept = np.array([crc32(f"learn:{name}".encode()) < bound for name in orders.names])
    return orders.kept(kept[orders.customer])


def _record(chosen: Chosen, base_rate: float) -> dict[str, Any]:
    about = {"base_rate": base_rate, "target": TARGET.name}
    if chosen.proof.chosen == "boosting" and chosen.boosting is not None:
        return {"kind": "boosting", **about, "trees": chosen.boosting.to_plain().to_record()}
    ours = chosen.logistic
    return {
        "kind": "logistic",
        **about,
        "names": list(ours.names),
        "centre": ours.centre.tolist(),
        "scale": ours.scale.tolist(),
        "mean": ours.posterior.mean.tolist(),
        "covariance": ours.posterior.covariance.tolist(),
    }


def _as_foretold(log_odds: Real) -> Foretold:
    return Foretold(log_odds, logistic(log_odds), top_share(log_odds, 0.05))


def _figures(said: Foretold, trial: Trial) -> dict[str, float | None]:
    found = measure(said, trial.outcome, trial.rows.day)
    return {name: _plain(found[name]) for name in ("log_loss", "ece", "auc", "lift_5pct")}


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def reliability(chance: Real, outcome: Yes, customer: Whole) -> list[dict[str, float]]:
    """Answer for each bin of chances what was foretold on average and what came, where anyone was in it.

    `stretch` says how much one client's many months hang together in it (`measures.stretch_of`).
    """
    place = np.clip(np.searchsorted(EDGES, chance, side="right") - 1, 0, len(EDGES) - 2)
    return [
        {
            "low": EDGES[one],
            "high": EDGES[one + 1],
            **_bin(chance[place == one], outcome[place == one], customer[place == one]),
        }
        for one in range(len(EDGES) - 1)
        if (place == one).any()
    ]


def _bin(chance: Real, outcome: Yes, customer: Whole) -> dict[str, float]:
    _, who = np.unique(customer, return_inverse=True)
    number, happened = np.bincount(who), np.bincount(who, weights=outcome)
    return {
        "chance": float(chance.mean()),
        "rows": len(outcome),
        "seen": int(outcome.sum()),
        "stretch": stretch_of(number.astype(np.float64), happened.astype(np.float64)),
    }
