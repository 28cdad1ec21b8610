"""Shuffling the days of each year leaves the anniversary worth nothing; so what it is worth is its own."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scoring.learning.months import read_months
from scoring.learning.orders import Orders, read_orders
from scoring.learning.permutation import odds_by_anniversary, shuffle_days
from scoring.learning.snapshots import take_snapshots
from scoring.learning.targets import TARGETS

from .histories import REAL, drawn


def worth(orders: Orders) -> float:
    return odds_by_anniversary(
        take_snapshots(orders, read_months("2009-01:2011-12"), TARGETS[:1]), "order_30d"
    )


def test_a_house_of_habit_loses_it_when_days_are_shuffled() -> None:
    orders = drawn(1_500)
    assert worth(orders) > 2
    assert np.mean([worth(shuffle_days(orders, seed=seed)) for seed in range(3)]) == pytest.approx(
        1, abs=0.12
    )


@pytest.mark.skipif(not REAL.exists(), reason="the real history is not here")
def test_in_a_real_history_the_anniversary_is_worth_something_and_shuffled_nothing() -> None:
    orders = read_orders(REAL, today=date(2026, 11, 21)).orders
    assert worth(orders) > 1.5
    assert worth(shuffle_days(orders, seed=1)) == pytest.approx(1, abs=0.12)


def test_every_season_stays() -> None:
    orders = drawn()
    shuffled = shuffle_days(orders, seed=1)
    assert sorted(shuffled.day) == sorted(orders.day)
    assert np.bincount(shuffled.customer).tolist() == np.bincount(orders.customer).tolist()
