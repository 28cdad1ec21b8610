"""What is to be foretold on a day: whether a customer orders soon, and whether she orders something finer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.learning.book import Book
from scoring.learning.orders import Orders

# An upgrade is an order of at least this many times the own median (issue and facts/scoring.md).
UPGRADE_RATIO = 1.5


@dataclass(frozen=True, slots=True)
class Target:
    """A question about the days from a snapshot on: day 0 to `horizon` - 1."""

    name: str
    horizon: int
    upgrade: bool = False

    def outcomes(self, orders: Orders, book: Book) -> NDArray[np.bool_]:
        """Answer what happened to each customer of the book. The only place that reads what came later."""
        soon = orders.kept((orders.day >= book.day) & (orders.day < book.day + self.horizon))
        bound = np.zeros(len(orders.names))
        if self.upgrade:
            bound[book.who] = UPGRADE_RATIO * book.medians()
        happened = np.zeros(len(orders.names), dtype=bool)
        happened[soon.customer[soon.amount >= bound[soon.customer]]] = True
        return happened[book.who]


TARGETS = (
    Target("order_30d", 30),
    Target("order_60d", 60),
    Target("order_90d", 90),
    Target("upgrade_90d", 90, upgrade=True),
)
