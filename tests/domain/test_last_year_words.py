"""What a replayed year says: never a figure without what it is a part of, and inconclusive where it is."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from app.domain import last_year_words as words
from app.domain.open_hours import Week, open_minutes, week_of
from app.domain.slots import Hours
from scoring.replayed import LastYear, Outcome, Proportion, Step
from scoring.replayed import Week as ReplayedWeek

FIRST = date(2025, 9, 22)
WEEK = Week(open_hours=14.0, minutes=60)


def outcome(part: int, whole: int, *, stretch: float = 1.0, rest: tuple[int, int] = (20, 400)) -> Outcome:
    return Outcome(whole, whole // 2, Proportion(part, whole, stretch), 90_000, Proportion(*rest), 80_000)


def year(strong: Outcome | None = None) -> LastYear:
    weeks = tuple(ReplayedWeek(FIRST + timedelta(days=7 * n), 10, 1, 2) for n in range(52))
    policies = {
        "cue": outcome(40, 520),
        "strong": strong or outcome(30, 52),
        "probability": outcome(20, 104),
    }
    curve = (Step(0.05, 1040, 80), Step(0.1, 520, 60), Step(0.3, 104, 30))
    return LastYear(
        FIRST, weeks[-1].monday, FIRST, 300, 120, "strong", 0.15, 2, 1, None, weeks, policies, curve,
        (), (), (), Proportion(9, 48), None,
    )  # fmt: skip


def test_the_finding_has_both_shares_with_what_they_are_of_and_their_ranges() -> None:
    assert words.finding(year(), "strong").replace("\u00a0", " ") == (
        "30 of 52 greetings were followed by an order within 60 days (58 %, between 44 and 70 %); "
        "of the other active clients in the same weeks, 20 of 400 (5 %, between 3.3 and 7.6 %). "
        "So those greeted ordered more often."
    )


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (outcome(30, 52), "more"),
        (outcome(4, 52), "inconclusive"),
        (outcome(0, 520), "less"),
        (outcome(29, 29), "inconclusive"),
        (outcome(30, 52, rest=(0, 0)), "inconclusive"),
        (outcome(12, 60), "more"),
        (outcome(12, 60, stretch=9.0), "inconclusive"),
    ],
)
def test_it_is_inconclusive_where_ranges_meet_or_too_few_were_greeted(found: Outcome, verdict: str) -> None:
    assert words.verdict(found) == verdict
    assert ("inconclusive" in words.finding(year(found), "strong")) == (verdict == "inconclusive")


def test_nobody_greeted_is_said_without_a_share() -> None:
    assert words.finding(year(outcome(0, 0)), "strong").startswith("Nobody would have been greeted")


def test_a_week_of_a_policy_is_its_invitations_and_the_hours_they_take() -> None:
    cue = words.meant(year(), WEEK, "GBP", in_force="strong")[0]
    assert (cue.weekly, cue.hours, cue.clients, cue.in_force) == ("10", "10", "260 of 300 clients", False)


@pytest.mark.parametrize(("hours", "threshold"), [(20, "5"), (19.9, "10"), (10, "10"), (9, "30"), (1, "")])
def test_the_lowest_likelihood_that_fits_the_hours_is_found(hours: float, threshold: str) -> None:
    assert words.fit(year(), WEEK, hours).threshold == threshold


@pytest.mark.parametrize(
    ("entered", "hours"),
    [("12", 12), (" 7,5 ", 7.5), ("0", None), ("-3", None), ("a few", None), ("nan", None), ("1e9", None)],
)
def test_hours_are_read_as_typed(entered: str, hours: float | None) -> None:
    assert words.read_hours(entered) == hours


def test_a_first_invitation_within_a_week_is_promised_only_where_last_year_bears_it() -> None:
    assert not words.soon(year(), "cue")
    assert words.soon(year(outcome(500, 52 * 50)), "strong")


def test_open_hours_count_a_minute_once_and_midnight_ends_a_day() -> None:
    kept = [
        Hours(0, time(10), time(12)),
        Hours(0, time(11), time(13)),
        Hours(0, time(11), time(11, 30)),
        Hours(1, time(22), time(0)),
    ]
    assert open_minutes(kept) == 180 + 120


def test_a_house_without_advisors_at_work_has_no_hours_and_the_usual_length() -> None:
    assert week_of([], []) == Week(0.0, 70)
    assert week_of([120, 60], [60, 80]) == Week(3.0, 70)
