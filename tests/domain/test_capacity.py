"""How many consultations still fit, and how a book is shared out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.capacity import Capacity, room
from app.domain.client_shares import share
from app.domain.slots import Calendar, Hours

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
TWO_WEEKS = timedelta(days=14)
# Ten to one on Mondays: three hours, in which consultations of 45 minutes with 10 before and 15 after lie.
MONDAYS = Calendar(
    zone=ZoneInfo("Europe/London"),
    hours=(Hours(0, time(10), time(13)),),
    length=timedelta(minutes=45),
    buffer_before=timedelta(minutes=10),
    buffer_after=timedelta(minutes=15),
    notice=timedelta(),
    horizon=timedelta(days=28),
)


def test_openings_overlap_and_consultations_do_not() -> None:
    # 10:00, 11:30 and no third: it would have to begin at 12:30 at the earliest, and end after one.
    assert room(MONDAYS, (), now=MONDAY, within=timedelta(days=1)) == 2
    assert room(MONDAYS, (), now=MONDAY, within=TWO_WEEKS) == 4
    assert room(MONDAYS, (), now=MONDAY, within=timedelta(days=90)) == 8, "never beyond the horizon"


def test_what_is_taken_is_not_counted() -> None:
    ten = MONDAY + timedelta(hours=9, minutes=50)
    assert room(MONDAYS, [(ten, ten + timedelta(minutes=70))], now=MONDAY, within=timedelta(days=1)) == 1


@pytest.mark.parametrize(("limits", "fits"), [({"most_a_day": 1}, 2), ({"most_a_week": 1}, 2)])
def test_the_most_of_a_day_and_of_a_week_are_kept(limits: dict[str, int], fits: int) -> None:
    assert room(replace(MONDAYS, **limits), (), now=MONDAY, within=TWO_WEEKS) == fits
    earlier = [MONDAY + timedelta(hours=7)]
    assert room(replace(MONDAYS, **limits), (), now=MONDAY, within=TWO_WEEKS, kept=earlier) == fits - 1


def test_hours_are_consultations_with_what_lies_around_them() -> None:
    capacity = Capacity(room=6, promised=2, held=3, minutes=70)
    assert capacity.left == 4
    assert [capacity.hours(count) for count in (6, 2, 3)] == [7.0, 140 / 60, 3.5]
    assert Capacity(room=1, promised=3, held=0, minutes=70).left == 0


@given(st.integers(0, 60), st.dictionaries(st.integers(1, 9), st.integers(0, 40), min_size=1))
def test_a_book_is_shared_so_that_nobody_who_took_any_leads_two_more_than_another(
    clients: int, leads: dict[int, int]
) -> None:
    shares = share([f"{n:04}" for n in range(clients)], leads)
    assert len(shares) == clients
    taken = Counter(shares.values())
    after = {each: leads[each] + taken[each] for each in leads}
    assert all(after[each] <= min(after.values()) + 1 for each in taken)


def test_all_go_to_one_where_one_takes_over() -> None:
    assert share(["a", "b"], {7: 300}) == {"a": 7, "b": 7}
