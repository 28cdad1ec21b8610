"""Order histories for tests: a drawn house with people of habit, and the real one where it is at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from scoring.learning.orders import Orders, as_day, orders_of_columns

REAL = Path(__file__).parents[4] / "shared" / "data" / "orders-2005-2012.csv"


def drawn(customers: int = 400, *, seed: int = 1, years: tuple[int, int] = (2006, 2012)) -> Orders:
    """Draw a house: half of its customers order about the same day each year, the others at any time."""
    draws = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        of_habit, usual, favourite = (
            draws.random() < 0.5,
            draws.integers(2_000, 40_000),
            draws.integers(5, 360),
        )
        for year in range(int(draws.integers(*years)), years[1] + 1):
            if draws.random() < 0.6:
                at = favourite + draws.normal(0, 4) if of_habit else draws.integers(0, 365)
                amount = usual * (2.0 if draws.random() < 0.15 else 1.0)
                rows.append((customer, as_day(date(year, 1, 1)) + int(np.clip(at, 0, 364)), int(amount)))
    customer, day, amount = np.array(rows, dtype=np.int64).T
    return orders_of_columns(customer, day, amount, tuple(str(number) for number in range(customers)))


def some_of(orders: Orders, one_in: int) -> Orders:
    """Keep every nth customer: the same history, faster."""
    return orders.kept(orders.customer % one_in == 0)
