"""A week of visits as a small picture: a column a day, and the finding in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scoring.wording import many

DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day's visits, and how many of them were invited; the parts are of the fullest day, 0..1."""

    day: date
    visits: int
    invited: int
    visits_part: float
    invited_part: float

    @property
    def said(self) -> str:
        """This property will say the day in full, for those who hear it."""
        return f"{self.day:%A} {self.day.day} {self.day:%B}: {self.invited} invited of {self.visits}"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, today the last, and what they show."""

    days: tuple[Day, ...]
    finding: str


def first_day(today: date) -> date:
    """This function will give the first of the seven days that end today."""
    return today - timedelta(days=DAYS - 1)


def week(counted: Mapping[date, tuple[int, int]], *, today: date) -> Week:
    """This function will draw the days that end today. `counted`: (visits, invited) where there were any."""
    begin = first_day(today)
    each = [(day, *counted.get(day, (0, 0))) for day in (begin + timedelta(days=n) for n in range(DAYS))]
    most = max(visits for _, visits, _ in each) or 1
    days = tuple(Day(day, visits, invited, visits / most, invited / most) for day, visits, invited in each)
    return Week(days, _finding(days))


def _finding(days: tuple[Day, ...]) -> str:
    fullest = max(days, key=lambda day: day.visits)
    if not fullest.visits:
        return "No visit this week."
    days_with = sum(1 for day in days if day.visits)
    if days_with == 1:
        return f"All visits came on {fullest.day:%A}."
    return f"{fullest.day:%A} was the fullest day, with {many(fullest.visits, 'visit', 'visits')}."
