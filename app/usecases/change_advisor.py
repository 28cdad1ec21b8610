"""Add an advisor, or change who she is and how she keeps time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from app.domain.wording import known_zone
from app.stores import advisors
from app.stores.database import Transaction

# field → the least and the most. Guesses of 2026-11.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "minutes": (10, 240),
    "buffer_before": (0, 120),
    "buffer_after": (0, 120),
    "notice_hours": (0, 336),
    "horizon_days": (1, 180),
}
# … and where nothing is given, there is no limit.
LIMITS: Mapping[str, tuple[int, int]] = {"most_a_day": (1, 24), "most_a_week": (1, 99)}
LONGEST_NAME = 80
# One address and nothing a mail header could be continued with; whether it exists, the first mail tells.
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
PRONOUNS = ("she", "he", "they")


@dataclass(frozen=True, slots=True)
class Details:
    """Who an advisor is; `minutes` is a consultation's length, the buffers are minutes around it."""

    name: str
    first_name: str
    email: str
    timezone: str
    pronoun: str
    minutes: int
    buffer_before: int
    buffer_after: int
    notice_hours: int
    horizon_days: int
    most_a_day: int | None = None
    most_a_week: int | None = None


class UnableToChangeAdvisor(Exception):
    """Some details cannot be kept; `problems` says why, by field. Other details will do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(f"cannot be kept: {', '.join(problems)}")
        self.problems = problems


def change_advisor(tx: Transaction, advisor_id: int | None, details: Details) -> int:
    """This function will change an advisor's details, or add an advisor where `advisor_id` is None.

    Answers the advisor's number.
    """
    problems = {name: words for name, words in _problems(details).items() if words}
    if problems:
        raise UnableToChangeAdvisor(problems)
    if advisor_id is None:
        advisor_id = advisors.add(
            tx,
            name=details.name,
            first_name=details.first_name,
            email=details.email,
            role="advisor",
            timezone=details.timezone,
        )
    advisors.change(tx, advisor_id, **asdict(details))
    return advisor_id


def _problems(details: Details) -> dict[str, str]:
    return {
        "name": _name_problem(details.name, "Give a name."),
        "first_name": _name_problem(details.first_name, "Give the name clients will see."),
        "email": "" if _ADDRESS.fullmatch(details.email) else "Give an address, like ines@example.com.",
        "timezone": "" if known_zone(details.timezone) else "Choose a time zone from the list.",
        "pronoun": "" if details.pronoun in PRONOUNS else "Choose one.",
        **{name: _number_problem(getattr(details, name), *bounds) for name, bounds in BOUNDS.items()},
        **{name: _limit_problem(getattr(details, name), *bounds) for name, bounds in LIMITS.items()},
    }


def _name_problem(name: str, missing: str) -> str:
    if not name:
        return missing
    if len(name) > LONGEST_NAME:
        return f"Keep it to {LONGEST_NAME} characters."
    return "" if name.isprintable() else "Leave out line breaks and control characters."


def _number_problem(value: int, least: int, most: int) -> str:
    return "" if least <= value <= most else f"Give a number from {least} to {most}."


def _limit_problem(value: int | None, least: int, most: int) -> str:
    if value is None or least <= value <= most:
        return ""
    return f"Give a number from {least} to {most}, or leave it empty."
