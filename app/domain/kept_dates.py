"""A date as the shop itself keeps it: the fields of an entry of its own, and back again.

shopify.app.toml declares the fields. A date not to be used is never written there, and neither is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid5

from app.domain.learned import LearnedDate
from scoring.days import in_year
from scoring.history import Milestone

KEPT = ("stated", "recorded")
TOLD, RECORDED = "Told by the client", "Recorded by an advisor"
# (whether the day is known, whether the year is) → how much of a date to believe, as the app file lists it.
PRECISIONS: Mapping[tuple[bool, bool], str] = {
    (True, True): "day",
    (False, True): "month",
    (True, False): "day without year",
    (False, False): "month without year",
}
# Stands where the year is not known; a leap year, so that 29 February is a day of it.
NO_YEAR = 2000
# A text that Shopify keeps in one line, and more than an occasion or a name needs.
MOST_CHARACTERS = 120

# Drawn once, at random: what comes from Shopify under a name of its own has the same id whenever it comes.
_ENTRIES = UUID("a4e4d2a1-6f0b-4f0e-8a37-5c3f6d1b9e02")
_BIRTHDAYS = UUID("c6a0b7e5-2d55-4b0a-9d8e-0f4f2b7c1a46")
_OURS = re.compile(r"date-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class UnableToReadEntry(Exception):
    """An entry is not a date. The message names the field, never what stands in it."""


def is_kept(milestone: Milestone) -> bool:
    """This function will say whether the shop is to keep a date: somebody said it, and it may be used."""
    return milestone.provenance in KEPT and not milestone.do_not_use


def handle_of(milestone_id: UUID) -> str:
    """This function will name a date's entry, the same whenever it is written."""
    return f"date-{milestone_id}"


def id_of_handle(handle: str) -> UUID:
    """This function will give the date's id that an entry stands for, whoever made the entry."""
    ours = _OURS.fullmatch(handle)
    return UUID(ours[1]) if ours else uuid5(_ENTRIES, handle)


def birthday_id(customer_id: str) -> UUID:
    """This function will give the id of the birthday that Shopify's own record of a customer tells."""
    return uuid5(_BIRTHDAYS, customer_id)


def birthday(month: int, day: int) -> Milestone:
    """This function will give a birthday of Shopify's record. Its year is her age, and nobody needs it."""
    told = LearnedDate("birthday", "", month=month, day=day, year=None, told=False)
    return told.milestone()


def fields_of(milestone: Milestone) -> dict[str, str]:
    """This function will give the fields of an entry; an empty one says that nothing is known."""
    year, day = milestone.year, milestone.day
    return {
        "occasion": _short(milestone.occasion) or "other",
        "person": _short(milestone.person),
        "date": in_year(NO_YEAR if year is None else year, milestone.month, day or 1).isoformat(),
        "precision": PRECISIONS[(day is not None, year is not None)],
        "source": TOLD if milestone.provenance == "stated" else RECORDED,
        "sensitive": "true" if milestone.sensitive else "false",
    }


def milestone_of(fields: Mapping[str, str]) -> Milestone:
    """This function will read an entry, also one that a person wrote in Shopify. Raises UnableToReadEntry."""
    occasion = _short(fields.get("occasion", ""))
    if not occasion:
        raise UnableToReadEntry("occasion")
    try:
        on = date.fromisoformat(fields.get("date", ""))
    except ValueError:
        raise UnableToReadEntry("date") from None
    known = next((known for known, name in PRECISIONS.items() if name == fields.get("precision")), None)
    if known is None:
        raise UnableToReadEntry("precision")
    has_day, has_year = known
    return LearnedDate(
        occasion=occasion,
        person=_short(fields.get("person", "")),
        month=on.month,
        day=on.day if has_day else None,
        year=on.year if has_year else None,
        told=fields.get("source", "").strip() == TOLD,
        handling="sensitive" if fields.get("sensitive") == "true" else "usable",
    ).milestone()


def _short(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:MOST_CHARACTERS]


# Shopify's own codes → what is the matter, in words. What is not here is a fault of ours.
_NOT_ALLOWED = "Steward has not been allowed to yet. Open the app in Shopify and accept what it asks for"
_WHY: Mapping[str, str] = {
    "MAX_OBJECTS_EXCEEDED": "the shop has no room for more entries",
    "ACCESS_DENIED": _NOT_ALLOWED,
    "NOT_AUTHORIZED": _NOT_ALLOWED,
    "UNDEFINED_OBJECT_TYPE": "the shop does not know this kind of entry yet",
    "UNDEFINED_OBJECT_FIELD": "the shop does not know this kind of entry yet",
}


def refusal(dates: int, code: str) -> str:
    """This function will say that dates could not be kept in Shopify, and why; "" where all could."""
    if not dates:
        return ""
    many = "1 date" if dates == 1 else f"{dates:,} dates"
    why = _WHY.get(code, "Shopify did not accept what was written")
    stays = "It stays" if dates == 1 else "They stay"
    return f"{many} could not be kept in Shopify: {why}. {stays} on record here, and we try again every day."
