"""The likelihood a decision would have come to, for many clients at once: scoring.decision in columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scoring.learning.bayesian import logistic
from scoring.learning.book import Real
from scoring.weights import Weights


def chance_of(weights: Weights, values: Mapping[str, Real], foretold: Real) -> Real:
    """Answer the chance by graded readings, and by what the history foretells (0: as likely as any)."""
    weight, deviation = weights.coefficients.get, weights.deviations.get
    columns = {**values, "history": foretold}
    log_odds = np.full(len(foretold), weights.intercept)
    unsure = np.full(len(foretold), deviation("intercept", 0.0) ** 2)
    for name, column in columns.items():
        log_odds += weight(name, 0.0) * column
        unsure += (deviation(name, 0.0) * column) ** 2
    # Drawn towards even odds by how unsure it is, as `probability_of` does.
    return logistic(log_odds / np.sqrt(1 + np.pi / 8 * unsure))
