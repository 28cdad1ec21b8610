"""Whether the customer keeps coming back to look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY, Policy

from .cast import POLICY, TODAY, alma, known, order, visit


def visits(*days_ago, relationship=None, policy=POLICY):
    session = visit(earlier_days=[TODAY - timedelta(days=ago) for ago in days_ago])
    signal = SIGNALS["repeat_visits"]
    return signal(session, relationship or alma(), today=TODAY, policy=policy, adjacency=DEFAULT_ADJACENCY)


def test_a_fourth_visit_in_three_weeks_fires():
    reading = visits(21, 14, 7)
    assert reading.fired
    assert reading.because == "Fourth visit in three weeks."


@pytest.mark.parametrize(
    ("days_ago", "fires"),
    [((14, 7), True), ((13, 7), False), ((14,), False), ((14, 14), False), ((15, 1), True)],
)
def test_three_days_over_fourteen_are_the_bound(days_ago, fires):
    assert visits(*days_ago).fired is fires


def test_the_merchant_can_move_the_bound():
    assert visits(7, policy=Policy(visit_days_at=2, visit_span_days=7)).fired


def test_visits_before_the_last_order_do_not_count():
    bought = known([order(str(TODAY - timedelta(days=10)))])
    assert not visits(30, 20, 10, relationship=bought).fired
    assert (
        visits(30, 20, 10, relationship=bought).because
        == "First visit since the last order, or the first on record."
    )
    assert visits(30, 20, 10, relationship=known()).fired


def test_a_visit_on_the_day_of_the_order_is_not_after_it():
    bought_today = known([order(str(TODAY))])
    assert visits(20, 10, relationship=bought_today).because == "No visit since the last order."


def test_what_is_missing_is_said():
    assert (
        visits(9).because == "Second visit in nine days; three days of visiting over two weeks would count."
    )


def test_more_often_grades_higher_and_strewn_thin_lower():
    assert visits(21, 14, 7, 3).value > visits(21, 14).value > visits(180, 14, relationship=known()).value > 0


def test_the_more_weeks_the_days_fall_in_the_higher_the_grade():
    assert visits(14, 7, relationship=known()).value == pytest.approx(0.5)
    assert visits(14, 7).value > visits(14, 1).value
    grades = [visits(*range(1, n + 1), 20).value for n in range(1, 20)]
    assert grades == sorted(grades)


def test_a_bare_returning_visitor_is_no_sign():
    assert visits(9).value == 0
    assert visits(40).value == 0


def test_a_purchase_takes_away_what_weeks_give_back():
    def after(days):
        return visits(14, 7, relationship=known([order(str(TODAY - timedelta(days=days)))]))

    grades = [after(days).value for days in (15, 28, 56, 400)]
    assert grades == sorted(grades)
    assert grades[1] == pytest.approx(0.75 * 0.5)
    assert grades[3] == pytest.approx(visits(14, 7, relationship=known()).value)
    assert after(28).fired
    assert after(28).because == "Third visit in two weeks, the last order four weeks ago."
    assert after(400).because == "Third visit in two weeks."
