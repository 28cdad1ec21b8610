"""Replace the days on which an advisor keeps other hours than her week's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.stores import advisors
from app.stores.advisors import Hours, OtherDay
from app.stores.database import Transaction
from app.usecases.change_hours import problem_with

# A day with the hours kept on it, or None where it is closed.
Entry = tuple[date, Hours | None]


class UnableToChangeOtherDays(Exception):
    """Some days cannot be kept; `problems` says why, by their place in the list. Others will do."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(f"{len(problems)} of the days cannot be kept")
        self.problems = problems


def change_other_days(tx: Transaction, advisor_id: int, entries: Sequence[Entry]) -> None:
    """This function will replace an advisor's days with hours of their own; a day may stand there twice.

    Consultations already booked stay where they are.
    """
    problems = {at: words for at, entry in enumerate(entries) if (words := _problem(entry, entries[:at]))}
    if problems:
        raise UnableToChangeOtherDays(problems)
    kept: dict[date, list[Hours]] = {}
    for day, hours in entries:
        kept.setdefault(day, []).extend([hours] if hours else [])
    advisors.set_other_days(tx, advisor_id, [OtherDay(day, tuple(hours)) for day, hours in kept.items()])


def _problem(entry: Entry, before: Sequence[Entry]) -> str:
    day, hours = entry
    same_day = [other for at, other in before if at == day]
    if same_day and (hours is None or None in same_day):
        return "This day is above already, and a closed day has no hours."
    return problem_with(hours, [other for other in same_day if other is not None]) if hours else ""
