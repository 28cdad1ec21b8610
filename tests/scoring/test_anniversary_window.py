"""Whether an occasion is near, and how it may be spoken of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY, Policy

from .cast import POLICY, TODAY, alma, known, milestone, order, visit


def window(relationship, today=TODAY, policy=POLICY):
    signal = SIGNALS["anniversary_window"]
    return signal(visit(), relationship, today=today, policy=policy, adjacency=DEFAULT_ADJACENCY)


def with_occasions(*occasions):
    return known([order("2024-01-03")], stated=occasions)


@pytest.mark.parametrize(
    ("away", "fires"), [(46, False), (45, True), (44, True), (0, True), (-2, True), (-3, True), (-4, False)]
)
def test_the_window_is_forty_five_days_before_and_three_after(away, fires):
    day = TODAY + timedelta(days=away)
    assert window(with_occasions(milestone(day.month, day.day))).fired is fires


def test_the_merchant_can_move_the_window():
    day = TODAY + timedelta(days=60)
    assert window(with_occasions(milestone(day.month, day.day)), policy=Policy(window_before_days=60)).fired
    past = TODAY - timedelta(days=10)
    assert window(with_occasions(milestone(past.month, past.day)), policy=Policy(window_after_days=10)).fired


def test_almas_tenth_anniversary_is_asked_not_asserted():
    reading = window(alma(), date(2026, 9, 1))
    assert reading.fired
    assert reading.because == (
        "Tenth anniversary likely around 12 September, inferred from the band's order: ask, don't assert."
    )


def test_nearer_and_surer_grade_higher():
    near, far = (window(with_occasions(milestone(12, day))).value for day in (1, 31))
    assert near > far > 0
    assert window(with_occasions(milestone(12, 1, provenance="recorded", confidence=0.5))).value < near


@pytest.mark.parametrize(("confidence", "fires"), [(0.49, False), (0.5, True)])
def test_an_inferred_occasion_needs_confidence(confidence, fires):
    guess = milestone(12, 1, year=2016, provenance="wedding_band", confidence=confidence)
    reading = window(with_occasions(guess))
    assert reading.fired is fires
    if not fires:
        assert reading.because == "Only a guess at an occasion, too unsure to count."


@pytest.mark.parametrize("provenance", ["engagement_ring", "gift"])
def test_the_last_two_rungs_never_count(provenance):
    assert not window(with_occasions(milestone(12, 1, provenance=provenance))).fired


@pytest.mark.parametrize(
    ("occasion", "today", "says"),
    [
        (milestone(12, 1, year=2001), TODAY, "25th anniversary on 1 December, as the customer told us."),
        (milestone(12, 1), TODAY, "Anniversary on 1 December, as the customer told us."),
        (
            milestone(11, 21, occasion="birthday", person="Leo"),
            TODAY,
            "Birthday (Leo) today, 21 November, as the customer told us.",
        ),
        (
            milestone(11, 19, provenance="engraved"),
            TODAY,
            "Anniversary was on 19 November, as engraved on a piece.",
        ),
        (
            milestone(12, None, provenance="recorded"),
            TODAY,
            "Anniversary in December, as an advisor recorded.",
        ),
        (
            milestone(2, 29, year=2024),
            date(2027, 2, 10),
            "Third anniversary on 28 February, as the customer told us.",
        ),
    ],
)
def test_a_known_occasion_is_named(occasion, today, says):
    assert window(with_occasions(occasion), today).because == says


def test_a_recurring_season_is_described_not_named():
    mays = known([order(f"20{year}-05-12") for year in (17, 18, 19)])
    assert window(mays, date(2026, 4, 20)).because == (
        "Tends to order around 12 May, inferred from three orders in different years: ask, don't assert."
    )


def test_a_date_not_to_be_used_never_counts_and_is_never_mentioned():
    ida = with_occasions(milestone(12, 1, do_not_use=True))
    assert not window(ida).fired
    assert window(ida).value == 0
    assert window(ida).because == "No occasion on record."
    both = with_occasions(milestone(11, 22, do_not_use=True), milestone(12, 24, occasion="birthday"))
    assert window(both).because == "Birthday on 24 December, as the customer told us."


def test_a_sensitive_date_may_count_but_is_not_named():
    farid = with_occasions(
        milestone(12, 1, occasion="remembrance", person="Nadia", year=2019, sensitive=True)
    )
    reading = window(farid)
    assert reading.fired
    assert not any(
        word in reading.because.lower() for word in ("remembrance", "nadia", "december", "1", "seventh")
    )


def test_decembers_do_not_fire():
    decembers = known([order(f"20{year}-12-15") for year in range(15, 26)])
    assert not window(decembers, date(2026, 12, 1)).fired


def test_an_occasion_far_away_says_so():
    assert window(with_occasions(milestone(6, 1))).because == "No occasion on record within the next 45 days."
