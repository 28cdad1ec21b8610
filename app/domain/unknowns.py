"""What is not known, and what to ask: said plainly, so that nobody fills the gap with a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scoring.history import Milestone, OrderLine
from scoring.kinds import BRIDAL, NAMES

# "No ring size on record" is a note about its absence.
_RING_SIZE = re.compile(
    r"(?<!\bno )\b(?:ring|finger) size\b(?! (?:is )?(?:not|unknown|missing|on record))"
    r"|\bsize (?:[A-Z](?:½|\.5)?|\d{1,2}(?:½|\.5)?)\b",
    re.IGNORECASE,
)
_RINGS = frozenset({"engagement_ring", "wedding_band", "eternity_band", "cocktail_ring"})

Bought = Sequence[tuple[date, OrderLine]]  # newest first


def unknown(
    bought: Bought, notes: Sequence[str], milestones: Sequence[Milestone], first_name: str, *, partial: bool
) -> tuple[str, ...]:
    """This function will list what the house does not know of a client, each in a sentence."""
    who = first_name or "the client"
    missing = []
    if piece := _unworn(bought, notes):
        missing.append(f"We don't know who wears {_the(piece)}.")
    if not has_ring_size(notes):
        missing.append("No ring size on record.")
    # A house that must leave dates alone is not told to go looking for one.
    told = any(milestone.provenance == "stated" for milestone in milestones)
    if not told and not any(milestone.do_not_use for milestone in milestones):
        missing.append(f"No date on record in {who}'s own words.")
    if not notes:
        missing.append("No note from an earlier conversation.")
    if partial:
        missing.append("The order history is still coming in: there may be earlier pieces.")
    return tuple(missing)


def questions(
    bought: Bought, notes: Sequence[str], milestones: Sequence[Milestone], first_name: str
) -> tuple[str, ...]:
    """This function will list what is worth asking, none of which asserts anything."""
    asked = ["Who is it for? Don't assume a gift, or a partner."]
    if piece := _unworn(bought, notes):
        asked.append(f"How is {_the(piece)} being worn, and by whom?")
    if not has_ring_size(notes) and any(line.kind in _RINGS for _, line in bought):
        asked.append("Which ring size, on which hand?")
    careful = any(milestone.do_not_use or milestone.sensitive for milestone in milestones)
    guessed = any(milestone.provenance not in ("stated", "recorded", "engraved") for milestone in milestones)
    if guessed and not careful:
        asked.append(
            f"Is there a day {first_name or 'the client'} has in mind? Ask openly; we only have a guess."
        )
    return tuple(asked)


def has_ring_size(notes: Sequence[str]) -> bool:
    """This function will say whether any note names a ring size."""
    return any(_RING_SIZE.search(note) for note in notes)


def _unworn(bought: Bought, notes: Sequence[str]) -> tuple[date, OrderLine] | None:
    """Find the newest piece that no note speaks of; bridal ones are worn by those who married."""
    said = " ".join(notes).casefold()
    for day, line in bought:
        if line.kind in BRIDAL or line.kind in ("service", "other") or line.quantity <= 0:
            continue
        if not any(word in said for word in _words(line.kind)):
            return day, line
    return None


def _words(kind: str) -> tuple[str, str]:
    one, many = NAMES[kind]
    return one.split(" ", 1)[-1], many


def _the(piece: tuple[date, OrderLine]) -> str:
    day, line = piece
    return f"the {day.year} {_words(line.kind)[0]}"
