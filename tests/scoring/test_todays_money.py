"""What a house's own prices say of an earlier year's money, and how little they say while few were sold."""

from __future__ import annotations

import pytest

from scoring.todays_money import MOST_A_YEAR, YearsPrice, todays_money


def sold(kind, lines, **medians):
    return [YearsPrice(kind, int(year[1:]), median, lines) for year, median in medians.items()]


def test_prices_that_stand_still_are_todays_money():
    assert todays_money(sold("pendant", 5_000, y2020=1_000, y2021=1_000, y2022=1_000)) == {}
    assert todays_money([]) == {}


def test_a_house_that_sold_much_is_believed():
    money = todays_money(sold("pendant", 20_000, y2020=1_000, y2021=1_100, y2022=1_210))
    assert money[2021] == pytest.approx(1.1, abs=0.005)
    assert money[2020] == pytest.approx(1.21, abs=0.005)


def test_a_house_that_sold_little_is_hardly_believed():
    assert todays_money(sold("pendant", 9, y2020=1_000, y2021=2_000)) == {}
    assert todays_money(sold("pendant", 20, y2020=1_000, y2021=2_000))[2020] < 1.1


def test_other_pieces_sold_are_not_dearer_pieces():
    rings = sold("cocktail_ring", 20_000, y2021=90_000)
    assert todays_money([*sold("charm", 20_000, y2020=1_000), *rings]) == {}
    unplaced = sold("other", 20_000, y2020=1_000, y2021=9_000)
    assert todays_money(unplaced) == {}


def test_no_year_moves_more_than_a_quarter():
    jump = sold("pendant", 10**6, y2020=1_000, y2021=50_000)
    assert todays_money(jump)[2020] == pytest.approx(2.718281828**MOST_A_YEAR, abs=0.001)


def test_a_year_without_sales_is_bridged():
    money = todays_money(sold("pendant", 20_000, y2019=1_000, y2021=1_210))
    assert money[2019] == pytest.approx(1.21, abs=0.01)
