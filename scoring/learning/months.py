"""Months and the days on which snapshots are taken."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = re.compile(r"(\d{4})-(0[1-9]|1[0-2]):(\d{4})-(0[1-9]|1[0-2])")


class UnableToReadMonths(ValueError):
    """This is no range of months. Trying again will not help: write it as 2008-01:2010-09."""


def read_months(text: str) -> tuple[date, ...]:
    """Read FROM:TO, both included, into the first days of those months."""
    found = _MONTHS.fullmatch(text.strip())
    if not found:
        raise UnableToReadMonths(f"{text!r} is not a range of months, like 2008-01:2010-09")
    first, last = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    if first > last:
        raise UnableToReadMonths(f"{text!r} ends before it begins")
    numbers = range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def after(month: date) -> date:
    """Answer the first day of the month that follows this one."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
