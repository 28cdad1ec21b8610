"""Occasions are guessed with care, found on the right day, and left alone when asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scoring.milestones import JEWELLERS_SEASON, next_occurrence
from scoring.relationship import OrderLine

from .cast import known, milestone, order


def recurring(*days, **changes):
    found = [
        m for m in known([order(day) for day in days], **changes).milestones if m.provenance == "recurrence"
    ]
    return found[0] if found else None


def test_a_wedding_bands_order_suggests_an_anniversary_within_three_months():
    (guess,) = known([order("2016-07-28", "wedding_band")]).milestones
    assert (guess.occasion, guess.month, guess.day, guess.year) == ("anniversary", 9, 12, 2016)
    assert (guess.spread_days, guess.provenance, guess.rests_on) == (
        46,
        "wedding_band",
        ("#2016-07-28-wedding_band",),
    )
    assert 0.5 <= guess.confidence < 0.9


def test_two_bands_narrow_the_guess():
    (guess,) = known([order("2016-07-01", "wedding_band"), order("2016-08-30", "wedding_band")]).milestones
    assert date(2016, 8, 30) <= date(guess.year, guess.month, guess.day) <= date(2016, 10, 1)
    assert guess.spread_days == 16
    assert len(guess.rests_on) == 2


def test_a_returned_band_suggests_nothing():
    assert known([order("2016-07-28", "wedding_band", quantity=-1)]).milestones == ()
    assert known([order("2016-07-28", "wedding_band", status="returned")]).milestones == ()


def test_the_same_weeks_of_may_in_three_years_say_much():
    guess = recurring("2019-05-10", "2021-05-16", "2023-05-22", "2022-10-01")
    assert guess.confidence > 0.7
    assert (guess.occasion, guess.month, guess.day, guess.year) == ("recurring", 5, 16, None)
    assert len(guess.rests_on) == 3
    assert guess.spread_days == 6


def test_a_day_is_one_day_however_many_orders_it_brought():
    days = ("2019-05-10", "2021-05-22")
    once = recurring(*days)
    more = known([*map(order, days), order(days[1], "brooch"), order(days[1], "watch")]).milestones[0]
    assert (more.month, more.day, more.spread_days) == (once.month, once.day, once.spread_days) == (5, 16, 6)
    assert len(more.rests_on) == 4


def test_december_recurrence_says_little():
    decembers = [
        f"20{year}-12-{day}" for year, day in ((15, 10), (16, 20), (17, 15), (18, 12), (19, 18), (20, 22))
    ]
    guess = recurring(*decembers)
    assert guess is None or guess.confidence < 0.3
    mays = [day.replace("-12-", "-05-") for day in decembers]
    assert recurring(*mays).confidence > 0.8


def test_december_may_say_much_where_the_shop_has_no_season():
    days = ("2015-12-10", "2016-12-20", "2017-12-15", "2018-12-12")
    assert recurring(*days, season=[1] * 12).confidence > 0.8
    assert recurring(*days, season=[1] * 366).confidence > 0.8


def test_one_year_is_no_recurrence():
    assert recurring("2019-05-10", "2019-05-20", "2019-06-01") is None


@pytest.mark.parametrize(("second", "found"), [("2021-05-31", True), ("2021-06-01", False)])
def test_twenty_one_days_are_near_and_twenty_two_are_not(second, found):
    assert (recurring("2019-05-10", second) is not None) is found


def test_the_turn_of_the_year_is_no_wall():
    guess = recurring("2018-12-28", "2021-01-05", "2023-01-02", season=[1] * 12)
    assert guess.confidence > 0.8
    assert (guess.month, guess.day) in {(12, 31), (1, 1), (1, 2)}
    # A new year's eve and the new year's day after it are one season, not two.
    assert recurring("2018-12-31", "2019-01-01") is None


def test_one_who_orders_all_the_year_round_has_no_season():
    days = [f"20{year}-{month:02}-11" for year in range(12, 20) for month in range(1, 13, 2)]
    guess = recurring(*days, season=[1] * 12)
    assert guess is None or guess.confidence < 0.5


def test_the_jewellers_season_is_a_third_in_two_months():
    assert sum(JEWELLERS_SEASON) == pytest.approx(1)
    assert sum(JEWELLERS_SEASON[10:]) == pytest.approx(1 / 3, abs=0.005)


@pytest.mark.parametrize("season", [[1] * 11, [0] * 12])
def test_a_season_that_is_none_is_refused(season):
    with pytest.raises(ValueError, match="12 or 366"):
        known([order("2019-05-10"), order("2020-05-10")], season=season)


def test_a_date_not_to_be_used_silences_guesses_at_it():
    band = order("2016-07-28", "wedding_band")
    ida = known([band], stated=[milestone(9, 10, do_not_use=True)])
    assert [m.do_not_use for m in ida.milestones] == [True]
    mays = [order(f"20{year}-05-12") for year in (17, 18, 19)]
    assert [
        m.do_not_use
        for m in known(mays, stated=[milestone(6, 1, occasion="birthday", do_not_use=True)]).milestones
    ] == [True]
    assert len(known(mays, stated=[milestone(10, 1, occasion="birthday", do_not_use=True)]).milestones) == 2


@pytest.mark.parametrize(
    ("occasion", "today", "falls"),
    [
        (milestone(9, 12), date(2026, 9, 1), date(2026, 9, 12)),
        (milestone(9, 12), date(2026, 9, 14), date(2026, 9, 12)),  # two days ago, and still spoken of
        (milestone(9, 12), date(2026, 9, 15), date(2026, 9, 12)),
        (milestone(9, 12), date(2026, 9, 16), date(2027, 9, 12)),
        (milestone(12, 31), date(2027, 1, 2), date(2026, 12, 31)),
        (milestone(1, 2), date(2026, 12, 31), date(2027, 1, 2)),
        (milestone(2, 29), date(2027, 2, 1), date(2027, 2, 28)),
        (milestone(2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (milestone(2, 29), date(2100, 2, 1), date(2100, 2, 28)),
        (milestone(9, None), date(2026, 9, 1), date(2026, 9, 15)),
        (milestone(2, None), date(2027, 2, 20), date(2027, 2, 15)),  # February is not over
        (milestone(2, None), date(2027, 3, 3), date(2027, 2, 15)),
        (milestone(2, None), date(2027, 3, 4), date(2028, 2, 15)),
        (
            milestone(9, 12, year=2026),
            date(2026, 9, 1),
            date(2027, 9, 12),
        ),  # the wedding day is no anniversary
        (milestone(9, 12, year=2026, occasion="wedding"), date(2026, 9, 1), date(2026, 9, 12)),
        (milestone(9, 12, year=2030, occasion="wedding"), date(2026, 9, 1), date(2030, 9, 12)),
    ],
)
def test_an_occasion_falls_on(occasion, today, falls):
    assert next_occurrence(occasion, today) == falls


def engraved(kind, text, day="2015-05-02"):
    return replace(order(day, kind), lines=(OrderLine(kind, 9, 1, "", text),))


def test_an_engraved_wedding_day_answers_what_the_bands_order_would_guess():
    (found,) = known([engraved("wedding_band", "A & M 06.14.2015")]).milestones
    assert (found.occasion, found.month, found.day, found.year) == ("anniversary", 6, 14, 2015)
    assert (found.provenance, found.confidence) == ("engraved", 0.95)
    assert found.rests_on == ("#2015-05-02-wedding_band",)


def test_a_pair_of_bands_engraved_alike_are_one_date():
    pair = engraved("wedding_band", "14.06.2015"), engraved("wedding_band", "14 June 2015", "2015-05-03")
    assert len(known(pair).milestones) == 1


def test_a_date_whose_occasion_nobody_knows_is_left_alone_where_any_date_is():
    locket = engraved("pendant", "14.06.2009")
    assert [m.occasion for m in known([locket]).milestones] == ["day_to_remember"]
    ida = known([locket], stated=[milestone(10, 1, do_not_use=True)])
    assert [m.do_not_use for m in ida.milestones] == [True]


def test_an_engagement_ring_only_informs_a_question():
    (guess,) = known([order("2015-05-02", "engagement_ring")]).milestones
    assert (guess.provenance, guess.month, guess.year) == ("engagement_ring", 8, 2016)
    assert guess.confidence < 0.5
    wed = known([order("2015-05-02", "engagement_ring"), order("2016-06-01", "wedding_band")])
    assert [m.provenance for m in wed.milestones] == ["wedding_band"]


def test_a_wrapped_gift_only_informs_a_question_and_not_at_christmas():
    def wrapped(day):
        made = order(day)
        return replace(made, lines=(*made.lines, OrderLine("service", 500, 1, "Gift wrapping")))

    (guess,) = known([wrapped("2020-05-02")]).milestones
    assert (guess.provenance, guess.occasion, guess.month) == ("gift", "gift", 5)
    assert guess.confidence < 0.5
    assert known([wrapped("2020-12-12")]).milestones == ()
    gift_shop = replace(order("2020-05-02"), lines=(OrderLine("pendant", 9, 1, tags=("gifts for her",)),))
    assert known([gift_shop]).milestones == ()


def test_a_third_season_is_found_and_a_fourth_is_not():
    days = [f"20{year}-{day}" for year in range(12, 22) for day in ("02-10", "05-01", "07-20", "10-08")]
    seasons = known([order(day) for day in days], season=[1] * 12).milestones
    assert 1 <= len(seasons) <= 3
    assert len({m.month for m in seasons}) == len(seasons)
