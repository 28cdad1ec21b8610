"""Monotone gradient boosting by scikit-learn, calibrated out of time, exported to plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from scoring.boosted import Boosted, Tree
from scoring.learning.bayesian import Prior, fit, logistic, recalibrated_intercept
from scoring.learning.book import Real
from scoring.learning.features import RISING
from scoring.learning.measures import Yes
from scoring.learning.snapshots import Rows

# The share of the year differs by a hair from year to year and trees learn the year by it (measured:
# docs/scoring.md); the month says the same without.
_LEFT_OUT = ("season",)
# A hundred small trees: 20 µs in plain Python. Compared within the training months and, some of them, on
# 2011-2012 as well (docs/scoring.md, "What was tried").
_TREES, _RATE, _LEAVES, _RIDGE, _SHARE_OF_FEATURES = 100, 0.1, 12, 50.0, 0.3
_LEAF_ROWS = 500
# Beyond this, rows in which nothing happened are drawn: the trees take as long for any history.
_MOST_ROWS = 150_000
# One thread: on shared cores scikit-learn's waiting threads took 80 s for what one does in 6.
_THREADS = 1


@dataclass(frozen=True, slots=True)
class LearnedBoosting:
    """Grown trees with their calibration: slope and shift on the log-odds.

    `drawn` is the logarithm of the share of rows without an order that were learned from: among fewer of them
    an order looks likelier, by exactly this much log-odds. (A weight for each row would say the same, and
    took scikit-learn half of all its time: docs/scoring.md.)
    """

    model: HistGradientBoostingClassifier
    names: tuple[str, ...]
    drawn: float = 0.0
    slope: float = 1.0
    shift: float = 0.0

    def log_odds(self, rows: Rows) -> Real:
        """Answer the calibrated log-odds of rows."""
        with threadpool_limits(_THREADS):
            raw = self.model.decision_function(_values(rows, self.names))
        return self.slope * (np.asarray(raw, dtype=np.float64) + self.drawn) + self.shift

    def chance(self, rows: Rows) -> Real:
        """Answer the calibrated probability of rows."""
        return logistic(self.log_odds(rows))

    def calibrated(self, ahead: Real, happened: Yes, rows: Rows, outcome: Yes) -> LearnedBoosting:
        """Calibrate by Platt's scaling: the slope on log-odds foretold out of time and what came of them.

        The level stays that of the rows learned from: one later year's level is no better a guess at the next
        (measured: docs/scoring.md).
        """
        slope, _ = platt(ahead, happened)
        return replace(self, slope=slope, shift=recalibrated_intercept(slope * self.log_odds(rows), outcome))

    def to_plain(self, version: int = 0) -> Boosted:
        """Export to numbers that `scoring.boosted` walks without any library."""
        trees = tuple(_tree(stage[0].nodes) for stage in self.model._predictors)
        baseline = float(np.ravel(self.model._baseline_prediction)[0]) + self.drawn
        return Boosted(self.names, baseline, trees, self.slope, self.shift, version)


def grow(rows: Rows, outcome: Yes, *, seed: int = 0) -> LearnedBoosting:
    """Grow the trees; near, often in the window and finer never lowers the chance, the rest is left free."""
    kept, share = _enough(outcome, seed)
    # Few rows cannot fill large leaves; many rows hang together by customer, so leaves are large.
    leaf = int(np.clip(len(outcome) // 200, 20, _LEAF_ROWS))
    names = _known(rows, kept, leaf)
    model = HistGradientBoostingClassifier(
        max_iter=_TREES,
        learning_rate=_RATE,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=leaf,
        l2_regularization=_RIDGE,
        max_features=_SHARE_OF_FEATURES,
        monotonic_cst=[int(name in RISING) for name in names],
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(_THREADS):
        model.fit(_values(rows, names)[kept], outcome[kept])
    return LearnedBoosting(model, names, drawn=float(np.log(share)))


def _known(rows: Rows, kept: Yes, leaf: int) -> tuple[str, ...]:
    """Answer the features that are numbers in enough rows to fill one leaf: no other can part any.

    In a house where nobody has a third order, a column holds no number at all; scikit-learn cannot cut that.
    """
    numbers = np.isfinite(rows.values[kept]).sum(axis=0)
    enough = min(leaf, int(kept.sum()))
    return tuple(
        name
        for name, known in zip(rows.names, numbers.tolist(), strict=True)
        if known >= enough and name not in _LEFT_OUT
    )


def _enough(outcome: Yes, seed: int) -> tuple[Yes, float]:
    """Keep every order; where rows are many, draw a share of the others, and answer it."""
    others = int((~outcome).sum())
    share = min(1.0, max(0.1, (_MOST_ROWS - int(outcome.sum())) / max(1, others)))
    kept = outcome | (np.random.default_rng(seed).random(len(outcome)) < share)
    return kept, share


def platt(log_odds: Real, outcome: Yes) -> tuple[float, float]:
    """Answer slope and shift that make log-odds probable; few outcomes leave them as they are."""
    matrix = np.column_stack([np.ones(len(log_odds)), log_odds])
    free = np.array([False, False])
    found = fit(matrix, outcome.astype(np.float64), Prior(np.array([0.0, 1.0]), np.array([1.0, 0.3]), free))
    return float(found.mean[1]), float(found.mean[0])


def _values(rows: Rows, names: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.float32]]:
    if names == rows.names:
        return rows.values
    return rows.values[:, [rows.names.index(name) for name in names]]


def _tree(nodes: Any) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    left, right = nodes["left"].astype(int), nodes["right"].astype(int)
    missing = np.where(nodes["missing_go_to_left"].astype(bool), left, right)
    return Tree(
        feature=tuple(np.where(leaf, -1, nodes["feature_idx"].astype(int)).tolist()),
        bound=tuple(np.where(leaf, nodes["value"], nodes["num_threshold"]).tolist()),
        left=tuple(left.tolist()),
        right=tuple(right.tolist()),
        missing=tuple(missing.tolist()),
    )
