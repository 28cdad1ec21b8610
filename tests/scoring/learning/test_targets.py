"""What happened after a day is read with its edges right, and what could not be known is left out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scoring.learning.book import Book
from scoring.learning.months import UnableToReadMonths, read_months
from scoring.learning.orders import as_day, orders_of_columns
from scoring.learning.snapshots import UnableToTakeSnapshots, take_snapshots
from scoring.learning.targets import TARGETS, Target

DAY = as_day(date(2011, 6, 1))
SOON, FINER = Target("order_30d", 30), Target("upgrade_30d", 30, upgrade=True)


def what_came(after: int, amount: int, target: Target) -> bool:
    day = np.array([DAY - 900, DAY - 500, DAY + after])
    orders = orders_of_columns(np.zeros(3, dtype=np.int64), day, np.array([100, 100, amount]), ("alma",))
    return bool(target.outcomes(orders, Book(orders, DAY))[0])


@pytest.mark.parametrize(("after", "counts"), [(0, True), (29, True), (30, False)])
def test_the_window_is_from_the_day_on_and_half_open(after: int, counts: bool) -> None:
    assert what_came(after, 100, SOON) is counts


@pytest.mark.parametrize(("amount", "counts"), [(149, False), (150, True)])
def test_an_upgrade_is_half_as_much_again_as_her_own_median(amount: int, counts: bool) -> None:
    assert what_came(5, amount, FINER) is counts


def test_months_are_read_with_both_ends() -> None:
    months = read_months("2008-11:2009-02")
    assert months == (date(2008, 11, 1), date(2008, 12, 1), date(2009, 1, 1), date(2009, 2, 1))


@pytest.mark.parametrize("text", ["2008-13:2009-01", "2009-01:2008-01", "2008", "", "2008-01:"])
def test_what_is_no_range_of_months_is_said(text: str) -> None:
    with pytest.raises(UnableToReadMonths, match=r"2008-01|ends before"):
        read_months(text)


def some_orders():
    day = np.array([as_day(date(2009, 1, 5)), as_day(date(2010, 1, 10)), as_day(date(2010, 3, 31))])
    return orders_of_columns(np.array([0, 1, 1]), day, np.full(3, 100), ("alma", "bruno"))


def test_everyone_with_an_earlier_order_has_a_row_and_no_one_else() -> None:
    rows = take_snapshots(some_orders(), read_months("2010-01:2010-02"), [SOON])
    assert rows.customer.tolist() == [0, 0, 1]
    assert rows.outcome["order_30d"].tolist() == [False, False, False]


def test_a_month_whose_outcome_is_not_known_yet_is_left_out() -> None:
    rows = take_snapshots(some_orders(), read_months("2010-01:2010-12"), [SOON])
    assert set(rows.day.tolist()) == {as_day(date(2010, m, 1)) for m in (1, 2, 3)}
    learned = take_snapshots(
        some_orders(), read_months("2010-01:2010-12"), [SOON], known_by=as_day(date(2010, 3, 2))
    )
    assert learned.day.max() == as_day(date(2010, 1, 1))


def test_months_without_anybody_are_said() -> None:
    with pytest.raises(UnableToTakeSnapshots):
        take_snapshots(some_orders(), read_months("2001-01:2001-12"), [SOON])


def test_the_targets_are_the_four_of_the_command_line() -> None:
    assert [target.name for target in TARGETS] == ["order_30d", "order_60d", "order_90d", "upgrade_90d"]
