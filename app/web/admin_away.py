"""The days away in the form: rows of a first and a last day, and always one to spare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LEAST_ROWS = 3
MOST_ROWS = 40  # a form of ours has no more
# Outside these a year is a slip of the hand.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class AwayRow:
    """A row of the form as it was entered: the first day away and the last."""

    from_day: str = ""
    to_day: str = ""


def away_rows_of(spans: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> list[AwayRow]:
    """This function will lay half-open times away out as rows of whole days, and empty rows after them."""
    rows = [AwayRow(_day(begins, zone), _day(ends - timedelta.resolution, zone)) for begins, ends in spans]
    return rows + [AwayRow()] * max(1, LEAST_ROWS - len(rows))


def away_rows_entered(form: Mapping[str, str]) -> list[AwayRow]:
    """This function will take the rows out of a form, in its order."""
    sent = max((at + 1 for at in range(MOST_ROWS) if f"away-from-{at}" in form), default=0)
    places = range(max(sent, LEAST_ROWS))
    return [AwayRow(*(form.get(f"away-{end}-{at}", "").strip() for end in ("from", "to"))) for at in places]


def read_away_rows(rows: Sequence[AwayRow]) -> tuple[list[tuple[date, date]], dict[int, str]]:
    """This function will read rows as first and last days, and say by place what cannot be."""
    spans, problems = [], {}
    for place, row in enumerate(rows):
        if not row.from_day and not row.to_day:
            continue
        first, last = day_entered(row.from_day), day_entered(row.to_day)
        if first is None or last is None:
            problems[place] = "Give both days, the same one twice for a single day, or leave both empty."
        elif last < first:
            problems[place] = "The last day must not be before the first."
        else:
            spans.append((first, last))
    return spans, problems


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()


def day_entered(entered: str) -> date | None:
    """This function will read a day as a form sends it; None where it is none, or of another century."""
    try:
        read = date.fromisoformat(entered)
    except ValueError:
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None
