"""Bayesian logistic regression: the most likely coefficients, and a Gaussian for how unsure they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.learning.book import Real

Which = NDArray[np.bool_]
_STEPS = 60  # damped Newton takes about ten; from a far prior some more
_TURNS_AT_ONCE, _TURNS = 20, 500
_CLOSE_ENOUGH = 1e-8  # of the log posterior, per row


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of each coefficient before any outcome: `mean`, `deviation`, and a sign that stays.

    The first is the intercept. `rising` marks those that may not become negative.
    """

    mean: Real
    deviation: Real
    rising: Which


@dataclass(frozen=True, slots=True)
class Posterior:
    """Coefficients, intercept first, of columns already standardised; and their covariance."""

    mean: Real
    covariance: Real

    def log_odds(self, matrix: Real) -> Real:
        """Answer the log-odds of rows [rows, coefficients], averaged over what the coefficients may be.

        A logistic averaged over a Gaussian is near the logistic of its mean, drawn towards even odds by
        1/sqrt(1 + pi/8 variance) (D. MacKay, 1992): who is little known is not called certain.
        """
        variance = np.einsum("ij,ij->i", matrix @ self.covariance, matrix)
        drawn: Real = (matrix @ self.mean) / np.sqrt(1 + np.pi / 8 * variance)
        return drawn

    def probability(self, matrix: Real) -> Real:
        """Answer the probability of rows, averaged over the posterior."""
        return logistic(self.log_odds(matrix))

    def as_prior(self, rising: Which, *, wider: float = 1.0) -> Prior:
        """Believe this before the next outcomes: a shop's history before its consultations."""
        return Prior(self.mean, wider * np.sqrt(np.diag(self.covariance)), rising)


def logistic(log_odds: Real) -> Real:
    """Turn log-odds into a probability."""
    return 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))


def log_odds_of(rate: float) -> float:
    """Turn a rate into log-odds; nothing and everything are taken for a millionth short of it."""
    held = min(1 - 1e-6, max(1e-6, rate))
    return float(np.log(held / (1 - held)))


def fit(matrix: Real, outcome: Real, prior: Prior, *, weight: Real | None = None) -> Posterior:
    """Find the most likely coefficients under the prior, by damped Newton, and their Laplace covariance.

    `matrix` is [rows, coefficients] with ones first, `outcome` 0 or 1, `weight` how much a row counts.
    Coefficients that may not fall below zero are held there as long as the data would push them under.
    """
    counts = np.ones(len(outcome)) if weight is None else weight
    at = np.where(prior.rising, np.maximum(prior.mean, 0.0), prior.mean)
    value = _log_posterior(matrix, outcome, counts, prior, at)
    for _ in range(_STEPS):
        slope, curve = _slope_and_curve(matrix, outcome, counts, prior, at)
        towards = _best_of_parabola(slope + curve @ at, curve, prior.rising)
        better, found = _climb(matrix, outcome, counts, prior, at, towards - at, value)
        gained, at, value = found - value, better, found
        if gained < _CLOSE_ENOUGH * max(1, len(outcome)):
            break
    _, curve = _slope_and_curve(matrix, outcome, counts, prior, at)
    return Posterior(at, _covariance(curve, ~(prior.rising & (at <= 0))))


def _log_posterior(matrix: Real, outcome: Real, counts: Real, prior: Prior, at: Real) -> float:
    odds = matrix @ at
    likelihood = counts @ (outcome * odds - np.logaddexp(0.0, odds))
    return float(likelihood - 0.5 * np.sum(((at - prior.mean) / prior.deviation) ** 2))


def _slope_and_curve(matrix: Real, outcome: Real, counts: Real, prior: Prior, at: Real) -> tuple[Real, Real]:
    chance = logistic(matrix @ at)
    tight = prior.deviation**-2.0
    slope = matrix.T @ (counts * (outcome - chance)) - tight * (at - prior.mean)
    # A matrix by its own transpose is half the work of two different ones.
    root = matrix * np.sqrt(counts * chance * (1 - chance))[:, None]
    curve = root.T @ root + np.diag(tight)
    return slope, curve


def _best_of_parabola(slope: Real, curve: Real, rising: Which) -> Real:
    """Maximise slope·x − x·curve·x/2 where the rising ones are not negative, by pivoting.

    All that stand wrong change sides at once; should that go round in circles, one at a time, which ends
    (Murty's rule).
    """
    held = np.zeros(len(slope), dtype=bool)
    for turn in range(_TURNS):
        found = np.zeros_like(slope)
        free = np.flatnonzero(~held)
        found[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        wrong = (rising & ~held & (found < 0)) | (held & (slope - curve @ found > 1e-12))
        if not wrong.any():
            break
        held ^= wrong if turn < _TURNS_AT_ONCE else np.arange(len(held)) == np.flatnonzero(wrong)[-1]
    return np.where(rising, np.maximum(found, 0.0), found)


def _climb(
    matrix: Real, outcome: Real, counts: Real, prior: Prior, at: Real, step: Real, value: float
) -> tuple[Real, float]:
    """Go the whole step, or half of it, or half of that, …: as far as the posterior rises."""
    size = 1.0
    while size > 1e-6:
        there = at + size * step  # between two allowed points all are allowed
        found = _log_posterior(matrix, outcome, counts, prior, there)
        if found >= value:
            return there, found
        size /= 2
    return at, value


def _covariance(curve: Real, free: Which) -> Real:
    covariance = np.zeros_like(curve)
    places = np.flatnonzero(free)
    covariance[np.ix_(places, places)] = np.linalg.inv(curve[np.ix_(places, places)])
    return covariance


def recalibrated_intercept(
    log_odds: Real, outcome: NDArray[np.generic], *, weight: Real | None = None, strength: float = 0.0
) -> float:
    """Answer what to add to the intercept so that the mean chance equals the rate that was seen.

    `weight` is how much a row counts, as in `fit`; `strength` how many expected orders the old intercept
    weighs against the new ones: a month with few rows moves little.
    """
    shift = 0.0
    counts = np.ones(len(outcome)) if weight is None else weight
    expected = float(counts @ logistic(log_odds))
    seen = float(counts @ outcome.astype(np.float64))
    wanted = (seen + strength) / (expected + strength) * expected if expected else 0.0
    for _ in range(50):
        chance = logistic(log_odds + shift)
        slope = float(counts @ (chance * (1 - chance)))
        missing = wanted - float(counts @ chance)
        if slope <= 0 or abs(missing) < 1e-9 * max(1.0, wanted):
            break
        shift += float(np.clip(missing / slope, -1, 1))
    return shift
