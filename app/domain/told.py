"""A date as a client tells it herself, on her own page: what she typed, as the record takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.learned import Handling, LearnedDate, UnableToLearnDate, read_learned, typed_of
from scoring.history import Milestone

# What she may choose from; with "other" she says it in her own words.
KINDS: Mapping[str, str] = {
    "anniversary": "Anniversary",
    "birthday": "Birthday",
    "graduation": "Graduation",
    "retirement": "Retirement",
    "other": "Something else",
}
# A few words; an entry of the shop's own record takes 120 letters (app/domain/kept_dates.py). Dated guess,
# 2026-11.
LONGEST = 80
# More than anybody remembers; a form sent a thousand times must not fill a brief. Dated guess, 2026-11.
MOST_DATES = 50

_NUMBERS = ("learned_day", "learned_month", "learned_year")


def read_told(typed: Mapping[str, str], *, today: date, handling: Handling = "usable") -> LearnedDate:
    """This function will read what she typed into the `learned_…` fields, as told by herself.

    `handling` is how a date that she puts right may be used: that stays as it is. Raises UnableToLearnDate
    with a sentence by field.
    """
    errors: dict[str, str] = {}
    occasion = _occasion(typed, errors)
    person = _words(typed, "learned_person", errors)
    fields = {name: typed.get(name, "") for name in (*_NUMBERS, "learned_about")}
    said = {"learned_occasion": occasion, "learned_person": person, "learned_told": "1"}
    # A word stands in for the occasion that is missing, so that the other fields are read all the same.
    said["learned_occasion"] = occasion or "other"
    learned = read_learned({**fields, **said, "learned_handling": handling}, errors, today=today)
    if errors or learned is None:
        raise UnableToLearnDate(errors)
    return learned


def told_fields(milestone: Milestone) -> dict[str, str]:
    """This function will give the `learned_…` fields as she would have typed a date that is on record."""
    typed = typed_of(milestone)
    occasion = typed["learned_occasion"]
    if occasion.casefold() in KINDS and occasion != "other":
        return {**typed, "learned_occasion": occasion.casefold(), "learned_words": ""}
    return {**typed, "learned_occasion": "other", "learned_words": occasion}


def handling_of(milestone: Milestone) -> Handling:
    """This function will say how a date may be used."""
    return "do_not_use" if milestone.do_not_use else "sensitive" if milestone.sensitive else "usable"


def same_date(one: Milestone, other: Milestone) -> bool:
    """This function will say whether two dates are one, told twice."""
    return _told(one) == _told(other)


def _told(milestone: Milestone) -> tuple[object, ...]:
    names = (milestone.occasion.casefold(), milestone.person.casefold())
    return (*names, milestone.month, milestone.day, milestone.year, milestone.spread_days)


def _occasion(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    chosen = typed.get("learned_occasion", "")
    if chosen not in KINDS:
        errors["learned_occasion"] = "Choose what the day is."
        return ""
    if chosen != "other":
        return chosen
    words = _words(typed, "learned_words", errors)
    if not words and "learned_words" not in errors:
        errors["learned_words"] = "Say what the day is, in a word or two."
    return words


def _words(typed: Mapping[str, str], name: str, errors: dict[str, str]) -> str:
    """Read a line of words; what cannot be printed is left out (PostgreSQL keeps no NUL in a text)."""
    line = " ".join("".join(each if each.isprintable() else " " for each in typed.get(name, "")).split())
    if len(line) > LONGEST:
        errors[name] = f"Keep it to {LONGEST} letters."
    return line
