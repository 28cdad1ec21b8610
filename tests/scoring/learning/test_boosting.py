"""Trees keep their signs, and plain Python reads them to the last digit as scikit-learn does."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.boosted import Boosted, Tree
from scoring.learning import boosting
from scoring.learning.bayesian import logistic
from scoring.learning.boosting import grow, platt
from scoring.learning.months import read_months
from scoring.learning.snapshots import Rows, take_snapshots
from scoring.learning.targets import TARGETS

from .histories import drawn


@pytest.fixture(scope="module")
def rows() -> Rows:
    return take_snapshots(drawn(), read_months("2009-01:2011-12"), TARGETS[:1])


@pytest.fixture(scope="module")
def trees(rows: Rows):
    return grow(rows, rows.outcome["order_30d"])


def test_plain_python_reads_the_trees_as_scikit_learn_does(rows: Rows, trees) -> None:
    plain, wanted = trees.to_plain(), trees.chance(rows)
    places = [trees_place(rows, name) for name in plain.names]
    for row in range(0, len(rows.customer), 97):
        values = [float(rows.values[row, place]) for place in places]
        assert plain.probability_of(values) == pytest.approx(wanted[row], abs=1e-12)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_plain_python_answers_as_scikit_learn_for_any_values_on_bounds_and_missing(trees, data) -> None:
    plain = trees.to_plain()
    bounds = sorted({bound for tree in plain.trees for bound in tree.bound})
    value = st.sampled_from(bounds) | st.floats(-1e4, 1e4, width=32) | st.just(math.nan)
    asked = data.draw(st.lists(value, min_size=len(plain.names), max_size=len(plain.names)))
    # scikit-learn's own reading of one row, before our calibration of it.
    theirs = trees.model.predict_proba(np.array([asked]))[0, 1]
    raw = plain.log_odds(asked) - trees.drawn
    assert 1 / (1 + math.exp(-raw)) == pytest.approx(theirs, abs=1e-12)


def small(missing_left: bool, bound: float) -> Boosted:
    return Boosted(
        ("x",),
        0.0,
        (Tree((0, -1, -1), (bound, 1.0, 2.0), (1, 0, 0), (2, 0, 0), (1 if missing_left else 2, 0, 0)),),
    )


@pytest.mark.parametrize("bound", [0.0, -1.5, 1e-300, 3.0])
@pytest.mark.parametrize("missing_left", [True, False])
def test_a_bound_belongs_to_the_left_and_a_missing_value_goes_where_it_was_sent(
    missing_left: bool, bound: float
) -> None:
    tree = small(missing_left, bound)
    assert tree.log_odds([bound]) == 1.0
    assert tree.log_odds([math.nextafter(bound, -math.inf)]) == 1.0
    assert tree.log_odds([math.nextafter(bound, math.inf)]) == 2.0
    assert tree.log_odds([math.nan]) == (1.0 if missing_left else 2.0)


def test_a_question_about_missing_values_alone_is_kept() -> None:
    assert [small(False, math.inf).log_odds([value]) for value in (5.0, math.nan)] == [1.0, 2.0]
    assert [small(True, math.inf).log_odds([value]) for value in (5.0, math.nan, math.inf)] == [1.0] * 3


def test_rows_that_were_not_drawn_do_not_make_an_order_likelier(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = rows.outcome["order_30d"]
    monkeypatch.setattr(boosting, "_MOST_ROWS", len(outcome) // 4)
    drawn_from = grow(rows, outcome)
    assert drawn_from.drawn < -1
    assert drawn_from.chance(rows).mean() == pytest.approx(outcome.mean(), rel=0.1)
    values = [float(rows.column(name)[7]) for name in drawn_from.names]
    assert drawn_from.to_plain().probability_of(values) == pytest.approx(
        drawn_from.chance(rows)[7], abs=1e-12
    )


def trees_place(rows: Rows, name: str) -> int:
    return rows.names.index(name)


def test_a_feature_that_is_not_known_counts_as_missing(rows: Rows, trees) -> None:
    plain = trees.to_plain()
    known = {name: float(rows.column(name)[0]) for name in plain.names}
    there = {name: value for name, value in known.items() if not math.isnan(value)}
    assert len(there) < len(known), "someone with one order has no gaps"
    assert plain.probability(there) == plain.probability(known)


def test_the_trees_are_numbers_that_json_keeps(trees, rows: Rows) -> None:
    plain = trees.to_plain(version=3)
    again = Boosted.from_record(json.loads(json.dumps(plain.to_record())))
    assert again == plain


def test_nearer_and_oftener_in_the_window_never_lowers_the_chance(rows: Rows, trees) -> None:
    before = trees.chance(rows)
    for name in ("anniversaries", "years_in_3", "near_lift", "last_ratio"):
        raised = rows.where(np.arange(len(rows.customer)))
        raised.values[:, rows.names.index(name)] += 1.0
        assert (trees.chance(raised) >= before - 1e-12).all(), name


def test_the_slope_comes_from_later_months_and_the_level_from_those_learned_from(rows: Rows, trees) -> None:
    outcome = rows.outcome["order_30d"]
    calibrated = trees.calibrated(trees.log_odds(rows) * 3, outcome, rows, outcome)
    assert calibrated.slope < trees.slope
    assert calibrated.chance(rows).mean() == pytest.approx(outcome.mean(), rel=1e-6)


def test_platts_scaling_leaves_what_is_calibrated() -> None:
    draws = np.random.default_rng(1)
    log_odds = draws.normal(-2, 1, 20_000)
    slope, shift = platt(log_odds, draws.random(20_000) < logistic(log_odds))
    assert slope == pytest.approx(1.0, abs=0.1)
    assert shift == pytest.approx(0.0, abs=0.15)


def test_reading_trees_loads_no_library() -> None:
    code = "import sys, scoring.boosted; sys.exit(bool({'numpy', 'sklearn', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_day_of_a_snapshot_is_the_first_of_its_month(rows: Rows) -> None:
    first = date(1970, 1, 1).toordinal()
    assert {date.fromordinal(first + int(day)).day for day in np.unique(rows.day)} == {1}
