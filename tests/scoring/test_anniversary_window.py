"""Whether an occasion is near, and how it may be spoken of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scoring.relationship import OrderLine
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
        "Tenth anniversary, a big one, likely around 12 September, give or take 46 days, "
        "inferred from the band's order: ask, don't assert."
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
        (
            milestone(12, 1, year=2001),
            TODAY,
            "25th anniversary, a big one, on 1 December, as the customer told us.",
        ),
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
        "Tends to order around 12 May (fairly sure), inferred from three orders in 2017, 2018 and 2019: "
        "ask, don't assert."
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


def closeness(away, **changes):
    day = TODAY + timedelta(days=away)
    return window(with_occasions(milestone(day.month, day.day, **changes))).value


def test_the_grade_halves_about_every_eleven_days_and_never_quite_goes():
    grades = [closeness(away) for away in range(46)]
    assert grades == sorted(grades, reverse=True)
    assert grades[0] == 1
    assert (grades[11] - 0.2) / 0.8 == pytest.approx(0.5)
    assert (grades[22] - 0.2) / 0.8 == pytest.approx(0.25)
    assert 0.2 < grades[45] < 0.3
    assert closeness(-3) == closeness(3)


def test_the_less_exact_the_date_the_flatter_the_decay():
    assert closeness(30, spread_days=46) > closeness(30, spread_days=10) > closeness(30)


def test_a_known_month_is_near_while_it_lasts():
    relationship = with_occasions(milestone(2, None))
    assert [window(relationship, day).value for day in (date(2027, 2, 1), date(2027, 2, 28))] == [1, 1]
    assert window(relationship, date(2027, 1, 20)).value < 1
    assert window(relationship, date(2027, 3, 3)).fired
    assert not window(relationship, date(2027, 3, 4)).fired


@pytest.mark.parametrize(("years", "share"), [(1, 0.32), (2, 0.63), (3, 0.80), (4, 1), (9, 1)])
def test_the_more_years_a_season_came_round_the_higher_its_grade(years, share):
    season = {"provenance": "recurrence", "occasion": "recurring", "confidence": 0.8}
    in_years = tuple(range(2010, 2010 + years))
    assert closeness(0, **season, in_years=in_years) == pytest.approx(0.8 * share)
    assert closeness(0, **season) == pytest.approx(0.8), "a record from before the years were kept"


@pytest.mark.parametrize(
    ("year", "big"), [(2025, True), (2021, True), (2016, True), (2019, False), (1966, True)]
)
def test_a_major_year_weighs_a_little_more_and_is_named(year, big):
    reading = window(with_occasions(milestone(12, 2, year=year)))
    assert (", a big one," in reading.because) is big
    assert (reading.value > closeness(11)) is big


def test_two_seasons_of_one_customer_are_both_found_each_in_its_weeks():
    both = known(
        [order(f"20{year}-{day}") for year in (16, 18, 20, 22) for day in ("03-10", "08-20")],
        shop_median=None,
    )
    assert {guess.month for guess in both.milestones} == {3, 8}
    assert window(both, date(2026, 3, 1)).because.startswith("Tends to order around 10 March")
    assert window(both, date(2026, 8, 10)).because.startswith("Tends to order around 20 August")
    assert not window(both, date(2026, 5, 30)).fired


def test_a_date_engraved_in_a_piece_is_known_and_its_reading_doubted_where_it_may_be_another():
    band = replace(
        order("2015-05-02", "wedding_band"), lines=(OrderLine("wedding_band", 9, 1, "", "14.06.2015"),)
    )
    assert window(known([band]), date(2026, 6, 1)).because == (
        "Eleventh anniversary on 14 June, as engraved on a piece."
    )
    locket = replace(order("2020-05-02"), lines=(OrderLine("pendant", 9, 1, "", "12.09.2016"),))
    assert window(known([locket]), date(2026, 9, 1)).because == (
        "Day to remember on 12 September, as engraved on a piece, if we read it right."
    )
    assert window(known([locket], currency="USD"), date(2026, 9, 1)).because.startswith("No occasion")
    assert window(known([locket], currency="USD"), date(2026, 12, 1)).fired
