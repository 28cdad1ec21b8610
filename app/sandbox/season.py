"""When a jeweller's year happens: the season of ordinary orders, and the months of weddings."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")

# January to December. A third of the year is November and December; Valentine's and Mother's Day show.
# (facts: "A third of a jeweller's year is Nov–Dec"; the rest is a guess of November 2026.)
ORDINARY = (5.0, 8.5, 6.0, 6.0, 7.0, 6.5, 6.5, 6.5, 6.0, 6.0, 11.0, 22.0)
# Weddings peak in September, October and June; anniversaries therefore fall mostly May to October.
WEDDINGS = (1.5, 2.5, 4.0, 7.0, 11.0, 14.0, 11.0, 12.0, 15.0, 14.0, 4.0, 4.0)
# Proposals crowd between the end of November and Valentine's.
PROPOSALS = (11.0, 13.0, 5.0, 5.0, 6.0, 6.0, 6.0, 7.0, 6.0, 6.0, 11.0, 18.0)


def day_of(dice: random.Random, year: int, weights: tuple[float, ...]) -> date:
    """Draw a day of that year; December's orders come before Christmas."""
    month = dice.choices(range(1, 13), weights)[0]
    last = 23 if month == 12 else 28
    return date(year, month, dice.randint(1, last))


def moment(dice: random.Random, day: date, *, counter: bool) -> datetime:
    """Give a day its hour: the counter is open ten to half past five, the web shop never closes."""
    minutes = dice.randint(10 * 60, 17 * 60 + 29) if counter else dice.randint(7 * 60, 23 * 60 - 1)
    return datetime.combine(day, time(minutes // 60, minutes % 60, dice.randint(0, 59)), tzinfo=ZONE)


def shifted(day: date, days: int) -> date:
    """A day so many days later (or earlier)."""
    return day + timedelta(days=days)


def in_year(day: date, year: int) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
