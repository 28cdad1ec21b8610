"""The control: a history whose days are shuffled keeps its seasons and customers, and no one's own rhythm."""

from __future__ import annotations

import numpy as np

from scoring.learning.book import Real, summed
from scoring.learning.measures import Yes
from scoring.learning.orders import Orders, orders_of_columns
from scoring.learning.snapshots import Rows


def shuffle_days(orders: Orders, *, seed: int) -> Orders:
    """Deal the days of each year out anew among its orders: every season stays, every anniversary goes."""
    draws = np.random.default_rng(seed)
    year = orders.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    day = orders.day.copy()
    for one in np.unique(year):
        place = np.flatnonzero(year == one)
        day[place] = draws.permutation(day[place])
    return orders_of_columns(orders.customer, day, orders.amount, orders.names)


def odds_beside(near: Yes, rows: Rows, target: str) -> float:
    """Answer the odds ratio of an order where `near` holds against where it does not, all else alike.

    Alike are rows of one month, one number of orders and one quarter since the last of them (Mantel and
    Haenszel's ratio over these strata); 1 says that it is worth nothing.
    """
    happened = rows.outcome[target]
    often = np.minimum(rows.column("orders"), 20).astype(np.int64)
    since = np.minimum(rows.column("recency") // 91, 30).astype(np.int64)
    stratum = np.unique((rows.day * 32 + often) * 32 + since, return_inverse=True)[1]

    def count(which: Yes) -> Real:
        return summed(stratum, which, int(stratum.max()) + 1)

    size = count(np.ones(len(near), dtype=bool))
    with_both, with_neither = count(near & happened), count(~near & ~happened)
    near_only, order_only = count(near & ~happened), count(~near & happened)
    return float((with_both * with_neither / size).sum() / (near_only * order_only / size).sum())
