"""One decision with its reasons in plain Python, beside scikit-learn's predict_proba on one row."""

from __future__ import annotations

import timeit
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from sklearn.linear_model import LogisticRegression

from scoring.decision import Standing, decide
from scoring.relationship import Milestone, Relationship
from scoring.session import Session
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy, Weights

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def measure() -> list[tuple[str, float, str]]:
    """This function will time both and answer rows of the bench's table."""
    ours, untaught = _micros(lambda: _decide(LEARNED, FORETOLD)), _micros(_decide)
    model = LogisticRegression().fit(np.random.default_rng(1).random((200, 5)), np.arange(200) % 2)
    row = np.full((1, 5), 0.5)
    theirs = _micros(lambda: model.predict_proba(row))
    return [
        ("one decision with reasons, history and spread", ours, "µs"),
        ("the same before anything was learned", untaught, "µs"),
        ("scikit-learn predict_proba, one row", theirs, "µs"),
        ("ours / scikit-learn", ours / theirs, ""),
    ]


def _micros(call: object) -> float:
    timer = timeit.Timer(call)  # type: ignore[arg-type] - a callable of either
    number, _ = timer.autorange()
    return min(timer.repeat(5, number)) / number * 1e6


def _decide(weights: Weights = DEFAULT_WEIGHTS, known: Relationship | None = None) -> None:
    decide(
        SESSION,
        known or RELATIONSHIP,
        STANDING,
        POLICY,
        weights,
        DEFAULT_ADJACENCY,
        now=NOW,
        today=NOW.date(),
        draw=0.5,
    )


POLICY = Policy()
STANDING = Standing(next_opening=datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
SESSION = Session(
    NOW,
    NOW,
    kinds={"eternity_band": 90_000, "earrings": 8_000},
    prices=(240_000, 310_000, 390_000),
    views=3,
    events=7,
    visit_days=(date(2026, 11, 1), date(2026, 11, 9), date(2026, 11, 15), date(2026, 11, 21)),
    currency="GBP",
    materials={"platinum": 60_000, "yellow_gold": 38_000, "diamond": 90_000},
)
RELATIONSHIP = Relationship(
    4,
    date(2016, 9, 12),
    date(2026, 5, 4),
    7,
    kinds={"wedding_band": (2016, "Ines Moreau"), "earrings": (2019, "Ines Moreau"), "pendant": (2021, "")},
    baseline=110_000,
    lines_priced=6,
    currency="GBP",
    milestones=(Milestone("anniversary", 12, 12, 2016, "wedding_band", 0.6, 45, rests_on=("1",)),),
    lead="Ines Moreau",
    materials=("diamond", "platinum", "rose_gold"),
)
# What a taught house decides with: the orders speak, and each weight has its spread.
FORETOLD = replace(RELATIONSHIP, foretold=1.2)
LEARNED = Weights(
    version=2,
    intercept=-3.0,
    coefficients={**DEFAULT_WEIGHTS.coefficients, "history": 1.0},
    deviations={**dict.fromkeys(DEFAULT_WEIGHTS.coefficients, 0.3), "history": 0.05, "intercept": 0.1},
    base_rate=0.045,
)
