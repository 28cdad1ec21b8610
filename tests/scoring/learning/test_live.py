"""The live model: the rule first, then the orders, then the sessions; an invitation is no inclination."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scoring.decision import probability_of
from scoring.learning.live import (
    COLUMNS,
    RISING,
    SIGNALS,
    Example,
    LearnedLive,
    learn_live,
    matrix_of,
    recalibrate,
)
from scoring.reading import Reading
from scoring.weights import DEFAULT_WEIGHTS

BASE = 0.05


def drawn(
    rows: int, *, intercept: float, seed: int = 1, visiting: bool = False, **weights: float
) -> list[Example]:
    """Draw clients on days: what was read of them, and outcomes by these weights."""
    draws = np.random.default_rng(seed)
    examples = []
    for row in range(rows):
        foretold = float(draws.normal(-0.5, 1.2))
        names = SIGNALS if visiting else ("tenure", "anniversary_window")
        readings = {name: float(draws.random() * (draws.random() < 0.5)) for name in names}
        offered = visiting and bool(draws.random() < 0.5)
        odds = intercept + weights.get("history", 1.0) * foretold + weights.get("offered", 0.0) * offered
        odds += sum(weights.get(name, 0.0) * value for name, value in readings.items())
        ordered = bool(draws.random() < 1 / (1 + np.exp(-odds)))
        examples.append(Example(20_000 + row % 300, ordered, readings, foretold, offered))
    return examples


def weight(learned: LearnedLive, name: str) -> float:
    return float(learned.posterior.mean[COLUMNS.index(name)])


def test_without_a_single_example_the_rule_speaks() -> None:
    table = learn_live([], []).to_weights(BASE)
    assert table.intercept == DEFAULT_WEIGHTS.intercept
    assert table.coefficients == {**DEFAULT_WEIGHTS.coefficients, "history": 1.0}


def test_orders_teach_what_orders_know_and_leave_the_rest_to_the_rule() -> None:
    learned = learn_live(drawn(8_000, intercept=-2.0, history=0.8, anniversary_window=0.9), [])
    assert weight(learned, "history") == pytest.approx(0.8, abs=0.1)
    assert weight(learned, "intercept") == pytest.approx(-2.0, abs=0.2)
    for name in ("category_continuity", "repeat_visits", "price_tier"):
        assert weight(learned, name) == pytest.approx(DEFAULT_WEIGHTS.coefficients[name])


def test_what_an_invitation_itself_brings_is_not_taken_for_her_own_inclination() -> None:
    history = drawn(4_000, intercept=-3.0)
    sessions = drawn(6_000, intercept=-2.0, seed=2, visiting=True, offered=1.0, price_tier=1.0)
    learned = learn_live(history, sessions)
    assert weight(learned, "offered") == pytest.approx(0.9, abs=0.25)
    assert learned.shift + weight(learned, "intercept") == pytest.approx(-2.0, abs=0.3)
    assert "offered" not in learned.to_weights(BASE).coefficients


def test_sessions_move_what_only_a_visit_can_tell() -> None:
    sessions = drawn(6_000, intercept=-2.0, seed=3, visiting=True, category_continuity=0.2, price_tier=2.2)
    learned = learn_live([], sessions)
    assert weight(learned, "category_continuity") < 0.6
    assert weight(learned, "price_tier") > 1.7


def test_the_timely_signals_never_lower_the_chance() -> None:
    against = dict.fromkeys(RISING, -2.0)
    learned = learn_live([], drawn(4_000, intercept=-1.0, visiting=True, **against))
    assert all(weight(learned, name) == 0.0 for name in RISING)


def test_few_sessions_move_the_level_little_and_many_move_it_all_the_way() -> None:
    history = drawn(6_000, intercept=-3.0)
    few = learn_live(history, drawn(20, intercept=-1.0, seed=4, visiting=True))
    many = learn_live(history, drawn(8_000, intercept=-1.0, seed=4, visiting=True))
    assert few.shift + weight(few, "intercept") < -2.0
    assert many.shift + weight(many, "intercept") == pytest.approx(-1.0, abs=0.3)


def test_sessions_of_one_month_count_as_one_together() -> None:
    once = drawn(300, intercept=-1.0, visiting=True)
    thrice = [
        Example(each.day, each.ordered, each.readings, each.foretold, each.offered, weight=1 / 3)
        for each in once
        for _ in range(3)
    ]
    assert learn_live([], thrice).posterior.mean == pytest.approx(
        learn_live([], once).posterior.mean, abs=1e-4
    )


def test_who_comes_forty_times_in_a_month_moves_the_level_as_one() -> None:
    others = drawn(300, intercept=-2.0, visiting=True)
    one = Example(20_250, True, {"repeat_visits": 1.0}, 0.0)
    once, often = (learn_live([], [*others, *[replace(one, weight=1 / times)] * times]) for times in (1, 40))
    assert often.posterior.mean == pytest.approx(once.posterior.mean, abs=1e-4)
    assert often.shift == pytest.approx(once.shift, abs=1e-4)


def test_what_could_not_be_foretold_of_the_past_is_not_heard_of_the_sessions_either() -> None:
    """Tenure and window have learned it all; beside them the history would say the same once more."""
    history = [replace(each, foretold=None) for each in drawn(2_000, intercept=-2.0, tenure=1.5)]
    sessions = drawn(200, intercept=-2.0, seed=2, visiting=True)
    learned = learn_live(history, sessions)
    assert "history" not in learned.to_weights(BASE).coefficients
    unheard = learn_live(history, [replace(each, foretold=None) for each in sessions])
    assert learned.to_weights(BASE) == unheard.to_weights(BASE)


def test_the_table_decides_as_the_model_does_but_for_what_hangs_together() -> None:
    """Dropping the correlations draws a chance a little further to even odds, and no more."""
    examples = drawn(8_000, intercept=-2.5, tenure=0.5)
    learned = learn_live(examples, [])
    table = learned.to_weights(BASE)
    whole = learned.posterior.probability(matrix_of(examples[:500]))
    for each, chance in zip(examples[:500], whole, strict=True):
        read = {name: Reading(value, True, "") for name, value in each.readings.items()}
        assert probability_of(read, table, each.foretold) == pytest.approx(chance, rel=0.05, abs=0.005)


def test_the_level_of_weights_in_force_follows_the_latest_sessions_and_nothing_else_moves() -> None:
    in_force = learn_live(drawn(4_000, intercept=-3.0), []).to_weights(BASE)
    visits = dict.fromkeys(("category_continuity", "repeat_visits", "price_tier"), 1.2)
    found = recalibrate(in_force, 0.0, drawn(4_000, intercept=-2.7, seed=9, visiting=True, **visits))
    assert found is not None
    assert 0.1 < found.shift < 0.5
    assert found.weights.intercept == pytest.approx(in_force.intercept + found.shift)
    assert found.weights == replace(in_force, intercept=found.weights.intercept)
    far = recalibrate(in_force, 0.0, drawn(4_000, intercept=1.0, seed=9, visiting=True))
    assert far is not None
    assert far.shift == 0.5, "what is further off is a person's to look at"


def test_a_level_that_holds_stays() -> None:
    in_force = learn_live(drawn(4_000, intercept=-3.0), []).to_weights(BASE)
    assert recalibrate(in_force, 0.0, []) is None
    assert recalibrate(in_force, 0.0, drawn(3, intercept=-9.0, visiting=True)) is None, "three say nothing"
