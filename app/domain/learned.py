"""A date learned in conversation: as little as is needed, with who said it and how it may be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scoring.days import in_year
from scoring.history import Milestone, Provenance

Handling = Literal["usable", "sensitive", "do_not_use"]
# Told by the client herself is as sure as a date gets; what an advisor gathered may be misheard. Dated
# guess, 2026-11.
_CONFIDENCE: dict[Provenance, float] = {"stated": 1.0, "recorded": 0.9}
_EARLIEST_YEAR = 1900
# Days that come back every year because of what has been; a graduation may well be ahead.
_HAVE_BEEN = ("anniversary", "birthday")
# "About the 12th" leaves this many days on either side. Dated guess, 2026-11.
ABOUT_DAYS = 10


class UnableToLearnDate(Exception):
    """A date is not one; `errors` says why, by field. Nothing that was typed is lost."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(sorted(errors)))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class LearnedDate:
    """A date as the advisor wrote it down; `day` and `year` may be unknown, `person` unnamed."""

    occasion: str
    person: str
    month: int
    day: int | None
    year: int | None
    told: bool
    handling: Handling = "usable"
    about: bool = False  # the day is not certain

    def milestone(self) -> Milestone:
        """This method will give the date as a milestone of the record."""
        provenance: Provenance = "stated" if self.told else "recorded"
        return Milestone(
            occasion=self.occasion,
            month=self.month,
            day=self.day,
            year=self.year,
            provenance=provenance,
            confidence=_CONFIDENCE[provenance],
            spread_days=ABOUT_DAYS if self.about and self.day is not None else 0,
            person=self.person,
            sensitive=self.handling == "sensitive",
            do_not_use=self.handling == "do_not_use",
        )


def read_learned(typed: Mapping[str, str], errors: dict[str, str], *, today: date) -> LearnedDate | None:
    """This function will read a date from the `learned_…` fields; None where none was typed.

    Adds a sentence to `errors`, by field, for each part that cannot be.
    """
    field = {
        name: typed.get(f"learned_{name}", "").strip()
        for name in ("occasion", "person", "day", "month", "year")
    }
    if not any(field.values()):
        return None
    found: dict[str, str] = {}
    month = _number(field["month"], 1, 12)
    day = _number(field["day"], 1, 31)
    year = _number(field["year"], _EARLIEST_YEAR, today.year + 5)
    if month is None:
        found["learned_month"] = "Say at least the month."
    if field["year"] and year is None:
        found["learned_year"] = f"A year from {_EARLIEST_YEAR} on, or leave it empty."
    if year is not None and year > today.year and has_been(field["occasion"]):
        found["learned_year"] = "That year is still to come. Give the year it first was, or leave it empty."
    if field["day"] and (day is None or (month and not _exists(month, day, year))):
        found["learned_day"] = "There is no such day."
    if not field["occasion"]:
        found["learned_occasion"] = "Say what the day is."
    errors.update(found)
    if found or month is None:
        return None
    return LearnedDate(
        field["occasion"],
        field["person"],
        month,
        day,
        year,
        _is_told(typed),
        _handling(typed),
        about=bool(typed.get("learned_about")),
    )


def has_been(occasion: str) -> bool:
    """This function will say whether an occasion returns to a day that lies behind: "wedding anniversary"."""
    return any(word in occasion.casefold() for word in _HAVE_BEEN)


def typed_of(milestone: Milestone) -> dict[str, str]:
    """This function will give the `learned_…` fields as they were for a date that is on record."""
    fields = {
        "occasion": milestone.occasion.replace("_", " "),
        "person": milestone.person,
        "day": str(milestone.day or ""),
        "month": str(milestone.month),
        "year": str(milestone.year or ""),
        "told": "1" if milestone.provenance == "stated" else "",
        "about": "1" if milestone.spread_days else "",
        "handling": "do_not_use"
        if milestone.do_not_use
        else "sensitive"
        if milestone.sensitive
        else "usable",
    }
    return {f"learned_{name}": value for name, value in fields.items()}


def _number(text: str, least: int, most: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        return None
    return int(text) if least <= int(text) <= most else None


def _exists(month: int, day: int, year: int | None) -> bool:
    """Say whether the calendar has that day; without a year, 29 February is one."""
    try:
        return in_year(2000 if year is None else year, month, day).day == day
    except ValueError:
        return False


def _is_told(typed: Mapping[str, str]) -> bool:
    return bool(typed.get("learned_told"))


def _handling(typed: Mapping[str, str]) -> Handling:
    asked = typed.get("learned_handling")
    return "sensitive" if asked == "sensitive" else "do_not_use" if asked == "do_not_use" else "usable"
