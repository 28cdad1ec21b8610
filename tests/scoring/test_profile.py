"""One order at a time, in whatever order they come, makes the same history as all at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.days import local_day
from scoring.milestones import JEWELLERS_SEASON, infer, infer_from
from scoring.profile import LINES_READ, Profile
from scoring.relationship import OrderLine, profile_of

from .cast import ALMAS_ORDERS, LONDON, known, order
from .test_signals import orders


def folded(history):
    return profile_of(history, zone=LONDON, currency="GBP")


def parts(profile, money=()):
    return (
        profile.orders,
        profile.first_and_last(),
        profile.busiest_day(),
        profile.last_bought(),
        sorted(profile.materials),
        profile.baseline(100_000, dict(money)),
        len(profile.lines()),
        profile.stepped_up(dict(money)),
        infer_from(profile),
    )


@settings(max_examples=60, deadline=None)
@given(history=st.lists(orders, max_size=9), turn=st.randoms())
def test_updates_in_any_order_come_to_what_build_makes_of_all(history, turn):
    shuffled = list(history)
    turn.shuffle(shuffled)
    assert parts(folded(shuffled)) == parts(folded(history))
    built, profile = known(history, shop_median=100_000), folded(shuffled)
    assert (built.first_order, built.last_order) == profile.first_and_last()
    assert (built.orders, built.kinds) == (profile.orders, profile.last_bought())
    assert (built.baseline, built.stepped_up) == (profile.baseline(100_000, {}), profile.stepped_up({}))
    assert built.milestones == infer_from(profile)


def test_an_order_that_came_late_is_added_like_any_other():
    late, rest = ALMAS_ORDERS[2], [each for each in ALMAS_ORDERS if each is not ALMAS_ORDERS[2]]
    profile = folded(rest)
    profile.add(local_day(late.ordered_at, LONDON), late)
    assert parts(profile) == parts(folded(ALMAS_ORDERS))


def test_only_the_latest_lines_are_kept_whatever_came_first():
    history = [
        order(f"20{10 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}", price=1_000 + n)
        for n in range(1_500)
    ]
    forward, backward = folded(history), folded(history[::-1])
    assert [line[3] for line in forward.lines()] == [1_000 + n for n in range(1_500 - LINES_READ, 1_500)]
    assert forward.lines() == backward.lines()
    assert len(backward.prices) <= 2 * LINES_READ + 1


def test_orders_with_their_days_are_read_like_a_profile():
    dated = [(local_day(each.ordered_at, LONDON), each) for each in ALMAS_ORDERS]
    assert infer(dated, season=JEWELLERS_SEASON) == infer_from(folded(ALMAS_ORDERS))


def test_a_step_up_is_a_price_well_above_what_was_usual_until_then():
    history = [
        order("2017-01-10", price=100_000),
        order("2018-01-10", price=110_000),
        order("2019-03-10", price=140_000),  # 1.33 times the middle of both
        order("2021-03-10", price=120_000),
        order("2023-03-10", price=200_000),
    ]
    assert known(history).stepped_up == (2019, 2023)
    assert known(history[:2]).stepped_up == (), "one earlier piece is no usual price"
    bridal = [order("2020-01-10", "engagement_ring", 900_000)]
    assert known([*history, *bridal]).stepped_up == (2019, 2023)


def test_a_step_that_was_only_dearer_money_is_none():
    history = [order(f"{year}-03-10", price=price) for year, price in ((2010, 100), (2011, 100), (2020, 150))]
    assert known(history).stepped_up == (2020,)
    dearer = {2010: 1.5, 2011: 1.5}
    assert known(history, money=dearer).stepped_up == ()
    assert (known(history).baseline, known(history, money=dearer).baseline) == (100, 150)


@pytest.mark.parametrize("status", ["cancelled", "test", "returned", "zero_value"])
def test_an_order_that_does_not_count_changes_nothing(status):
    profile = folded(ALMAS_ORDERS)
    odd = replace(order("1999-01-01", "watch", 9), status=status, lines=(OrderLine("watch", 9, 1),))
    profile.add(local_day(odd.ordered_at, LONDON), odd)
    assert profile == folded(ALMAS_ORDERS)
    assert profile != Profile("GBP")
