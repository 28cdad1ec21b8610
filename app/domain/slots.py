"""When an advisor can be met. The picker and the booking ask this one function, so they cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

# Consultations begin on a grid from the start of the hours. A guess of 2026-11: people say "half past four".
GRID = timedelta(minutes=30)

Busy = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours kept on a weekday (Monday is 0), in the calendar's zone; half-open, 00:00 ends a day."""

    weekday: int
    from_time: time
    to_time: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """What decides when somebody can be met: weekly hours and the room kept around a consultation."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    length: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    notice: timedelta
    horizon: timedelta


@dataclass(frozen=True, slots=True)
class Slot:
    """A consultation's time, half-open, in UTC; `busy` adds the buffers around it."""

    starts_at: datetime
    ends_at: datetime
    busy: Busy


def openings(
    calendar: Calendar, busy: Sequence[Busy], *, now: datetime, patience: timedelta = timedelta()
) -> list[Slot]:
    """This function will list the free slots, earliest first, from the notice to the horizon.

    `busy` are half-open periods that already carry their own buffers. `patience` lengthens the notice: a
    picker asks for what can still be booked when the shopper has made up her mind.
    """
    return list(_free(calendar, busy, now, patience))


def first_opening(calendar: Calendar, busy: Sequence[Busy], *, now: datetime) -> datetime | None:
    """This function will find when the first free slot begins; None where there is none."""
    return next((slot.starts_at for slot in islice(_free(calendar, busy, now, timedelta()), 1)), None)


def _free(calendar: Calendar, busy: Sequence[Busy], now: datetime, patience: timedelta) -> Iterator[Slot]:
    earliest, latest = now + calendar.notice + patience, now + calendar.horizon
    for slot in _slots(calendar, earliest, latest):
        if earliest <= slot.starts_at < latest and not _meets(slot.busy, busy):
            yield slot


def _meets(period: Busy, others: Iterable[Busy]) -> bool:
    return any(begins < period[1] and period[0] < ends for begins, ends in others)


def _slots(calendar: Calendar, earliest: datetime, latest: datetime) -> Iterator[Slot]:
    """Every slot of the days between, in order; hours that overlap each other give a slot once."""
    day, last = (each.astimezone(calendar.zone).date() for each in (earliest, latest))
    while day <= last:
        kept = (hours for hours in calendar.hours if hours.weekday == day.weekday())
        starts = {start for hours in kept for start in _starts(calendar, hours, day)}
        yield from (_slot(calendar, start) for start in sorted(starts))
        day += timedelta(days=1)


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
