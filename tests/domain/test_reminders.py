"""An appointment is brought to mind twice at most, never by night, never right after it was agreed on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.quiet_hours import NIGHT_FROM, NIGHT_UNTIL, after_the_night
from app.domain.reminders import APART, FURTHEST, due, reminders
from app.domain.wording import USUAL_ZONES

LONDON = ZoneInfo("Europe/London")
LONG_AGO = datetime(2026, 11, 1, 10, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def plan(
    starts_at: datetime, zone: str = "Europe/London", since: datetime = LONG_AGO
) -> list[tuple[str, str]]:
    planned = reminders(starts_at, zone, arranged_at=since)
    return [(each.kind, f"{each.due_at.astimezone(ZoneInfo(zone)):%a %H:%M}") for each in planned]


def test_two_days_and_two_hours_before() -> None:
    assert plan(at(15, 16)) == [("reminder_48", "Wed 16:00"), ("reminder_2", "Fri 14:00")]


def test_a_reminder_that_would_fall_into_the_night_goes_the_evening_before() -> None:
    assert plan(at(15, 9, 30)) == [("reminder_48", "Wed 09:30"), ("reminder_2", "Thu 20:00")]
    assert plan(at(15, 7)) == [("reminder_48", "Tue 20:00"), ("reminder_2", "Thu 20:00")]
    assert plan(at(15, 21, 30)) == [("reminder_48", "Wed 20:00"), ("reminder_2", "Fri 19:30")]
    assert plan(at(15, 23, 30)) == [("reminder_48", "Wed 20:00"), ("reminder_2", "Fri 20:00")]


def test_the_night_is_the_customers_own() -> None:
    # Four in the afternoon in London is eight in the morning in Vancouver.
    assert plan(at(15, 16), "America/Vancouver") == [
        ("reminder_48", "Wed 09:00"),
        ("reminder_2", "Thu 20:00"),
    ]


@pytest.mark.parametrize(
    ("hours_ahead", "kinds"),
    [
        (49, ["reminder_2"]),  # the confirmation is an hour old
        (50, ["reminder_48", "reminder_2"]),
        (47, ["reminder_2"]),
        (4, ["reminder_2"]),
        (3, []),
        (1, []),
    ],
)
def test_what_was_just_agreed_on_is_not_repeated(hours_ahead: int, kinds: list[str]) -> None:
    starts_at = at(15, 16)
    since = starts_at - timedelta(hours=hours_ahead)
    assert [kind for kind, _ in plan(starts_at, since=since)] == kinds


def test_who_books_in_the_evening_for_the_morning_is_not_written_to_twice_that_evening() -> None:
    assert plan(at(15, 9), since=at(14, 19)) == []


def test_of_two_that_are_late_only_the_last_is_owed() -> None:
    planned = reminders(at(15, 16), "Europe/London", arranged_at=LONG_AGO)
    assert due(planned, now=at(13, 15, 59)) is None
    assert due(planned, now=at(14, 12)) == planned[0]
    assert due(planned, now=at(15, 15)) == planned[1]


@given(
    starts_at=st.datetimes(datetime(2026, 12, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(USUAL_ZONES),
    ahead=st.timedeltas(timedelta(), timedelta(days=30)),
)
def test_none_is_due_at_night_or_soon_after_another(starts_at: datetime, zone: str, ahead: timedelta) -> None:
    arranged_at = starts_at - ahead
    planned = reminders(starts_at, zone, arranged_at=arranged_at)
    for each in planned:
        assert NIGHT_UNTIL <= each.due_at.astimezone(ZoneInfo(zone)).hour < NIGHT_FROM
        assert arranged_at < each.due_at < starts_at
        assert starts_at - each.due_at <= FURTHEST
        assert after_the_night(each.due_at, zone) == each.due_at
    instants = [arranged_at, *(each.due_at for each in planned)]
    assert all(later - earlier >= APART for earlier, later in pairwise(instants))
