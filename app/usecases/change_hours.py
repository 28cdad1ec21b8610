"""Replace the weekly hours an advisor keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from app.stores import advisors
from app.stores.advisors import Hours
from app.stores.database import Transaction

# As an end, midnight is the end of the day (see app/domain/slots.py).
MIDNIGHT = time(0)


class UnableToChangeHours(Exception):
    """Some hours cannot be kept; `problems` says why, by their place in the list. Other hours will do."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(f"{len(problems)} of the hours cannot be kept")
        self.problems = problems


def change_hours(tx: Transaction, advisor_id: int, hours: Sequence[Hours]) -> None:
    """This function will replace an advisor's weekly hours; openings follow from them at once.

    Consultations already booked stay where they are.
    """
    problems = {at: words for at, kept in enumerate(hours) if (words := problem_with(kept, hours[:at]))}
    if problems:
        raise UnableToChangeHours(problems)
    advisors.set_hours(tx, advisor_id, hours)


def problem_with(kept: Hours, before: Sequence[Hours]) -> str:
    """This function will say why hours cannot be kept beside those before them, or nothing."""
    if kept.to_time <= kept.from_time and kept.to_time != MIDNIGHT:
        return "The end must be after the start."
    if any(other.weekday == kept.weekday and _meet(kept, other) for other in before):
        return "These hours overlap the ones above."
    return ""


def _meet(one: Hours, other: Hours) -> bool:
    return _starts_before_end(one, other) and _starts_before_end(other, one)


def _starts_before_end(one: Hours, other: Hours) -> bool:
    return other.to_time == MIDNIGHT or one.from_time < other.to_time
