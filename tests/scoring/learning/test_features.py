"""Features are strictly from before, say what they say, and hold for odd histories."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.learning.book import Book
from scoring.learning.features import features, month_of, season_share
from scoring.learning.orders import Orders, as_day, orders_of_columns

from .histories import drawn

DAY = as_day(date(2011, 6, 1))


def of(*orders: tuple[int, date, int]) -> Orders:
    customer, day, amount = zip(*[(who, as_day(on), paid) for who, on, paid in orders], strict=True)
    names = tuple(str(number) for number in range(max(customer) + 1))
    return orders_of_columns(np.array(customer), np.array(day), np.array(amount), names)


def read(orders: Orders, *, day: int = DAY, horizon: int = 30) -> dict[str, np.ndarray]:
    book = Book(orders, day)
    return features(book, horizon, season=season_share(book, horizon))


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def test_changing_later_orders_never_changes_earlier_features() -> None:
    orders = drawn()
    later = orders.day >= DAY
    changed = Orders(
        orders.customer,
        np.where(later, orders.day + 17, orders.day),
        np.where(later, orders.amount * 9, orders.amount),
        orders.names,
    )
    same(read(orders), read(changed))
    same(read(orders), read(orders.before(DAY)))


def test_an_order_on_the_day_itself_is_not_known_that_day() -> None:
    orders = of((0, date(2010, 3, 1), 100), (0, date(2011, 6, 1), 900))
    assert read(orders)["orders"].tolist() == [1]
    assert read(orders, day=DAY + 1)["orders"].tolist() == [2]


def test_the_order_of_orders_does_not_matter() -> None:
    orders = drawn()
    mixed = np.random.default_rng(3).permutation(len(orders.day))
    again = orders_of_columns(orders.customer[mixed], orders.day[mixed], orders.amount[mixed], orders.names)
    same(read(orders), read(again))


def test_what_one_customer_does_says_nothing_of_another() -> None:
    """Given the shop's season, a customer's features rest on her own orders: partitions add up."""
    orders = drawn()
    whole = Book(orders, DAY)
    part = Book(orders.kept(orders.customer % 4 == 1), DAY)
    share = season_share(whole, 30)
    one, other = features(whole, 30, season=share), features(part, 30, season=share)
    for name in one:
        np.testing.assert_array_equal(one[name][np.isin(whole.who, part.who)], other[name], err_msg=name)


def test_who_sells_on_is_one_voice_in_the_shops_season() -> None:
    habits = [(who, date(year, 6, 10), 100) for who in range(40) for year in (2008, 2009, 2010)]
    march = [(40, date(2010, 3, 5), 50)] * 2_000
    every_day = [(41, date.fromordinal(date(2009, 1, 1).toordinal() + day), 50) for day in range(700)]
    day = as_day(date(2011, 3, 1))
    assert season_share(Book(of(*habits, *march, *every_day), day), 30) < 0.02
    assert season_share(Book(of(*habits, *every_day), as_day(date(2011, 6, 1))), 30) == 1


def test_an_annual_buyer_stands_out_in_her_window_and_not_half_a_year_off() -> None:
    orders = of(*[(0, date(year, 6, 10), 100) for year in (2007, 2008, 2009, 2010)])
    in_june, in_december = read(orders), read(orders, day=as_day(date(2010, 12, 1)))
    assert in_june["years_in_0"].tolist() == [4]
    assert in_june["anniversaries"].tolist() == [4]
    assert in_december["years_in_21"].tolist() == [0]
    assert in_june["near_lift"] > in_december["near_lift"]


def test_the_order_itself_is_no_anniversary() -> None:
    assert read(of((0, date(2011, 5, 28), 100)))["years_in_21"].tolist() == [0]


def test_the_usual_price_is_the_median_and_a_step_up_is_seen() -> None:
    orders = of(
        (0, date(2008, 1, 1), 1_000), (0, date(2009, 1, 1), 1_200), (0, date(2010, 1, 1), 4_000),
    )  # fmt: skip
    found = read(orders)
    assert np.exp(found["log_median"])[0] == pytest.approx(1_200)
    assert found["steps_up"].tolist() == [1]
    assert found["finer"].tolist() == [1]


def test_the_month_is_the_calendars() -> None:
    assert [month_of(as_day(date(2011, month, 1))) for month in (1, 6, 12)] == [1, 6, 12]
    assert month_of(as_day(date(1969, 12, 31))) == 12


def test_nobody_is_known_before_the_first_order() -> None:
    assert read(drawn(), day=as_day(date(2000, 1, 1))) == {}


days = st.integers(as_day(date(1960, 1, 1)), as_day(date(2030, 1, 1)))
histories = st.lists(
    st.tuples(st.integers(0, 3), days, st.integers(0, 2**40) | st.just(0)), min_size=1, max_size=40
)


@settings(max_examples=80, deadline=None)
@given(histories, st.sampled_from((30, 60, 90)))
def test_odd_histories_give_numbers(history: list[tuple[int, int, int]], horizon: int) -> None:
    customer, day, amount = np.array(history, dtype=np.int64).T
    orders = orders_of_columns(customer, day, amount, ("a", "b", "c", "d"))
    for name, column in read(orders, horizon=horizon).items():
        assert not np.isinf(column).any(), name
        few = {"second_last", "third_last", "mean_gap", "last_gap", "gap_spread", "overdue"}
        assert name in few or not np.isnan(column).any(), name


def test_a_reseller_with_thousands_of_orders_in_a_day_is_read() -> None:
    many = 5_000
    orders = orders_of_columns(
        np.zeros(many, dtype=np.int64), np.full(many, DAY - 400), np.full(many, 100), ("reseller",)
    )
    assert read(orders)["orders"].tolist() == [many]
