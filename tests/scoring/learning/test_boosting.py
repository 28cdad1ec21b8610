"""Trees keep their signs, and plain Python reads them to the last digit as scikit-learn does."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from scoring.boosted import Boosted
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
