"""The logistic finds what is there, keeps its signs, doubts what it has not seen, and never runs away."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from scoring.learning.bayesian import Prior, fit, logistic, recalibrated_intercept

TRUE = np.array([-2.0, 1.0, -0.7, 0.0])


def sample(rows: int, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(rows), draws.normal(size=(rows, 3))])
    return matrix, (draws.random(rows) < logistic(matrix @ TRUE)).astype(float)


def prior(deviation: float = 10.0, mean: float = 0.0, rising: tuple[int, ...] = ()) -> Prior:
    return Prior(np.full(4, mean), np.full(4, deviation), np.isin(np.arange(4), rising))


def test_it_finds_what_scikit_learn_finds() -> None:
    matrix, outcome = sample(3_000)
    theirs = LogisticRegression(C=100.0, fit_intercept=False, tol=1e-10, max_iter=1_000).fit(matrix, outcome)
    np.testing.assert_allclose(fit(matrix, outcome, prior()).mean, theirs.coef_[0], atol=1e-4)


def test_without_rows_it_believes_what_it_believed() -> None:
    found = fit(np.zeros((0, 4)), np.zeros(0), prior(0.5, 0.3))
    np.testing.assert_allclose(found.mean, 0.3)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), 0.5)


def test_a_coefficient_that_may_not_fall_stays_at_nothing() -> None:
    matrix, outcome = sample(3_000)
    found = fit(matrix, outcome, prior(rising=(1, 2)))
    assert found.mean[2] == 0
    assert found.mean[1] == pytest.approx(1.0, abs=0.2)


def test_held_and_free_together_are_the_best_allowed_point() -> None:
    """At the best point no free coefficient pulls, and a held one would only be pulled below nothing."""
    matrix, outcome = sample(800, seed=5)
    believed = prior(1.0, rising=(1, 2, 3))
    at = fit(matrix, outcome, believed).mean
    slope = matrix.T @ (outcome - logistic(matrix @ at)) - at
    assert np.abs(slope[at != 0]).max() < 1e-3
    assert (slope[(at == 0)] <= 1e-9).all()


def test_from_a_far_prior_it_still_arrives() -> None:
    matrix, outcome = sample(2_000)
    near, far = fit(matrix, outcome, prior(30.0)), fit(matrix, outcome, prior(30.0, 25.0))
    np.testing.assert_allclose(near.mean, far.mean, atol=0.1)


def test_who_is_little_known_is_not_called_certain() -> None:
    matrix, outcome = sample(60)
    found = fit(matrix, outcome, prior(3.0))
    far_off = np.array([[1.0, 6.0, -6.0, 6.0]])
    assert found.probability(far_off) < logistic(far_off @ found.mean)


def test_the_average_is_close_to_drawing_from_the_posterior() -> None:
    matrix, outcome = sample(80)
    found = fit(matrix, outcome, prior(2.0))
    draws = np.random.default_rng(2).multivariate_normal(found.mean, found.covariance, 20_000)
    drawn = logistic(matrix[:30] @ draws.T).mean(axis=1)
    np.testing.assert_allclose(found.probability(matrix[:30]), drawn, atol=0.02)


def test_rows_count_as_their_weight() -> None:
    matrix, outcome = sample(400)
    twice = fit(np.vstack([matrix, matrix]), np.r_[outcome, outcome], prior())
    np.testing.assert_allclose(
        fit(matrix, outcome, prior(), weight=np.full(400, 2.0)).mean, twice.mean, atol=1e-6
    )


def test_what_was_learned_is_the_prior_of_what_comes_next() -> None:
    matrix, outcome = sample(2_000)
    history = fit(matrix, outcome, prior())
    few, happened = sample(30, seed=9)
    anew, from_history = (
        fit(few, happened, believed) for believed in (prior(), history.as_prior(np.zeros(4, dtype=bool)))
    )
    assert np.abs(from_history.mean - TRUE).max() < np.abs(anew.mean - TRUE).max()
    assert (np.diag(from_history.covariance) <= np.diag(history.covariance) * 1.001).all()


def test_perfectly_parted_outcomes_do_not_run_away() -> None:
    matrix = np.column_stack([np.ones(20), np.arange(20) - 9.5, np.zeros(20), np.zeros(20)])
    found = fit(matrix, (np.arange(20) > 9).astype(float), prior(1.0))
    assert np.isfinite(found.mean).all()


def test_a_recalibrated_intercept_meets_the_rate_that_was_seen() -> None:
    log_odds = np.random.default_rng(4).normal(-3, 1, 5_000)
    outcome = (np.random.default_rng(5).random(5_000) < 0.15).astype(float)
    shift = recalibrated_intercept(log_odds, outcome)
    assert logistic(log_odds + shift).mean() == pytest.approx(outcome.mean(), abs=1e-6)
    assert abs(recalibrated_intercept(log_odds[:5], outcome[:5], strength=50)) < 0.2


def test_a_recalibration_counts_rows_as_their_weight() -> None:
    log_odds = np.random.default_rng(4).normal(-3, 1, 300)
    outcome = (np.random.default_rng(5).random(300) < 0.15).astype(float)
    thrice = recalibrated_intercept(np.repeat(log_odds, 3), np.repeat(outcome, 3), strength=20)
    weighed = recalibrated_intercept(log_odds, outcome, weight=np.full(300, 3.0), strength=20)
    assert weighed == pytest.approx(thrice, abs=1e-6)


def test_thousands_of_rows_take_milliseconds() -> None:
    import time

    matrix, outcome = sample(3_000)
    fit(matrix, outcome, prior())
    began = time.perf_counter()
    fit(matrix, outcome, prior())
    assert time.perf_counter() - began < 0.25
