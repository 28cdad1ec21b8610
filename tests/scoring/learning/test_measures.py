"""Figures agree with scikit-learn's, ties are fair, and what does not exist is None."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from scoring.learning.measures import (
    CURVE_AT,
    Foretold,
    calibration_error,
    intervals,
    lift_curve,
    measure,
    reliability,
    top_share,
)

DRAWS = np.random.default_rng(7)
CHANCE = DRAWS.random(4_000) ** 3
OUTCOME = DRAWS.random(4_000) < CHANCE
DAYS = np.repeat([1, 2, 3, 4], 1_000)


SAID = Foretold(CHANCE, CHANCE, CHANCE > 0.5)


def of(score: np.ndarray, outcome: np.ndarray = OUTCOME) -> dict:
    return measure(Foretold(score, CHANCE, score > 0.5), outcome, DAYS)


def test_figures_are_scikit_learns() -> None:
    found = of(CHANCE)
    assert found["auc"] == pytest.approx(roc_auc_score(OUTCOME, CHANCE))
    assert found["average_precision"] == pytest.approx(average_precision_score(OUTCOME, CHANCE))
    assert found["brier"] == pytest.approx(brier_score_loss(OUTCOME, CHANCE))
    assert found["log_loss"] == pytest.approx(log_loss(OUTCOME, CHANCE))
    by_month = [roc_auc_score(OUTCOME[day == DAYS], CHANCE[day == DAYS]) for day in (1, 2, 3, 4)]
    assert found["auc_within_month"] == pytest.approx(np.mean(by_month))


def test_ties_count_half() -> None:
    coarse = np.round(CHANCE, 1)
    assert of(coarse)["auc"] == pytest.approx(roc_auc_score(OUTCOME, coarse))
    assert of(np.zeros(4_000))["auc"] == 0.5
    assert of(np.zeros(4_000))["lift_5pct"] == pytest.approx(1.0)


def test_lift_is_the_rate_at_the_top_over_the_rate_of_all() -> None:
    best = np.argsort(-CHANCE)[:200]
    assert of(CHANCE)["lift_5pct"] == pytest.approx(OUTCOME[best].mean() / OUTCOME.mean())


def test_a_calibrated_chance_has_no_error_and_a_doubled_one_has() -> None:
    assert calibration_error(CHANCE, OUTCOME) < 0.02
    assert calibration_error(np.minimum(1, 2 * CHANCE), OUTCOME) > 0.1


def test_where_nothing_happened_there_are_no_figures() -> None:
    assert set(of(CHANCE, np.zeros(4_000, dtype=bool)).values()) == {None}


def test_as_many_are_flagged_as_were_asked_for() -> None:
    assert top_share(CHANCE, 0.1).mean() == pytest.approx(0.1, abs=0.001)
    assert not top_share(CHANCE, 0.0).any()


def test_intervals_hold_the_figure_and_widen_where_rows_hang_together() -> None:
    alone = intervals([SAID], OUTCOME, np.arange(4_000), times=60, seed=1)[0]
    together = intervals([SAID], OUTCOME, np.arange(4_000) // 200, times=60, seed=1)[0]
    # Drawn anew, ten bins stray further from the line than the rows themselves: that one is only near.
    assert alone["ece"][0] < of(CHANCE)["ece"] + 0.01
    for name in alone.keys() - {"ece"}:
        low, high = alone[name]
        assert low < of(CHANCE)[name] < high, name
    assert alone.keys() == of(CHANCE).keys() - {"auc_within_month"}
    copied = np.tile(np.arange(200), 20)
    chance, happened = np.tile(CHANCE[:200], 20), np.tile(OUTCOME[:200], 20)
    said = Foretold(chance, chance, chance > 0.5)
    honest = intervals([said], happened, copied, times=60, seed=1)[0]
    vain = intervals([said], happened, np.arange(4_000), times=60, seed=1)[0]
    for name in ("auc", "log_loss", "recall"):
        assert honest[name][1] - honest[name][0] > 2 * (vain[name][1] - vain[name][0])
    assert together["auc"][0] < together["auc"][1]


def test_the_same_seed_gives_the_same_intervals() -> None:
    first, again = (intervals([SAID], OUTCOME, DAYS, times=20, seed=3) for _ in range(2))
    assert first == again


def test_ten_bins_of_equal_size_hold_every_row_and_the_calibration_error() -> None:
    bins = reliability(CHANCE, OUTCOME)
    assert [rows for _, _, rows in bins] == [400] * 10
    assert [said for said, _, _ in bins] == sorted(said for said, _, _ in bins)
    assert sum(seen * rows for _, seen, rows in bins) == pytest.approx(OUTCOME.sum())
    apart = sum(abs(said - seen) * rows for said, seen, rows in bins) / 4_000
    assert calibration_error(CHANCE, OUTCOME) == pytest.approx(apart)


def test_the_lift_curve_passes_through_the_lift_and_ends_with_everyone() -> None:
    curve = dict(lift_curve(CHANCE, OUTCOME))
    assert tuple(curve) == CURVE_AT
    assert curve[0.05] / 0.05 == pytest.approx(of(CHANCE)["lift_5pct"])
    assert (curve[0.0], curve[1.0]) == (0.0, 1.0)


def test_scores_that_are_all_the_same_lift_nothing() -> None:
    assert all(reached == pytest.approx(share) for share, reached in lift_curve(np.zeros(4_000), OUTCOME))
    assert lift_curve(CHANCE, np.zeros(4_000, dtype=bool)) == []
