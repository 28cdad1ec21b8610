"""A house's week: how long its advisors can be met, and how long one consultation takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from app.domain.slots import Hours

_DAY = 24 * 60
# What a new advisor is given (stores/advisors.py): 45 minutes, and 10 before and 15 after.
USUAL_MINUTES = 70


@dataclass(frozen=True, slots=True)
class Week:
    """`open_hours` of all advisors together; `minutes` a consultation takes, with preparation and notes."""

    open_hours: float
    minutes: int

    def hours(self, invitations: float) -> float:
        """This method will say how many hours these many consultations take."""
        return invitations * self.minutes / 60


def open_minutes(kept: Iterable[Hours]) -> int:
    """This function will add up a week's hours; a minute kept twice is one, 00:00 ends a day."""
    spans = sorted((each.weekday, _minute(each.from_time), _minute(each.to_time) or _DAY) for each in kept)
    total, reached = 0, (-1, 0)
    for weekday, begins, ends in spans:
        begins = max(begins, reached[1]) if weekday == reached[0] else begins
        total += max(0, ends - begins)
        reached = (weekday, max(begins, ends))
    return total


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def week_of(open_minutes_each: Sequence[int], minutes_each: Sequence[int]) -> Week:
    """This function will give the week of advisors by the minutes each keeps and each needs for one talk."""
    minutes = round(sum(minutes_each) / len(minutes_each)) if minutes_each else USUAL_MINUTES
    return Week(sum(open_minutes_each) / 60, minutes)
