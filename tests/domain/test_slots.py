"""When an advisor can be met: every zone, every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.slots import Busy, Calendar, Hours, Slot, first_opening, hours_on, openings

# Half-hour changes, changes at midnight, a day that was left out, half-hour offsets, none at all.
ZONES = (
    "Europe/London",
    "America/New_York",
    "America/Vancouver",
    "America/St_Johns",
    "America/Havana",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)
EVERY_DAY = tuple(range(7))


def calendar(zone: str = "Europe/London", hours: tuple[Hours, ...] = (), **changed: Any) -> Calendar:
    usual: dict[str, Any] = {
        "length": timedelta(minutes=45),
        "buffer_before": timedelta(minutes=10),
        "buffer_after": timedelta(minutes=15),
        "notice": timedelta(hours=24),
        "horizon": timedelta(days=28),
    }
    return Calendar(zone=ZoneInfo(zone), hours=hours, **{**usual, **changed})


def daily(begins: time, ends: time) -> tuple[Hours, ...]:
    return tuple(Hours(weekday, begins, ends) for weekday in EVERY_DAY)


def local(slots: list[Slot], zone: str, day: date) -> list[str]:
    starts = (slot.starts_at.astimezone(ZoneInfo(zone)) for slot in slots)
    return [f"{start:%H:%M}" for start in starts if start.date() == day]


times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30)))
weeks = st.lists(st.builds(Hours, st.integers(0, 6), times, times, st.booleans()), max_size=6).map(tuple)
days = st.dates(date(2026, 1, 1), date(2028, 1, 31))
calendars = st.builds(
    calendar,
    st.sampled_from(ZONES),
    weeks,
    other_days=st.dictionaries(days, weeks, max_size=9),
    length=st.sampled_from([timedelta(minutes=minutes) for minutes in (20, 45, 60, 90)]),
    buffer_before=st.sampled_from([timedelta(minutes=minutes) for minutes in (0, 10, 30)]),
    buffer_after=st.sampled_from([timedelta(minutes=minutes) for minutes in (0, 15)]),
    notice=st.sampled_from([timedelta(hours=hours) for hours in (0, 5, 24, 72)]),
    horizon=st.sampled_from([timedelta(days=days) for days in (1, 7, 16)]),
)
nows = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def busy_after(now: datetime) -> st.SearchStrategy[list[Busy]]:
    begins = st.integers(0, 16 * 24 * 60).map(lambda minutes: now + timedelta(minutes=minutes))
    return st.lists(
        st.tuples(begins, st.integers(1, 600)).map(
            lambda each: (each[0], each[0] + timedelta(minutes=each[1]))
        ),
        max_size=12,
    )


@settings(max_examples=150, deadline=None)
@given(st.data(), calendars, nows)
def test_every_opening_keeps_every_rule(data: st.DataObject, kept: Calendar, now: datetime) -> None:
    busy = data.draw(busy_after(now))
    slots = openings(kept, busy, now=now)
    starts = [slot.starts_at for slot in slots]
    assert starts == sorted(set(starts)), "in order, and each once"
    shown = [start.astimezone(kept.zone).replace(tzinfo=None) for start in starts]
    assert len(set(shown)) == len(shown), "no time on the clock is offered twice"
    for slot in slots:
        assert slot.starts_at.tzinfo is UTC
        assert slot.ends_at - slot.starts_at == kept.length
        assert slot.busy == (slot.starts_at - kept.buffer_before, slot.ends_at + kept.buffer_after)
        assert now + kept.notice <= slot.starts_at < now + kept.horizon
        assert all(ends <= slot.busy[0] or slot.busy[1] <= begins for begins, ends in busy)
        day = slot.starts_at.astimezone(kept.zone).date()
        assert any(_within(slot, hours, kept.zone) for hours in hours_on(kept, day))


def _within(slot: Slot, hours: Hours, zone: ZoneInfo) -> bool:
    begins, ends = (at.astimezone(zone).replace(tzinfo=None) for at in (slot.starts_at, slot.ends_at))
    closing = datetime.combine(begins.date(), hours.to_time)
    if hours.to_time <= hours.from_time:
        closing += timedelta(days=1)
    return begins.time() >= hours.from_time and ends <= closing


@settings(max_examples=60, deadline=None)
@given(st.data(), calendars, nows)
def test_taking_an_opening_leaves_the_others_that_do_not_touch_it(
    data: st.DataObject, kept: Calendar, now: datetime
) -> None:
    before = openings(kept, [], now=now)
    if not before:
        return
    taken = data.draw(st.sampled_from(before))
    after = openings(kept, [taken.busy], now=now)
    apart = [s for s in before if s.busy[1] <= taken.busy[0] or taken.busy[1] <= s.busy[0]]
    assert after == apart


@settings(max_examples=60, deadline=None)
@given(calendars, nows)
def test_the_first_opening_is_the_first_of_all(kept: Calendar, now: datetime) -> None:
    slots = openings(kept, [], now=now)
    assert first_opening(kept, [], now=now) == (slots[0].starts_at if slots else None)


def test_a_time_that_spring_skips_is_not_offered() -> None:
    night = calendar(hours=daily(time(0), time(4)), notice=timedelta())
    slots = openings(night, [], now=datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert local(slots, "Europe/London", date(2027, 3, 28)) == ["00:00", "00:30", "02:00", "02:30", "03:00"]


def test_a_time_that_autumn_shows_twice_is_offered_once_at_its_first() -> None:
    night = calendar(hours=daily(time(0), time(3)), notice=timedelta())
    slots = openings(night, [], now=datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert local(slots, "Europe/London", date(2026, 10, 25)) == ["00:00", "00:30", "01:00", "01:30", "02:00"]
    at_one = next(s for s in slots if s.starts_at >= datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
    assert at_one.starts_at == datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "1:00 summer time, before it repeats"


def test_a_notice_that_ends_on_the_night_of_the_change_counts_real_hours() -> None:
    day = calendar(hours=daily(time(9), time(17)), notice=timedelta(hours=24))
    saturday_ten = datetime(2027, 3, 27, 10, 0, tzinfo=UTC)
    assert first_opening(day, [], now=saturday_ten) == datetime(2027, 3, 28, 10, 0, tzinfo=UTC)
    assert local(openings(day, [], now=saturday_ten), "Europe/London", date(2027, 3, 28))[0] == "11:00"


def test_an_advisor_in_london_is_met_at_nine_in_vancouver() -> None:
    evening = calendar(hours=daily(time(16), time(18)), notice=timedelta())
    slots = openings(evening, [], now=datetime(2027, 1, 14, 20, tzinfo=UTC))
    in_vancouver = local(slots, "America/Vancouver", date(2027, 1, 15))
    assert in_vancouver[:3] == ["09:00", "09:30", "10:00"], "UTC−7 by the packaged zone database"


def test_consultations_may_meet_at_their_buffers_and_not_a_minute_closer() -> None:
    kept = calendar(hours=daily(time(9), time(12)), notice=timedelta())
    now, nine = datetime(2027, 1, 14, 20, tzinfo=UTC), datetime(2027, 1, 15, 9, tzinfo=UTC)
    ends = nine + timedelta(minutes=20)  # the 9:30 slot's preparation begins then
    day = date(2027, 1, 15)
    assert "09:30" in local(openings(kept, [(nine, ends)], now=now), "Europe/London", day)
    later = ends + timedelta(minutes=1)
    assert "09:30" not in local(openings(kept, [(nine, later)], now=now), "Europe/London", day)


def test_hours_until_midnight_end_the_day() -> None:
    late = calendar(hours=daily(time(22, 30), time(0)), notice=timedelta())
    slots = openings(late, [], now=datetime(2027, 1, 14, 12, tzinfo=UTC))
    assert local(slots, "Europe/London", date(2027, 1, 15)) == ["22:30", "23:00"]


def test_an_advisor_without_hours_has_no_opening() -> None:
    assert first_opening(calendar(), [], now=datetime(2027, 1, 14, 20, tzinfo=UTC)) is None


EVERY_ZONE = sorted(available_timezones())
CHANGES_FROM, CHANGES_UNTIL = date(2026, 11, 1), date(2028, 4, 30)


def change_days(zone: ZoneInfo) -> list[date]:
    """The days on which a zone's clock changes, found by asking it each midnight."""
    found, day = [], CHANGES_FROM
    while day < CHANGES_UNTIL:
        one, other = (datetime.combine(day + timedelta(days=n), time(), UTC) for n in (0, 1))
        if one.astimezone(zone).utcoffset() != other.astimezone(zone).utcoffset():
            found.append(day)
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize(
    ("before", "after", "notice"),
    [(0, 0, timedelta()), (10, 15, timedelta(hours=24)), (30, 0, timedelta(hours=5))],
    ids=["no buffers, no notice", "usual", "long before, short notice"],
)
def test_in_every_zone_on_every_change_day_a_slot_is_real_once_and_beside_what_is_busy(
    before: int, after: int, notice: timedelta
) -> None:
    met = 0
    for name in EVERY_ZONE:
        zone = ZoneInfo(name)
        room = {"buffer_before": timedelta(minutes=before), "buffer_after": timedelta(minutes=after)}
        kept = calendar(
            name, daily(time(0), time(0)), notice=notice, horizon=notice + timedelta(days=2), **room
        )
        for day in change_days(zone) or [date(2027, 1, 15)]:
            now = datetime.combine(day, time(), UTC) - notice - timedelta(hours=12)
            taken = [
                (now + notice + timedelta(hours=h), now + notice + timedelta(hours=h + 1)) for h in (7, 20)
            ]
            slots = openings(kept, taken, now=now)
            assert len(slots) > 40, (name, day)
            shown = [slot.starts_at.astimezone(zone) for slot in slots]
            walls = [at.replace(tzinfo=None, fold=0) for at in shown]
            assert len(set(walls)) == len(walls), (name, day, "a time on the clock is offered twice")
            assert all(one.starts_at < other.starts_at for one, other in pairwise(slots)), (name, day)
            for slot, wall in zip(slots, walls, strict=True):
                assert wall.replace(tzinfo=zone).astimezone(UTC) == slot.starts_at, (name, day, "in a gap")
                assert now + notice <= slot.starts_at < now + kept.horizon, (name, day)
                for begins, ends in taken:
                    assert ends <= slot.busy[0] or slot.busy[1] <= begins, (name, day)
            met += 1
    assert met > len(EVERY_ZONE)


JANUARY = datetime(2027, 1, 14, 20, tzinfo=UTC)  # a Thursday evening
FRIDAY = date(2027, 1, 15)


def test_a_day_of_its_own_keeps_its_own_hours_and_the_next_week_is_as_ever() -> None:
    other = {FRIDAY: (Hours(4, time(14), time(16)),)}
    kept = calendar(hours=daily(time(9), time(11)), notice=timedelta(), other_days=other)
    slots = openings(kept, [], now=JANUARY)
    assert local(slots, "Europe/London", FRIDAY) == ["14:00", "14:30", "15:00"]
    assert local(slots, "Europe/London", FRIDAY + timedelta(days=7)) == ["09:00", "09:30", "10:00"]


def test_a_day_of_its_own_without_hours_is_closed() -> None:
    kept = calendar(hours=daily(time(9), time(11)), notice=timedelta(), other_days={FRIDAY: ()})
    assert local(openings(kept, [], now=JANUARY), "Europe/London", FRIDAY) == []


def test_where_a_week_has_hours_reserved_for_consultations_only_those_are_offered() -> None:
    week = (*daily(time(9), time(17)), Hours(4, time(15), time(16), reserved=True))
    slots = openings(calendar(hours=week, notice=timedelta()), [], now=JANUARY)
    assert {f"{slot.starts_at:%a %H:%M}" for slot in slots} == {"Fri 15:00"}


def test_a_day_of_its_own_is_offered_beside_a_reserved_week_and_reserves_for_itself_alone() -> None:
    week = (Hours(4, time(15), time(16), reserved=True),)
    saturday, sunday = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2)
    other = {
        saturday: (Hours(5, time(9), time(10)),),
        sunday: (Hours(6, time(9), time(12)), Hours(6, time(11), time(12), reserved=True)),
    }
    slots = openings(calendar(hours=week, notice=timedelta(), other_days=other), [], now=JANUARY)
    assert local(slots, "Europe/London", FRIDAY) == ["15:00"]
    assert local(slots, "Europe/London", saturday) == ["09:00"]
    assert local(slots, "Europe/London", sunday) == ["11:00"]


def test_a_full_day_is_not_offered_and_a_full_week_begins_again_on_monday() -> None:
    hours = daily(time(9), time(17))
    at = [datetime(2027, 1, day, 10, tzinfo=UTC) for day in (12, 13, 15)]  # Tuesday is over, and counts
    daily_most = calendar(hours=hours, notice=timedelta(), most_a_day=1, horizon=timedelta(days=5))
    days_offered = {slot.starts_at.day for slot in openings(daily_most, [], now=JANUARY, kept=at)}
    assert days_offered == {16, 17, 18, 19}
    weekly_most = calendar(hours=hours, notice=timedelta(), most_a_week=3, horizon=timedelta(days=5))
    first = first_opening(weekly_most, [], now=JANUARY, kept=at)
    assert first == datetime(2027, 1, 18, 9, tzinfo=UTC), "the week of three is full until its Sunday"
    assert first_opening(weekly_most, [], now=JANUARY, kept=at[1:]) == datetime(2027, 1, 15, 9, tzinfo=UTC)


def test_a_day_is_full_by_the_advisors_own_clock() -> None:
    kept = calendar("Pacific/Auckland", daily(time(9), time(17)), notice=timedelta(), most_a_day=1)
    friday_there = datetime(2027, 1, 14, 20, tzinfo=UTC)
    first = first_opening(kept, [], now=friday_there, kept=[datetime(2027, 1, 14, 22, tzinfo=UTC)])
    assert first == datetime(2027, 1, 15, 20, tzinfo=UTC), "Saturday at nine in Auckland"


def test_a_calendar_full_of_others_appointments_is_searched_in_order() -> None:
    """Joined once and then halved: periods may come in any order, overlap and repeat."""
    nine = datetime(2027, 1, 15, 9, tzinfo=UTC)
    many = [(nine + timedelta(minutes=n), nine + timedelta(minutes=n + 90)) for n in (0, 30, 30, 15, 270)]
    kept = calendar(hours=daily(time(8), time(17)), notice=timedelta())
    shown = local(openings(kept, many, now=JANUARY), "Europe/London", FRIDAY)
    assert shown == ["08:00", "11:30", "12:00", "12:30", "15:30", "16:00"]
