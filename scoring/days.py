"""Days, years and the zone between them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Answer the day it was in the shop's zone. A time without a zone is taken as the shop's own."""
    return at.date() if at.tzinfo is None else at.astimezone(zone).date()


def in_year(year: int, month: int, day: int) -> date:
    """Answer that day of that year; 29 February falls on the 28th where the year has none."""
    if day == 29 and month == 2 and not _leap(year):
        day = 28
    return date(year, month, day)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def years_between(first: date, today: date) -> float:
    """Answer the years from one day to another: whole on each anniversary, negative if still to come."""
    whole = today.year - first.year
    turn = in_year(today.year, first.month, first.day)
    if turn > today:
        whole -= 1
        turn = in_year(today.year - 1, first.month, first.day)
    return whole + (today - turn).days / 366
