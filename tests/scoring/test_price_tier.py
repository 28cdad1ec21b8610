"""Whether the customer looks above what she usually spends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY, Policy

from .cast import POLICY, TODAY, alma, known, order, view, visit


def tier(session, relationship, policy=POLICY):
    signal = SIGNALS["price_tier"]
    return signal(session, relationship, today=TODAY, policy=policy, adjacency=DEFAULT_ADJACENCY)


def looking(*prices, currency="GBP"):
    return visit(*(view(price=price, minute=n) for n, price in enumerate(prices)), currency=currency)


def test_alma_looks_above_her_usual():
    reading = tier(visit(), alma())
    assert reading.fired
    assert reading.because == "Looking at £2,400 to £3,900; usually about £1,100."


@pytest.mark.parametrize(("price", "fires"), [(137_499, False), (137_500, True), (137_501, True)])
def test_one_and_a_quarter_is_the_bound(price, fires):
    assert tier(looking(price), alma()).fired is fires


def test_a_bound_no_float_can_hold_is_met_exactly():
    assert tier(looking(121_000), alma(), Policy(price_ratio_at=1.1)).fired


def test_it_rises_by_bands():
    values = [
        tier(looking(round(110_000 * ratio)), alma()).value for ratio in (0.9, 1.1, 1.25, 1.3, 1.5, 2, 3, 30)
    ]
    assert values == [0, 0.25, 0.5, 0.5, 0.7, 0.85, 1, 1]


def test_it_reads_the_median_not_the_dream():
    assert not tier(looking(100_000, 110_000, 9_000_000), alma()).fired
    assert tier(looking(100_000, 175_000), alma()).fired  # the middle of two: 137,500


def test_free_pieces_are_not_read():
    assert tier(looking(0, 0, 0, 240_000), alma()).fired
    assert tier(looking(0), alma()).because == "No priced pieces looked at in this visit."


def test_the_houses_usual_stands_in_and_says_so():
    newcomer = known([order("2024-01-01", "engagement_ring", 900_000)], shop_median=110_000)
    assert (
        tier(visit(), newcomer).because == "Looking at £2,400 to £3,900; the house's usual is about £1,100."
    )


def test_no_usual_price_is_said():
    assert tier(visit(), known()).because == "No usual price on record to compare with."


def test_two_currencies_are_not_compared():
    reading = tier(visit(), replace(alma(), currency="JPY"))
    assert not reading.fired
    assert "different currencies" in reading.because


def test_why_not():
    assert (
        tier(looking(100_000, 120_000), alma()).because
        == "Looking at £1,000 to £1,200, near the usual £1,100."
    )
    assert tier(looking(50_000), alma()).because == "Looking at £500, below the usual £1,100."


def test_yen_and_dinars_are_said_as_such():
    yen = replace(alma(), currency="JPY", baseline=110_000)
    session = replace(visit(), currency="JPY", prices=(240_000,))
    assert tier(session, yen).because == "Looking at JPY 240,000; usually about JPY 110,000."


def test_who_has_stepped_up_before_grades_higher_and_it_is_said():
    once, twice = (replace(alma(), stepped_up=years) for years in ((2019,), (2019, 2023)))
    assert tier(visit(), twice).because == (
        "Looking at £2,400 to £3,900; usually about £1,100; has stepped up before, in 2019 and 2023."
    )
    looked = looking(150_000)
    grades = [tier(looked, each).value for each in (alma(), once, twice)]
    assert grades == pytest.approx([0.5, 0.575, 0.65])
    assert tier(looking(900_000), twice).value == 1
    assert tier(looking(110_000), twice) == tier(looking(110_000), alma()), "not where nothing steps up"
