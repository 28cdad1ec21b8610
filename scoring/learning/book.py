"""The orders before one day, grouped by customer: what every feature of that day is computed from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.learning.orders import Orders, Whole

Real = NDArray[np.float64]
# The most that an order's amount may weigh when medians are sorted: 2^36 minor units, 687 million.
_AMOUNT_BITS = 36
_MOST = (1 << _AMOUNT_BITS) - 1


class Book:
    """Orders strictly before a day. `row` says whose an order is: a place in `who`, the customers' numbers.

    Per order: `age` in days, `amount` in minor units, `first` where it is the customer's first. Per customer:
    `size`, her orders' number, and `starts`, where they begin. Nothing on or after the day is ever read.
    """

    def __init__(self, orders: Orders, day: int) -> None:
        past = orders.before(day)
        self.day = day
        self.starts = turns(past.customer)
        self.who: Whole = past.customer[self.starts]
        self.size = np.diff(np.r_[self.starts, len(past.customer)])
        self.row: Whole = np.repeat(np.arange(len(self.who)), self.size)
        self.age: Real = (day - past.day).astype(np.float64)
        self.amount = past.amount
        self._past = past
        self.first = np.zeros(len(self.age), dtype=bool)
        self.first[self.starts] = True

    @property
    def season_age(self) -> Real:
        """Answer the ages of the days that the shop's season is read from (`Orders.season_days`)."""
        return (self.day - self._past.season_days()).astype(np.float64)

    def total(self, values: NDArray[np.generic]) -> Real:
        """Sum a column of orders by customer."""
        return summed(self.row, values, len(self.who))

    def least(self, values: Real) -> Real:
        """Answer the smallest of a column by customer."""
        return np.minimum.reduceat(values, self.starts) if len(values) else np.zeros(0)

    def nth_last(self, values: Real, back: int) -> Real:
        """Answer the last value but `back` by customer, not a number where there are fewer."""
        place = self.starts + self.size - 1 - back
        return np.where(place >= self.starts, values[np.maximum(place, 0)], np.nan)

    def spread(self, per_customer: NDArray[np.generic]) -> Real:
        """Repeat a customer's value for each of her orders."""
        return per_customer[self.row].astype(np.float64)

    def gaps(self) -> Real:
        """Answer the days between each order and the one before, not a number for the first."""
        gap = np.full(len(self.age), np.nan)
        gap[1:] = self.age[:-1] - self.age[1:]
        gap[self.first] = np.nan
        return gap

    def medians(self) -> Real:
        """Answer the median amount by customer; customer and amount are sorted as one number, at one go."""
        sorted_ = np.sort((self.row << _AMOUNT_BITS) + np.minimum(self.amount, _MOST)) & _MOST
        low, high = self.starts + (self.size - 1) // 2, self.starts + self.size // 2
        middle: Real = (sorted_[low] + sorted_[high]) / 2
        return middle


def summed(row: Whole, values: NDArray[np.generic], length: int) -> Real:
    """Add values up by a place, 0 to length - 1."""
    # Without a single order bincount answers whole numbers.
    return np.bincount(row, weights=values.astype(np.float64), minlength=length).astype(np.float64)


def turns(codes: Whole) -> Whole:
    """Answer where a sorted column takes a new value."""
    if not len(codes):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
