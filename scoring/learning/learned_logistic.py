"""Our logistic: a design, a prior of round numbers, and the posterior; kept as a table of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.learning.bayesian import Posterior, Prior, fit, logistic
from scoring.learning.book import Real
from scoring.learning.design import RISING, design
from scoring.learning.measures import Yes
from scoring.learning.snapshots import Rows

# What is believed before any outcome, in log-odds per standard deviation of a column: the rule's own order
# (near in the window first), that who bought lately and often buys again, that annual buyers come back near
# day 365 and hardly anyone within weeks, that her chance follows the shop's season (facts/scoring.md). Round
# numbers on purpose, none is fitted. Dated guess, 2026-11.
BELIEVED: Mapping[str, float] = {
    "log_faded_365": 0.4,
    "log_faded_900": 0.3,
    "log_recency": -0.3,
    "recency_30": -0.1,
    "recency_335": 0.1,
    "recency_365": 0.1,
    "anniversaries": 0.3,
    "anniversary_1": 0.1,
    "anniversary_1_quiet": 0.1,
    "near_lift": 0.1,
    "gap_hazard": 0.2,
    "season": 0.4,
}
# For an upgrade the price speaks first (facts/scoring.md: price 1.18, anniversary .57).
BELIEVED_OF_UPGRADES: Mapping[str, float] = {
    **BELIEVED,
    "max_ratio": 0.2,
    "last_ratio": 0.1,
    "finer_share": 0.1,
}
# The base rate of an order in 30 days, 1.8 % (facts/scoring.md), and hardly believed.
_INTERCEPT, _INTERCEPT_DEVIATION = -4.0, 2.0
# How far a believed coefficient may be from the belief, and any other from nothing: looser ones lose out of
# time, within the training months and on 2011-2012 (docs/scoring.md, "What was tried").
_BELIEVED_DEVIATION, _OTHER_DEVIATION = 0.1, 0.04
# A column that hardly varied must not be stretched: a later year would shoot off the scale.
_LEAST_SCALE = 0.05


@dataclass(frozen=True, slots=True)
class LearnedLogistic:
    """A posterior over the design's columns, with the centre and scale they were standardised by."""

    names: tuple[str, ...]
    centre: Real
    scale: Real
    posterior: Posterior

    def log_odds(self, rows: Rows) -> Real:
        """Answer the log-odds of rows, averaged over the posterior."""
        return self.posterior.log_odds(_standardised(rows, self.names, self.centre, self.scale))

    def chance(self, rows: Rows) -> Real:
        """Answer the probability of rows."""
        return logistic(self.log_odds(rows))


def learn_logistic(
    rows: Rows, outcome: Yes, *, upgrade: bool, everyone: Rows | None = None
) -> LearnedLogistic:
    """Learn from labelled rows. `everyone`, labelled or not, gives the columns' centre and scale."""
    columns = design(rows if everyone is None else everyone)
    names = tuple(columns)
    centre = np.array([column.mean() for column in columns.values()])
    scale = np.array([max(column.std(), _LEAST_SCALE) for column in columns.values()])
    matrix = _standardised(rows, names, centre, scale)
    prior = prior_of(names, BELIEVED_OF_UPGRADES if upgrade else BELIEVED)
    return LearnedLogistic(names, centre, scale, fit(matrix, outcome.astype(np.float64), prior))


def prior_of(names: tuple[str, ...], believed: Mapping[str, float]) -> Prior:
    """Lay a belief out over the columns, intercept first."""
    mean = [_INTERCEPT, *(believed.get(name, 0.0) for name in names)]
    loose = [_BELIEVED_DEVIATION if name in believed else _OTHER_DEVIATION for name in names]
    return Prior(
        np.array(mean),
        np.array([_INTERCEPT_DEVIATION, *loose]),
        np.array([False, *(name in RISING for name in names)]),
    )


def _standardised(rows: Rows, names: tuple[str, ...], centre: Real, scale: Real) -> Real:
    columns = design(rows)
    matrix = np.ones((len(rows.customer), len(names) + 1))
    for place, name in enumerate(names):
        matrix[:, place + 1] = (columns[name] - centre[place]) / scale[place]
    return matrix
