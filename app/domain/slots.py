"""When an advisor can be met. The picker and the booking ask this one function, so they cannot disagree."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

# Consultations begin on a grid from the start of the hours. A guess of 2026-11: people say "half past four".
GRID = timedelta(minutes=30)

Busy = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours kept on a weekday (Monday is 0), in the calendar's zone; half-open, 00:00 ends a day.

    `reserved` hours are kept for consultations: where a week, or a day of its own, has any, only those count.
    """

    weekday: int
    from_time: time
    to_time: time
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """What decides when somebody can be met: weekly hours and the room kept around a consultation.

    `other_days` replace the week on their dates, by none where they are empty. `most_a_day` and `most_a_week`
    (from Monday) limit how many consultations begin in one; None is no limit.
    """

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    length: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    notice: timedelta
    horizon: timedelta
    other_days: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    most_a_day: int | None = None
    most_a_week: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A consultation's time, half-open, in UTC; `busy` adds the buffers around it."""

    starts_at: datetime
    ends_at: datetime
    busy: Busy


def openings(
    calendar: Calendar,
    busy: Sequence[Busy],
    *,
    now: datetime,
    patience: timedelta = timedelta(),
    kept: Sequence[datetime] = (),
) -> list[Slot]:
    """This function will list the free slots, earliest first, from the notice to the horizon.

    `busy` are half-open periods that already carry their own buffers. `patience` lengthens the notice: a
    picker asks for what can still be booked when the shopper has made up her mind. `kept` is when the
    consultations begin that count towards a day's and a week's most, those of this week's past days too.
    """
    return list(_free(calendar, busy, now, patience, kept))


def first_opening(
    calendar: Calendar, busy: Sequence[Busy], *, now: datetime, kept: Sequence[datetime] = ()
) -> datetime | None:
    """This function will find when the first free slot begins; None where there is none."""
    found = _free(calendar, busy, now, timedelta(), kept)
    return next((slot.starts_at for slot in islice(found, 1)), None)


def _free(
    calendar: Calendar, busy: Sequence[Busy], now: datetime, patience: timedelta, kept: Sequence[datetime]
) -> Iterator[Slot]:
    earliest, latest = now + calendar.notice + patience, now + calendar.horizon
    taken, full = joined(busy), _Full(calendar, kept)
    for slot in _slots(calendar, earliest, latest):
        if earliest <= slot.starts_at < latest and not _meets(slot.busy, taken) and not full.on(slot):
            yield slot


def joined(periods: Iterable[Busy]) -> list[Busy]:
    """This function will put periods in order and apart: thousands may come, and each slot asks about all."""
    apart: list[Busy] = []
    for begins, ends in sorted(periods):
        if apart and begins <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(ends, apart[-1][1]))
        else:
            apart.append((begins, ends))
    return apart


def _meets(period: Busy, taken: Sequence[Busy]) -> bool:
    """Whether a period overlaps one of those that are in order and apart; touching is not overlapping."""
    after = bisect_right(taken, period[0], key=lambda each: each[1])
    return after < len(taken) and taken[after][0] < period[1]


class _Full:
    """Which days and weeks of the calendar's zone hold as many consultations as they may."""

    def __init__(self, calendar: Calendar, kept: Sequence[datetime]) -> None:
        self._calendar = calendar
        limited = calendar.most_a_day is not None or calendar.most_a_week is not None
        days = [at.astimezone(calendar.zone).date() for at in kept] if limited else []
        self._days, self._weeks = Counter(days), Counter(map(_monday, days))

    def on(self, slot: Slot) -> bool:
        kept = self._calendar
        if kept.most_a_day is None and kept.most_a_week is None:
            return False
        day = slot.starts_at.astimezone(kept.zone).date()
        return (kept.most_a_day is not None and self._days[day] >= kept.most_a_day) or (
            kept.most_a_week is not None and self._weeks[_monday(day)] >= kept.most_a_week
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _slots(calendar: Calendar, earliest: datetime, latest: datetime) -> Iterator[Slot]:
    """Every slot of the days between, in order; hours that overlap each other give a slot once."""
    day, last = (each.astimezone(calendar.zone).date() for each in (earliest, latest))
    while day <= last:
        starts = {start for hours in hours_on(calendar, day) for start in _starts(calendar, hours, day)}
        yield from (_slot(calendar, start) for start in sorted(starts))
        day += timedelta(days=1)


def hours_on(calendar: Calendar, day: date) -> Sequence[Hours]:
    """This function will give the hours that count on a day: its own, else its weekday's."""
    own = calendar.other_days.get(day)
    if own is not None:
        return _reserved_if_any(own)
    return [hours for hours in _reserved_if_any(calendar.hours) if hours.weekday == day.weekday()]


def _reserved_if_any(hours: Sequence[Hours]) -> Sequence[Hours]:
    return [each for each in hours if each.reserved] or hours


def _slot(calendar: Calendar, start: datetime) -> Slot:
    end = start + calendar.length
    return Slot(start, end, (start - calendar.buffer_before, end + calendar.buffer_after))


def _starts(calendar: Calendar, hours: Hours, day: date) -> Iterator[datetime]:
    """The instants at which a consultation can begin within one day's hours and end within them, too."""
    closing = _closing(hours, day, calendar.zone)
    local = datetime.combine(day, hours.from_time)
    while local.date() == day:
        start = _instant(local, calendar.zone)
        if start is not None and start + calendar.length <= closing:
            yield start
        local += GRID


def _instant(local: datetime, zone: ZoneInfo) -> datetime | None:
    """A time on the clock as an instant: None where the clock skips it, the first where it shows it twice."""
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None) == local else None


def _closing(hours: Hours, day: date, zone: ZoneInfo) -> datetime:
    """The instant the hours end; where the clock skips or repeats it, the earlier: nobody stays longer."""
    ends_on = day + timedelta(days=hours.to_time <= hours.from_time)
    local = datetime.combine(ends_on, hours.to_time, zone)
    return min(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
