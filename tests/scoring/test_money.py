"""Money and numbers are said as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.money import about, exponent, money
from scoring.wording import day_and_month, ordinal, span


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (240_000, "GBP", "£2,400"),
        (1_950, "EUR", "€19.50"),
        (5, "USD", "$0.05"),
        (12_000, "JPY", "JPY 12,000"),
        (12_345, "KWD", "KWD 12.345"),
        (100, "CHF", "CHF 1"),
        (-250, "GBP", "−£2.50"),
        (100, "", "1"),
        (0, "GBP", "£0"),
    ],
)
def test_an_amount_is_said_exactly(amount, currency, said):
    assert money(amount, currency) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (114_900, "GBP", "£1,100"),
        (115_000, "GBP", "£1,200"),
        (9_960, "GBP", "£100"),
        (1_234, "GBP", "£12"),
        (45, "GBP", "£0.45"),
        (0, "GBP", "£0"),
        (123_456, "JPY", "JPY 120,000"),
        (7, "JPY", "JPY 7"),
    ],
)
def test_an_amount_is_said_aloud(amount, currency, said):
    assert about(amount, currency) == said


def test_currencies_know_their_places():
    assert [exponent(code) for code in ("JPY", "KWD", "GBP", "XXX")] == [0, 3, 2, 2]


def test_numbers_are_said_in_words():
    assert [ordinal(n) for n in (1, 10, 20, 21, 42, 53, 111)] == [
        "first",
        "tenth",
        "twentieth",
        "21st",
        "42nd",
        "53rd",
        "111th",
    ]
    assert [span(n) for n in (0, 1, 9, 14, 21, 75, 400, 900)] == [
        "no days",
        "one day",
        "nine days",
        "two weeks",
        "three weeks",
        "two months",
        "13 months",
        "two years",
    ]
    assert day_and_month(date(2026, 9, 12)) == "12 September"
