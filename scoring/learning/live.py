"""The live model: what the history foretells, the signals, and whether she was invited, in one small table.

Believed first is the rule; then the shop's own order history speaks, then the outcomes of its sessions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scoring.learning.bayesian import Posterior, Prior, fit, recalibrated_intercept
from scoring.learning.book import Real
from scoring.weights import DEFAULT_WEIGHTS, Weights

SIGNALS = ("tenure", "category_continuity", "anniversary_window", "repeat_visits", "price_tier")
COLUMNS = ("intercept", "history", *SIGNALS, "offered")
# Monotone in anniversary, visits and price; recency and tenure left free (issue). Kinds and the history are
# free, too: nobody has said that they may not speak against.
RISING = ("anniversary_window", "repeat_visits", "price_tier")
# How far each may be from the rule before anything was seen: a whole signal's weight is in doubt by half of
# itself, the history's own by less, since it was learned here. Dated guess, 2026-11.
_DEVIATIONS: Mapping[str, float] = {
    "intercept": 2.0,
    "history": 0.3,
    **dict.fromkeys(SIGNALS, 0.6),
    "offered": 0.5,
}
# Windows of 60 days taken each month see every order twice, so an as-of example is half of one.
_HISTORY_WEIGHT = 0.5
# A session's visitor is likelier to buy than a name in a book: what the history says of the intercept is
# believed only within this. Dated guess, 2026-11.
_LEAST_INTERCEPT_DEVIATION = 0.7
# So many expected orders the old intercept weighs against the latest sessions. Dated guess, 2026-11.
_RECALIBRATION_STRENGTH = 20.0
LATEST_DAYS = 180
# Less than this moves no chance by a fortieth of itself; more than that at one go (odds by two thirds) should
# be looked at by a person first. Dated guesses, 2026-11.
_LEAST_MOVE, _MOST_MOVE = 0.025, 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """A client on a day: what was read of her, and whether she ordered within 60 days.

    `foretold` is None where the history was silent; `weight` is how much the example counts; `day` is since
    1970-01-01.
    """

    day: int
    ordered: bool
    readings: Mapping[str, float]
    foretold: float | None
    offered: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LearnedLive:
    """The live model's posterior, and what it rests on.

    `hears_history` tells whether what the history foretells is among it.
    """

    posterior: Posterior
    examples: int
    sessions: int
    sessions_ordered: int
    shift: float
    hears_history: bool

    def to_weights(self, base_rate: float) -> Weights:
        """Answer the table a decision is made with: what an invitation brings by itself is left out."""
        mean = dict(zip(COLUMNS, self.posterior.mean.tolist(), strict=True))
        deviation = dict(zip(COLUMNS, np.sqrt(np.diag(self.posterior.covariance)).tolist(), strict=True))
        kept = ("history", *SIGNALS) if self.hears_history else SIGNALS
        return Weights(
            intercept=round(mean["intercept"] + self.shift, 4),
            coefficients={name: round(mean[name], 4) for name in kept},
            deviations={name: round(deviation[name], 4) for name in ("intercept", *kept)},
            base_rate=round(base_rate, 6),
        )

    def in_figures(self) -> dict[str, Any]:
        """Answer what a person who approves should read."""
        return {
            "examples": self.examples,
            "sessions": self.sessions,
            "sessions_ordered": self.sessions_ordered,
            "offered": round(float(self.posterior.mean[COLUMNS.index("offered")]), 4),
        }


def learn_live(history: Sequence[Example], sessions: Sequence[Example]) -> LearnedLive:
    """Learn the table: the rule, then the shop's order history, then the outcomes of its sessions.

    Where no model could foretell the looked back at, the history stays out of the table: tenure and window
    have learned by themselves what it would say once more.
    """
    hears = not history or any(each.foretold is not None for each in history)
    if not hears:
        sessions = [replace(each, foretold=None) for each in sessions]
    posterior = _learn(history, rule_as_prior(), _HISTORY_WEIGHT)
    shift = 0.0
    if sessions:
        posterior = _learn(sessions, _before_sessions(posterior), 1.0)
        shift = _recalibrated(sessions, posterior)
    ordered = sum(each.ordered for each in sessions)
    return LearnedLive(posterior, len(history), len(sessions), ordered, shift, hears)


def rule_as_prior() -> Prior:
    """Answer what is believed before anything was seen: the rule's own weights, and the history as it is."""
    believed = {**DEFAULT_WEIGHTS.coefficients, "intercept": DEFAULT_WEIGHTS.intercept, "history": 1.0}
    return Prior(
        np.array([believed.get(name, 0.0) for name in COLUMNS]),
        np.array([_DEVIATIONS[name] for name in COLUMNS]),
        np.array([name in RISING for name in COLUMNS]),
    )


def _before_sessions(posterior: Posterior) -> Prior:
    prior = posterior.as_prior(rule_as_prior().rising)
    deviation = prior.deviation.copy()
    deviation[0] = max(deviation[0], _LEAST_INTERCEPT_DEVIATION)
    # A coefficient held at nothing has no deviation left; outcomes may still lift it.
    held = deviation <= 0
    deviation[held] = rule_as_prior().deviation[held]
    return replace(prior, deviation=deviation)


def _learn(examples: Sequence[Example], prior: Prior, weight: float) -> Posterior:
    weights = np.array([each.weight * weight for each in examples])
    return fit(matrix_of(examples), _outcomes(examples), prior, weight=weights)


def matrix_of(examples: Sequence[Example]) -> Real:
    """Lay examples out as [examples, COLUMNS]; what was not read is 0 and moves nothing."""
    matrix = np.zeros((len(examples), len(COLUMNS)))
    for row, each in enumerate(examples):
        read = (each.readings.get(name, 0.0) for name in SIGNALS)
        matrix[row] = (1.0, each.foretold or 0.0, *read, float(each.offered))
    return matrix


def _outcomes(examples: Sequence[Example]) -> Real:
    return np.array([float(each.ordered) for each in examples])


def _recalibrated(sessions: Sequence[Example], posterior: Posterior) -> float:
    latest = _latest(sessions)
    return _shift(posterior.log_odds(matrix_of(latest)), latest)


def _latest(sessions: Sequence[Example]) -> list[Example]:
    last = max(each.day for each in sessions)
    return [each for each in sessions if each.day > last - LATEST_DAYS]


def _shift(log_odds: Real, sessions: Sequence[Example]) -> float:
    return recalibrated_intercept(
        log_odds,
        _outcomes(sessions),
        weight=np.array([each.weight for each in sessions]),
        strength=_RECALIBRATION_STRENGTH,
    )


@dataclass(frozen=True, slots=True)
class Recalibrated:
    """Weights whose intercept alone was moved, by `shift`, and the sessions that moved it."""

    weights: Weights
    shift: float
    sessions: int
    ordered: int


def recalibrate(weights: Weights, offered: float, sessions: Sequence[Example]) -> Recalibrated | None:
    """Move the intercept of weights in force to what their latest sessions led to; None where it stays.

    `offered` is what an invitation itself brings (`LearnedLive.in_figures`). Everything else stays as it was
    approved, and a single move is bounded.
    """
    if not sessions:
        return None
    latest = _latest(sessions)
    coefficients = {**weights.coefficients, "intercept": weights.intercept, "offered": offered}
    log_odds = matrix_of(latest) @ np.array([coefficients.get(name, 0.0) for name in COLUMNS])
    shift = round(float(np.clip(_shift(log_odds, latest), -_MOST_MOVE, _MOST_MOVE)), 4)
    if abs(shift) < _LEAST_MOVE:
        return None
    moved = replace(weights, intercept=round(weights.intercept + shift, 4))
    return Recalibrated(moved, shift, len(latest), sum(each.ordered for each in latest))
