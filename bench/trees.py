"""A hundred trees for one customer in plain Python, beside scikit-learn's predict_proba on one row."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from datetime import date

import numpy as np
from threadpoolctl import threadpool_limits

from scoring.learning.boosting import grow
from scoring.learning.orders import Orders, as_day, orders_of_columns
from scoring.learning.snapshots import Rows, take_snapshots
from scoring.learning.targets import Target

_ORDER = Target("order_60d", 60)
_CUSTOMERS, _ASKED = 3000, 40


def measure() -> list[tuple[str, float, str]]:
    """This function will grow the trees that the learning grows, and answer rows of the bench's table."""
    rows = take_snapshots(_history(), [date(2012, month, 1) for month in range(1, 10)], [_ORDER])
    trees = grow(rows, rows.outcome[_ORDER.name])
    plain = trees.to_plain()
    asked = _asked(rows, plain.names)
    ours = _micros(lambda: [plain.probability_of(values) for values in asked.tolist()]) / len(asked)
    row = asked[:1]
    with threadpool_limits(1):  # its threads wait for each other: one row is read faster by one
        theirs = _micros(lambda: trees.model.predict_proba(row))
    return [
        ("trees", float(len(plain.trees)), ""),
        ("their nodes", float(sum(len(tree.feature) for tree in plain.trees)), ""),
        ("ours, one customer", ours, "µs"),
        ("scikit-learn predict_proba, one row", theirs, "µs"),
        ("ours / scikit-learn", ours / theirs, ""),
    ]


def _history() -> Orders:
    """Draw six years of orders at any time: how deep trees are follows from their rows and leaves."""
    draws = np.random.default_rng(1)
    customer = np.sort(draws.integers(_CUSTOMERS, size=8 * _CUSTOMERS))
    day = as_day(date(2007, 1, 1)) + draws.integers(6 * 365, size=len(customer))
    amount = draws.lognormal(9, 0.8, size=len(customer)).astype(np.int64) + 1
    return orders_of_columns(customer, day, amount, tuple(str(one) for one in range(_CUSTOMERS)))


def _asked(rows: Rows, names: tuple[str, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Take different customers: asked for one alone, a processor would learn her answers by heart."""
    some = rows.where(np.linspace(0, len(rows.customer) - 1, _ASKED).astype(np.int64))
    return np.column_stack([some.column(name) for name in names]).astype(np.float64)


def _micros(call: Callable[[], object]) -> float:
    timer = timeit.Timer(call)
    number = max(1, timer.autorange()[0] // 20)
    # Many short turns: where others work too, some of them are undisturbed.
    return min(timer.repeat(100, number)) / number * 1e6
