"""A shop's order history as columns: one row per order, sorted by customer and day."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Whole = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
# Statuses of a line that was not a purchase; a file may spell them as Shopify or as the canonical columns do.
NOT_COUNTED = ("cancelled", "canceled", "test", "returned", "refunded", "voided", "zero_value")


class UnableToReadHistory(ValueError):
    """The file is no order history. Trying again will not help: the file must change."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Columns of equal length: customer (0…), day (since 1970-01-01), amount (minor units), sorted by both.

    `names` says who a customer's number is.
    """

    customer: Whole
    day: Whole
    amount: Whole
    names: tuple[str, ...]

    def before(self, day: int) -> Orders:
        """Answer the orders strictly before a day."""
        return self.kept(self.day < day)

    def known_until(self, today: date) -> int:
        """Answer the day, since 1970-01-01, from which on nothing is known: a file may have ended long ago.

        A later month without orders is then not a month in which nobody bought.
        """
        return min(as_day(today), int(self.day.max()) + 1)

    def kept(self, which: NDArray[np.bool_]) -> Orders:
        """Answer some of the orders, still sorted."""
        return Orders(self.customer[which], self.day[which], self.amount[which], self.names)

    def of_customers(self, names: Collection[str]) -> Orders:
        """Answer the orders of these customers alone."""
        theirs = np.array([name in names for name in self.names], dtype=bool)
        return self.kept(theirs[self.customer])


def as_day(day: date) -> int:
    """Count the days since 1970-01-01."""
    return (day - EPOCH).days


def orders_of(customers: pd.Series, days: pd.Series, amounts: pd.Series) -> Orders:
    """Build the columns from a customer's name, an instant and an amount in minor units per order."""
    names, codes = np.unique(customers.astype(str).to_numpy(), return_inverse=True)
    day = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return orders_of_columns(codes, day, amounts.to_numpy().astype(np.int64), tuple(names.tolist()))


def orders_of_rows(rows: Iterable[tuple[str, int, int]]) -> Orders:
    """Build the columns from rows of customer, day since 1970-01-01, amount in minor units."""
    numbers: dict[str, int] = {}
    customer, day, amount = array("q"), array("q"), array("q")
    for name, on, worth in rows:
        customer.append(numbers.setdefault(name, len(numbers)))
        day.append(on)
        amount.append(worth)
    who, when, worths = (np.frombuffer(one, dtype=np.int64) for one in (customer, day, amount))
    return orders_of_columns(who, when, worths, tuple(numbers))


def orders_of_columns(customer: Whole, day: Whole, amount: Whole, names: tuple[str, ...]) -> Orders:
    """Sort columns by customer, day and amount: the same orders in whatever order they come."""
    place = np.lexsort((amount, day, customer))
    return Orders(customer[place].astype(np.int64), day[place], amount[place], names)


def read_orders(path: Path) -> Orders:
    """Read a canonical order CSV, plain or gzipped, into one row per counted order.

    Lines of one order add up; returns, cancelled orders, lines without a customer and orders worth nothing
    are left out. Of several currencies the most frequent is kept: amounts of others do not compare.
    """
    lines = _read_lines(path)
    lines["amount"] = lines["price"] * lines["quantity"]
    by_order = lines.groupby(["customer_id", "order_id"], sort=False)
    orders = by_order.agg(ordered_at=("ordered_at", "min"), amount=("amount", "sum")).reset_index()
    orders = orders[orders["amount"] > 0]
    if orders.empty:
        raise UnableToReadHistory(f"{path.name} has no order that counts")
    return orders_of(orders["customer_id"], orders["ordered_at"], (orders["amount"] * 100).round())


def _read_lines(path: Path) -> pd.DataFrame:
    wanted = {"order_id", "customer_id", "ordered_at", "price", "currency", "quantity", "status"}
    try:
        lines = pd.read_csv(path, usecols=lambda name: name in wanted, dtype=str, encoding_errors="replace")
    except (OSError, ValueError) as error:
        raise UnableToReadHistory(f"{path.name}: {error}") from error
    if missing := {"order_id", "customer_id", "ordered_at", "price"} - set(lines.columns):
        raise UnableToReadHistory(f"{path.name} lacks {', '.join(sorted(missing))}")
    return _counted(lines)


def _counted(lines: pd.DataFrame) -> pd.DataFrame:
    lines["price"] = pd.to_numeric(lines["price"], errors="coerce")
    quantity = lines["quantity"] if "quantity" in lines else pd.Series(1, index=lines.index)
    lines["quantity"] = pd.to_numeric(quantity, errors="coerce").fillna(1)
    # The shop's own day is what is written: an offset would move an evening's order to another day.
    lines["ordered_at"] = pd.to_datetime(lines["ordered_at"].str.slice(0, 10), errors="coerce")
    known = lines["customer_id"].notna() & (lines["customer_id"].fillna("").str.strip() != "")
    counts = known & lines["ordered_at"].notna() & (lines["price"] >= 0) & (lines["quantity"] > 0)
    if "status" in lines:
        counts &= ~lines["status"].fillna("").str.strip().str.lower().isin(NOT_COUNTED)
    if "currency" in lines and lines["currency"].notna().any():
        counts &= lines["currency"] == lines.loc[counts, "currency"].mode().iloc[0]
    return lines[counts].copy()
