"""What a letter must not name, because others may see it: an occasion, a piece, a price, a person.

The same rule as for the invitation (promise 7): the relationship is named, the inference never.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoring.history import Milestone
from scoring.kinds import NAMES
from scoring.wording import month_name

_OCCASIONS = (
    "anniversary", "anniversaries", "birthday", "birthdays", "wedding", "weddings", "engagement", "engaged",
    "honeymoon", "proposal", "valentine", "valentine's", "valentine’s", "mother's day", "mother’s day",
    "father's day", "father’s day", "christening", "graduation", "retirement", "remembrance", "memorial",
    "jubilee", "special day", "big day",
)  # fmt: skip
_PEOPLE = (
    "husband", "wife", "fiancé", "fiancée", "fiance", "fiancee", "partner", "spouse",
    "boyfriend", "girlfriend", "widow", "widower", "late husband", "late wife", "mistress",
)  # fmt: skip
_GEMS = (
    "diamond", "sapphire", "ruby", "emerald", "pearl", "opal", "aquamarine", "topaz", "tourmaline", "garnet",
    "amethyst", "citrine", "peridot", "tanzanite", "alexandrite", "platinum", "18ct", "9ct", "carat",
)  # fmt: skip
# "I'll give you a ring" is a call; a ring that is somebody's, or of a sort, is a piece.
_RINGS = re.compile(
    r"\brings\b|\b(?:your|the|this|that|her|his|eternity|signet|cocktail|\w+-stone) ring\b", re.I
)
_PRICE = re.compile(
    r"[£$€¥]\s?\d[\d,.]*|\b(?:GBP|EUR|USD|CHF|CAD|AUD|JPY)\s?\d[\d,.]*|\b\d[\d,.]*\s?(?:pounds?|euros?|dollars?|GBP|EUR|USD|CHF)\b",
    re.I,
)
_PLURALS = r"(?:s|es)?"
# Shorter words of a piece's name ("Band", "in") say nothing by themselves; the whole name does.
_LEAST_TITLE = 6


@dataclass(frozen=True, slots=True)
class Record:
    """What the house knows of a client that a letter must not name."""

    own_names: Sequence[str] = ()
    milestones: Sequence[Milestone] = ()
    titles: Sequence[str] = ()


def said_too_much(text: str, record: Record | None = None) -> tuple[str, ...]:
    """This function will say, a sentence each, what a text names that others must not see; () for nothing."""
    known = record or Record()
    found = [
        *_words(text, _OCCASIONS, "“{}” names an occasion."),
        *_words(text, (*_piece_words(), *_GEMS), "“{}” names a piece."),
        *(f"“{match.group()}” names a piece." for match in _RINGS.finditer(text)),
        *_words(text, _PEOPLE, "“{}” names a person of the client’s."),
        *_words(text, _people_of(known), "“{}” is a person on the record."),
        *_words(text, _days_of(known), "“{}” is a date on the record."),
        *_words(text, _titles_of(known), "“{}” is a piece on the record."),
    ]
    if price := _PRICE.search(text):
        found.append(f"“{price.group().strip()}” names a price.")
    return tuple(dict.fromkeys(found))


def _words(text: str, words: Iterable[str], sentence: str) -> list[str]:
    unique = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not unique:
        return []
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, unique))}){_PLURALS}(?!\w)"
    return [sentence.format(match.group()) for match in re.finditer(pattern, text, re.IGNORECASE)]


def _piece_words() -> list[str]:
    """Name the kinds of piece, but "ring", "watch" and "set" alone, which are verbs, too."""
    return [
        word
        for kind, (one, many) in NAMES.items()
        if kind not in ("other", "service", "watch", "set")
        for word in (one.split(" ", 1)[-1], many)
        if word not in ("ring", "rings", "charm", "charms")
    ]


def _people_of(record: Record) -> list[str]:
    """Take the names, not the words about them: of "Leila, his wife" it is "Leila"."""
    own = {name.casefold() for name in record.own_names}
    names = [word for each in record.milestones for word in re.findall(r"\w[\w’'-]+", each.person)]
    return [name for name in names if name[:1].isupper() and name.casefold() not in own]


def _days_of(record: Record) -> list[str]:
    days = [(each.day, month_name(each.month)) for each in record.milestones if each.day]
    return [said for day, month in days for said in (f"{day} {month}", f"{month} {day}")]


def _titles_of(record: Record) -> list[str]:
    return [title for title in record.titles if len(title) >= _LEAST_TITLE]
