"""A shop's order history as columns: one row per order, sorted by customer and day."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.milestones import MOST_DAYS

Whole = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
# Statuses of a line that was not a purchase; a file may spell them as Shopify or as the canonical columns do.
NOT_COUNTED = ("cancelled", "canceled", "test", "returned", "refunded", "voided", "zero_value")

# No piece costs a hundred million, and no line holds a million: beyond that a number is a slip of the pen, or
# "inf", and one would outweigh the house.
_DEAREST, _MOST_PIECES = 1e8, 1e6


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

    def season_days(self) -> Whole:
        """Answer the days that the shop's season is read from: each customer's once, none of who sells on.

        A reseller's thousands would make any month of theirs the shop's (`scoring.milestones.MOST_DAYS`).
        """
        first = np.ones(len(self.day), dtype=bool)
        first[1:] = (self.customer[1:] != self.customer[:-1]) | (self.day[1:] != self.day[:-1])
        hers = np.bincount(self.customer[first], minlength=len(self.names))
        return self.day[first & (hers[self.customer] <= MOST_DAYS)]

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


@dataclass(frozen=True, slots=True)
class ReadOrders:
    """What a file holds: the orders, and how many of its lines were left out, by the first reason to."""

    orders: Orders
    left_out: Mapping[str, int]

    @property
    def note(self) -> str:
        """Say what was left out, in one sentence; "" where nothing was."""
        told = [f"{count:,} {reason}" for reason, count in self.left_out.items()]
        return f"Lines left out: {', '.join(told)}." if told else ""


def read_orders(path: Path, *, today: date) -> ReadOrders:
    """Read a canonical order CSV, plain or gzipped, into one row per counted order.

    Lines of one order add up; returns, cancelled orders, lines without a customer, orders worth nothing and
    what is dated after `today` are left out. Of several currencies the most frequent is kept: amounts of
    others do not compare.
    """
    lines = _read_lines(path)
    left_out = {}
    for reason, unusable in _reasons_to_leave_out(today):
        which = unusable(lines)
        if which.any():
            left_out[reason] = int(which.sum())
            lines = lines[~which]
    lines = lines.assign(amount=lines["price"] * lines["quantity"])
    by_order = lines.groupby(["customer_id", "order_id"], sort=False)
    orders = by_order.agg(ordered_at=("ordered_at", "min"), amount=("amount", "sum")).reset_index()
    orders = orders[orders["amount"] > 0]
    if orders.empty:
        raise UnableToReadHistory(f"{path.name} has no order that counts")
    read = orders_of(orders["customer_id"], orders["ordered_at"], (orders["amount"] * 100).round())
    return ReadOrders(read, left_out)


def _read_lines(path: Path) -> pd.DataFrame:
    wanted = {"order_id", "customer_id", "ordered_at", "price", "currency", "quantity", "status"}
    try:
        lines = pd.read_csv(path, usecols=lambda name: name in wanted, dtype=str, encoding_errors="replace")
    except (OSError, ValueError) as error:
        raise UnableToReadHistory(f"{path.name}: {error}") from error
    if missing := {"order_id", "customer_id", "ordered_at", "price"} - set(lines.columns):
        raise UnableToReadHistory(f"{path.name} lacks {', '.join(sorted(missing))}")
    return lines.assign(
        customer_id=lines["customer_id"].fillna("").str.strip(),
        # The shop's own day is what is written: an offset would move an evening's order to another day.
        ordered_at=pd.to_datetime(lines["ordered_at"].str.slice(0, 10), errors="coerce"),
        price=pd.to_numeric(lines["price"], errors="coerce"),
        quantity=pd.to_numeric(_column(lines, "quantity", "1"), errors="coerce").fillna(1),
        status=_column(lines, "status", "").str.strip().str.lower(),
        currency=_column(lines, "currency", ""),
    )


def _column(lines: pd.DataFrame, name: str, otherwise: str) -> pd.Series:
    return lines[name].fillna(otherwise) if name in lines else pd.Series(otherwise, index=lines.index)


Unusable = Callable[[pd.DataFrame], "pd.Series[bool]"]


def _reasons_to_leave_out(today: date) -> tuple[tuple[str, Unusable], ...]:
    """Answer why a line does not count, in the order in which it is asked."""
    return (
        ("without a customer", lambda lines: lines["customer_id"] == ""),
        ("cancelled, returned or a test", lambda lines: lines["status"].isin(NOT_COUNTED)),
        ("without a date", lambda lines: lines["ordered_at"].isna()),
        ("dated after today", lambda lines: lines["ordered_at"] > pd.Timestamp(today)),
        ("without a price", lambda lines: ~lines["price"].between(0, _DEAREST)),
        ("a return", lambda lines: ~lines["quantity"].between(1e-9, _MOST_PIECES)),
        ("in another currency", _in_another_currency),
    )


def _in_another_currency(lines: pd.DataFrame) -> pd.Series:
    return lines["currency"] != (lines["currency"].mode().iloc[0] if len(lines) else "")
