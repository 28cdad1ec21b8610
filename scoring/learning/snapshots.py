"""Monthly snapshots: a row for everyone with an earlier order, what was known then, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scoring.learning.book import Book
from scoring.learning.features import features, season_share
from scoring.learning.orders import Orders, Whole, as_day
from scoring.learning.targets import Target

# "Active only" (issue): the last order at most two years ago.
ACTIVE_DAYS = 730


@dataclass(frozen=True, slots=True)
class Rows:
    """One row per customer and snapshot: `values` [rows, features] with `names`; `outcome` per target."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    customer: Whole
    day: Whole
    outcome: dict[str, NDArray[np.bool_]]

    def column(self, name: str) -> NDArray[np.float32]:
        """Answer one feature of every row."""
        return self.values[:, self.names.index(name)]

    def where(self, which: NDArray[np.bool_] | Whole) -> Rows:
        """Answer some of the rows."""
        outcome = {name: happened[which] for name, happened in self.outcome.items()}
        return Rows(self.names, self.values[which], self.customer[which], self.day[which], outcome)

    @property
    def active(self) -> NDArray[np.bool_]:
        """Tell who ordered within two years."""
        return self.column("recency") <= ACTIVE_DAYS


def take_snapshots(
    orders: Orders, days: Sequence[date], targets: Sequence[Target], *, known_by: int | None = None
) -> Rows:
    """Take the snapshots of these days, for targets of one horizon.

    A snapshot is left out where its window ends after the last order of the history, or after `known_by`
    (a day since 1970): what came of it could not have been known.
    """
    horizon = targets[0].horizon
    end = int(orders.day.max()) + 1 if known_by is None else known_by
    taken = [_one(orders, as_day(day), targets, horizon) for day in days if as_day(day) + horizon <= end]
    taken = [rows for rows in taken if len(rows.customer)]
    if not taken:
        raise UnableToTakeSnapshots("no month of these has both an earlier order and a known outcome")
    return together(taken)


class UnableToTakeSnapshots(ValueError):
    """These months have no rows. Trying again will not help: choose other months."""


def _one(orders: Orders, day: int, targets: Sequence[Target], horizon: int) -> Rows:
    book = Book(orders, day)
    columns = features(book, horizon, season=season_share(book, horizon))
    values = np.column_stack(list(columns.values()) or [np.zeros(0)]).astype(np.float32)
    outcome = {target.name: target.outcomes(orders, book) for target in targets}
    return Rows(tuple(columns), values, book.who, np.full(len(book.who), day), outcome)


def together(taken: Sequence[Rows]) -> Rows:
    """Put rows of the same columns one under the other."""
    return Rows(
        taken[0].names,
        np.vstack([rows.values for rows in taken]),
        np.concatenate([rows.customer for rows in taken]),
        np.concatenate([rows.day for rows in taken]),
        {name: np.concatenate([rows.outcome[name] for rows in taken]) for name in taken[0].outcome},
    )
