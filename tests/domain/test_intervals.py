"""How sure a share is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.intervals import Share, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (12, 24, 0.3143, 0.6857),  # facts/jewellery.md: 31–69 %
        (9, 24, 0.2116, 0.5729),  # LOOK.md: between 21 and 57 %
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
    ],
)
def test_known_intervals(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_everything_is_possible() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_what_is_no_part_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no part"):
        wilson(part, whole)


@given(st.integers(0, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_an_interval_holds_its_share_and_stays_within_bounds(pair: tuple[int, int]) -> None:
    low, high = wilson(*pair)
    assert 0 <= low <= Share(*pair).value <= high <= 1


def test_a_share_is_said_with_its_denominator_and_its_interval() -> None:
    said = Share(9, 24).words("answered")
    assert said == "9 of 24 answered (38\u00a0%, between 21 and 57\u00a0%)"


def test_of_nothing_no_share_is_claimed() -> None:
    assert Share(0, 0).words() == "0 of 0"
