"""How many consultations an advisor still has room for: openings on a grid overlap, consultations do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.domain.slots import Busy, Calendar, Slot, openings


@dataclass(frozen=True, slots=True)
class Capacity:
    """An advisor's coming days: consultations there is `room` for, `promised` to clients who were invited and
    have not answered, and `held`: booked, or kept over an open form. `minutes` is what one takes in all."""

    room: int
    promised: int
    held: int
    minutes: int

    @property
    def left(self) -> int:
        """This property will count what can still be offered to somebody else."""
        return max(0, self.room - self.promised)

    def hours(self, consultations: int) -> float:
        """This method will say how many hours these many consultations take."""
        return consultations * self.minutes / 60


def room(
    calendar: Calendar,
    busy: Sequence[Busy],
    *,
    now: datetime,
    within: timedelta,
    kept: Sequence[datetime] = (),
) -> int:
    """This function will count how many consultations still fit, buffers and the calendar's limits included.

    The earliest that fits is taken each time, which is the most there can be: all are equally long.
    """
    soon = replace(calendar, horizon=min(calendar.horizon, within))
    limits, fitted = _Limits(calendar, kept), 0
    until: datetime | None = None
    for slot in openings(soon, busy, now=now, kept=kept):
        if (until is None or until <= slot.busy[0]) and limits.allow(slot):
            fitted, until = fitted + 1, slot.busy[1]
    return fitted


class _Limits:
    """The most of a day and of a week from Monday, in the calendar's zone, counted as they fill."""

    def __init__(self, calendar: Calendar, kept: Sequence[datetime]) -> None:
        self._calendar = calendar
        days = [at.astimezone(calendar.zone).date() for at in kept]
        self._days, self._weeks = Counter(days), Counter(map(_monday, days))

    def allow(self, slot: Slot) -> bool:
        day = slot.starts_at.astimezone(self._calendar.zone).date()
        most_a_day, most_a_week = self._calendar.most_a_day, self._calendar.most_a_week
        if most_a_day is not None and self._days[day] >= most_a_day:
            return False
        if most_a_week is not None and self._weeks[_monday(day)] >= most_a_week:
            return False
        self._days[day] += 1
        self._weeks[_monday(day)] += 1
        return True


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
