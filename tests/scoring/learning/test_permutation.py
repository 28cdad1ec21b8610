"""Shuffling the days of each year leaves the anniversary worth nothing; so what it is worth is its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from scoring.history import Order, OrderLine
from scoring.learning.as_of import Asked, Seen, examples_of
from scoring.learning.months import read_months
from scoring.learning.orders import EPOCH, Orders, read_orders
from scoring.learning.permutation import odds_beside, shuffle_days
from scoring.learning.snapshots import Rows, take_snapshots
from scoring.learning.targets import TARGETS
from scoring.weights import Policy

from .histories import REAL, drawn


def snapshots(orders: Orders) -> Rows:
    return take_snapshots(orders, read_months("2009-01:2011-12"), TARGETS[:1])


def worth(orders: Orders) -> float:
    """What a past year in the window is worth, as the models read it."""
    rows = snapshots(orders)
    return odds_beside(rows.column("years_in_3") >= 1, rows, "order_30d")


def worth_of_signal(orders: Orders) -> float:
    """What it is worth that the shipped signal fires, on each relationship as it was."""
    rows = snapshots(orders)
    bought: dict[int, list[Order]] = {}
    for who, day, paid in zip(
        orders.customer.tolist(), orders.day.tolist(), orders.amount.tolist(), strict=True
    ):
        at = datetime.combine(EPOCH + timedelta(days=day), time(12), UTC)
        line = OrderLine("earrings", paid, 1)
        bought.setdefault(who, []).append(Order(f"{who}-{day}", at, "EUR", (line,)))
    fired = np.zeros(len(rows.customer), dtype=bool)
    seen = Seen(ZoneInfo("UTC"), "EUR", (1 / 12,) * 12, Policy(window_before_days=15))
    for who in np.unique(rows.customer).tolist():
        place = np.flatnonzero(rows.customer == who)
        asked = [Asked(int(day), False, None) for day in rows.day[place]]
        read = [each.readings["anniversary_window"] for each in examples_of(bought[who], asked, seen)]
        fired[place] = np.array(read) > 0
    return odds_beside(fired, rows, "order_30d")


def test_a_house_of_habit_loses_it_when_days_are_shuffled() -> None:
    orders = drawn(1_500)
    assert worth(orders) > 2
    assert np.mean([worth(shuffle_days(orders, seed=seed)) for seed in range(3)]) == pytest.approx(
        1, abs=0.12
    )


def test_so_does_the_signal_that_is_shipped() -> None:
    orders = drawn(500)
    assert worth_of_signal(orders) > 2
    shuffled = [worth_of_signal(shuffle_days(orders, seed=seed)) for seed in range(2)]
    # So seldom does it fire then that two draws cannot say more than that it promises nothing.
    assert np.mean(shuffled) < 1.25


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
