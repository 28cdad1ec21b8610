"""What anyone would use instead: the untrained rule, a count, recency, frequency then recency, BG/NBD."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import numpy as np

from scoring.learning.book import Real
from scoring.learning.features import YEAR
from scoring.learning.measures import Yes
from scoring.learning.snapshots import Rows

# The rule's bounds as far as an order history can know them (scoring.weights.Policy; facts/scoring.md).
_TENURE_DAYS = 5 * YEAR
_OFTEN = 2
_STEP = np.log(1.25)
CUE = 2


class UnableToCompare(RuntimeError):
    """A rival cannot be had here. Installing what it names will help."""


def fired(rows: Rows) -> Real:
    """Count the signals that fire, 0..4, as far as orders can tell.

    Tenure, the anniversary window and the price step are read as they are; two orders within a year stand
    in for repeat visits. What is browsed cannot be known.
    """
    signals = (
        rows.column("tenure") >= _TENURE_DAYS,
        rows.column("years_in_3") >= 1,
        rows.column("orders_365") >= _OFTEN,
        rows.column("last_ratio") >= _STEP,
    )
    number: Real = np.column_stack(signals).sum(axis=1).astype(np.float64)
    return number


def rule(rows: Rows) -> Real:
    """Answer 1 where the founding rule calls it a cue, else 0."""
    return (fired(rows) >= CUE).astype(np.float64)


def recency(rows: Rows) -> Real:
    """The later the last order, the higher."""
    return -rows.column("recency").astype(np.float64)


def frequency_recency(rows: Rows) -> Real:
    """More orders first; among equals the later last order."""
    return rows.column("orders").astype(np.float64) + 1 / (2 + rows.column("recency").astype(np.float64))


Foretell = Callable[[Rows, int], Real]
UNTRAINED: Mapping[str, Callable[[Rows], Real]] = {
    "rule": rule,
    "count": fired,
    "recency": recency,
    "frequency_recency": frequency_recency,
}


def bg_nbd(known: Rows) -> Foretell:
    """Fit BG/NBD on the last snapshot of these rows, and answer what foretells the orders of so many days.

    Equal (frequency, recency, age) are fitted once with a weight: the same parameters in a hundredth of the
    time (facts/scoring.md).
    """
    last = known.where(known.day == known.day.max())
    unique, count = np.unique(_summary(last), axis=0, return_counts=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package is of 2020 and speaks of pandas that has gone
        try:
            from lifetimes import BetaGeoFitter
        except ImportError as error:
            raise UnableToCompare(
                "the development dependency lifetimes is not installed: make test installs it"
            ) from error
        model = BetaGeoFitter(penalizer_coef=0.001)
        model.fit(*unique.T, weights=count)

    def foretell(rows: Rows, horizon: int) -> Real:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = model.conditional_expected_number_of_purchases_up_to_time(
                horizon / _WEEK, *_summary(rows).T
            )
        return np.nan_to_num(np.asarray(expected, dtype=np.float64))

    return foretell


_WEEK = 7.0


def _summary(rows: Rows) -> Real:
    """Answer [rows, 3]: repeat orders, age at the last, age now; in weeks, where the fit is steady."""
    tenure, since = rows.column("tenure").astype(np.float64), rows.column("recency").astype(np.float64)
    repeats = np.where(tenure > since, rows.column("orders") - 1, 0)
    return np.column_stack([repeats, np.floor((tenure - since) / _WEEK), np.ceil(tenure / _WEEK)])


def cue_share(flagged: Yes) -> float:
    """Answer the share that the rule flags: every other model flags as many, so that precision compares."""
    return float(flagged.mean()) if len(flagged) else 0.0
