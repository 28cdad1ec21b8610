"""Whatever a record holds, each signal answers with a reading and its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scoring.relationship import Order, OrderLine
from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY

from .cast import ALMAS_ORDERS, POLICY, TODAY, alma, known, order, visit

RESELLER = [
    *(
        Order(f"R{n}", datetime(2020, 3, 2, n % 24, tzinfo=UTC), "GBP", (OrderLine("watch", 50_000, 1),))
        for n in range(5_000)
    ),
    order("2021-07-01", "watch", 50_000),
]
HISTORIES = {
    "one order": [order("2016-07-28")],
    "none": [],
    "a reseller": RESELLER,
    "orders in the future": [*ALMAS_ORDERS, order("2031-05-01", "earrings", 90_000)],
    "only orders in the future": [order("2031-05-01")],
    "three currencies": [
        order("2016-01-01", price=100),
        order("2017-01-01", currency="USD"),
        order("2018-01-01", currency="JPY"),
    ],
    "prices of zero": [order("2016-01-01", price=0), order("2017-01-01", price=-5)],
    "products without kind": [order("2016-01-01", "other"), order("2017-01-01", "")],
    "one season": [order(f"20{year}-12-15") for year in range(12, 25)],
    "every day": [order(f"20{20 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}") for n in range(400)],
}


def read(name, relationship, session=None):
    return SIGNALS[name](
        session or visit(), relationship, today=TODAY, policy=POLICY, adjacency=DEFAULT_ADJACENCY
    )


@pytest.mark.parametrize("name", list(SIGNALS))
@pytest.mark.parametrize("history", list(HISTORIES))
def test_every_signal_answers_with_a_reading_and_its_reason(history, name):
    reading = read(name, known(HISTORIES[history], shop_median=90_000))
    assert 0 <= reading.value <= 1
    assert reading.because.endswith(".")
    assert len(reading.because) > 10


def test_five_thousand_orders_in_a_day_are_one_day_and_said_so():
    hugo = known(RESELLER)
    reading = read("tenure", hugo)
    assert reading.because == (
        "Client since 2020: 5,001 orders, the last in July 2021; up to 5,000 in a day, as those who sell on "
        "order, so each day counts once."
    )
    assert reading.value == read("tenure", known([RESELLER[0], RESELLER[-1]])).value
    assert (hugo.order_days, hugo.busiest_day) == (2, 5_000)
    assert "of the latest 400 pieces" in read("price_tier", hugo).because
    assert sum(len(guess.rests_on) for guess in hugo.milestones) < 50


def test_one_who_orders_every_day_has_no_time_of_year_and_is_told_apart():
    assert read("anniversary_window", known(HISTORIES["every day"])).because == (
        "Orders on 400 different days, as those who sell on do: too many to read an occasion from."
    )


def test_an_order_dated_after_today_is_said_wherever_it_is_read():
    future = known(HISTORIES["orders in the future"])
    assert "(dated after today)" in read("tenure", future).because
    assert "dated after today" in read("repeat_visits", future).because
    assert read("repeat_visits", future).value == 0
    ears = visit()
    ears = replace(ears, kinds={"earrings": 9_000})
    assert "in 2031 (Ines advised), dated after today" in read("category_continuity", future, ears).because


def test_what_has_no_kind_leads_nowhere_and_says_so():
    assert read("category_continuity", known(HISTORIES["products without kind"])).because == (
        "Nothing bought so far has a kind on record, so nothing can follow from it."
    )


def test_a_history_of_decembers_is_no_occasion():
    assert not read("anniversary_window", known(HISTORIES["one season"])).fired


def test_a_record_from_before_these_fields_reads_the_same():
    her = replace(alma(), order_days=0, busiest_day=0, stepped_up=())
    for name in SIGNALS:
        assert read(name, her).fired == read(name, alma()).fired
    assert read("tenure", her) == read("tenure", alma())
