"""The week in the form: one row for each weekday, and one more where a day has a break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from app.stores.advisors import Hours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A new advisor's form begins with a shop's usual week. A guess of 2026-11.
NEW_WEEK = tuple(Hours(weekday, time(10), time(17)) for weekday in range(5))
MOST_ROWS = 21  # a form of ours has no more: three times a day, every day


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form as it was entered; `again` where the weekday stands in the row above."""

    weekday: int
    from_time: str = ""
    to_time: str = ""
    again: bool = False
    reserved: bool = False

    @property
    def name(self) -> str:
        return WEEKDAYS[self.weekday]


def rows_of(hours: Sequence[Hours]) -> list[Row]:
    """This function will lay hours out as rows; a weekday without hours has an empty one."""
    rows = []
    for weekday in range(7):
        kept = [each for each in hours if each.weekday == weekday]
        rows += [
            Row(weekday, f"{each.from_time:%H:%M}", f"{each.to_time:%H:%M}", place > 0, each.reserved)
            for place, each in enumerate(kept)
        ] or [Row(weekday)]
    return rows


def rows_entered(form: Mapping[str, str]) -> list[Row]:
    """This function will take the rows out of a form, in its order; unknown weekdays are left out."""
    rows: list[Row] = []
    for place in range(MOST_ROWS):
        weekday = form.get(f"weekday-{place}", "")
        if weekday in tuple("0123456"):
            again = bool(rows) and rows[-1].weekday == int(weekday)
            begin, end = (form.get(f"{which}-{place}", "").strip() for which in ("from", "to"))
            rows.append(Row(int(weekday), begin, end, again, f"reserved-{place}" in form))
    return rows or rows_of(())


def read_rows(rows: Sequence[Row]) -> tuple[list[tuple[int, Hours]], dict[int, str]]:
    """This function will read rows as hours, each with its row's place, and say by place what cannot be."""
    hours, problems = [], {}
    for place, row in enumerate(rows):
        if not row.from_time and not row.to_time:
            continue
        begin, end = time_entered(row.from_time), time_entered(row.to_time)
        if begin is None or end is None:
            problems[place] = "Give both times, like 10:00 and 17:00, or leave both empty."
        else:
            hours.append((place, Hours(row.weekday, begin, end, row.reserved)))
    return hours, problems


def time_entered(entered: str) -> time | None:
    """This function will read a time of day as a form sends it; None where it is none."""
    try:
        read = time.fromisoformat(entered)
    except ValueError:
        return None
    return read.replace(second=0, microsecond=0) if read.tzinfo is None else None


def hours_in_words(hours: Sequence[Hours]) -> str:
    """This function will say a week shortly: "Mon to Fri 10:00–17:00, Sat 10:00–14:00"."""
    days = {day: _day(kept) for day, kept in groupby(hours, key=lambda each: each.weekday)}
    runs: list[tuple[int, int, str]] = []
    for day, said in days.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == said:
            runs[-1] = (runs[-1][0], day, said)
        else:
            runs.append((day, day, said))
    return ", ".join(f"{_span(first, last)} {said}" for first, last, said in runs)


def _day(kept: Iterable[Hours]) -> str:
    return " and ".join(f"{each.from_time:%H:%M}–{each.to_time:%H:%M}" for each in kept)


def _span(first: int, last: int) -> str:
    begin, end = WEEKDAYS[first][:3], WEEKDAYS[last][:3]
    if first == last:
        return begin
    return f"{begin} and {end}" if last == first + 1 else f"{begin} to {end}"
