"""How long, and how steadily."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY, Policy

from .cast import POLICY, TODAY, alma, known, order, visit


def tenure(relationship, today=TODAY, policy=POLICY):
    return SIGNALS["tenure"](visit(), relationship, today=today, policy=policy, adjacency=DEFAULT_ADJACENCY)


def test_alma_is_a_client_since_2016():
    reading = tenure(alma())
    assert reading.fired
    assert reading.because == "Client since 2016: 7 orders, the last in May."
    assert reading.value == 1


@pytest.mark.parametrize(
    ("first", "today", "fires"),
    [
        ("2021-11-21", date(2026, 11, 21), True),  # five years to the day
        ("2021-11-22", date(2026, 11, 21), False),
        ("2020-02-29", date(2025, 2, 28), True),
        ("2020-02-29", date(2025, 2, 27), False),
        ("2020-03-01", date(2025, 2, 28), False),
    ],
)
def test_five_years_fire_to_the_day(first, today, fires):
    assert tenure(known([order(first)]), today).fired is fires


def test_the_merchant_can_move_the_bound():
    young = known([order("2023-11-01")])
    assert not tenure(young).fired
    assert tenure(young, policy=Policy(tenure_years=2.5)).fired


def test_lapsing_lowers_the_grade_but_not_the_firing():
    grades = []
    for last in ("2026-05-18", "2023-05-18", "2019-05-18"):
        reading = tenure(known([order("2014-01-10"), order("2014-06-10"), order(last)]))
        assert reading.fired
        grades.append(reading.value)
    assert grades[0] > 2 * grades[1] > 4 * grades[2] > 0


def test_one_order_long_ago_weighs_less_than_a_habit():
    one = known([order("2016-05-18")])
    assert tenure(one).because == "Client since 2016: one order, in May 2016."
    assert tenure(one).value < tenure(alma()).value / 2


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("2024-05-18", "First order two years ago; five make a long-standing client."),
        ("2025-05-18", "First order a year ago; five years make a long-standing client."),
        ("2026-05-18", "First order less than a year ago; five years make a long-standing client."),
        ("2027-05-18", "The first order on record is dated after today."),
    ],
)
def test_a_young_relationship_says_so(first, says):
    reading = tenure(known([order(first)]))
    assert (reading.fired, reading.because) == (False, says)


def test_a_partial_history_says_so():
    assert tenure(replace(alma(), partial_history=True)).because.startswith("Client since at least 2016:")
    assert "still coming in" in tenure(known([order("2024-05-18")], partial_history=True)).because
    assert "still coming in" in tenure(known(partial_history=True)).because
