"""The days with hours of their own in the form: a date, and its times or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.stores.advisors import Hours, OtherDay
from app.usecases.change_other_days import Entry
from app.web.admin_away import day_entered
from app.web.admin_hours import time_entered

LEAST_ROWS, SPARE_ROWS = 2, 1
MOST_ROWS = 40  # a form of ours has no more: every bank holiday and a fair or two


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row of the form as it was entered; without times the day is closed."""

    day: str = ""
    from_time: str = ""
    to_time: str = ""
    reserved: bool = False


def day_rows_of(days: Sequence[OtherDay], *, today: date) -> list[DayRow]:
    """This function will lay days that are not over out as rows, and empty rows after them."""
    rows = []
    for each in days:
        if each.day >= today:
            rows += [
                DayRow(
                    each.day.isoformat(), f"{kept.from_time:%H:%M}", f"{kept.to_time:%H:%M}", kept.reserved
                )
                for kept in each.hours
            ] or [DayRow(each.day.isoformat())]
    return rows + [DayRow()] * max(SPARE_ROWS, LEAST_ROWS - len(rows))


def day_rows_entered(form: Mapping[str, str]) -> list[DayRow]:
    """This function will take the rows out of a form, in its order."""
    rows = []
    for place in range(MOST_ROWS):
        if f"day-{place}" in form:
            day, begin, end = (form.get(f"day-{part}{place}", "").strip() for part in ("", "from-", "to-"))
            rows.append(DayRow(day, begin, end, f"day-reserved-{place}" in form))
    return rows or [DayRow()] * LEAST_ROWS


def read_day_rows(rows: Sequence[DayRow]) -> tuple[list[tuple[int, Entry]], dict[int, str]]:
    """This function will read rows as days, each with its row's place, and say by place what cannot be."""
    entries: list[tuple[int, Entry]] = []
    problems = {}
    for place, row in enumerate(rows):
        if not (row.day or row.from_time or row.to_time):
            continue
        day, begin, end = day_entered(row.day), time_entered(row.from_time), time_entered(row.to_time)
        if day is None:
            problems[place] = "Give the day, too."
        elif begin is not None and end is not None:
            entries.append((place, (day, Hours(day.weekday(), begin, end, row.reserved))))
        elif row.from_time or row.to_time:
            problems[place] = "Give both times, like 10:00 and 17:00, or none to keep the day closed."
        else:
            entries.append((place, (day, None)))
    return entries, problems
