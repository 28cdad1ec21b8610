"""Whether what is looked at follows from what was bought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import fsum

from scoring.kinds import NAMES
from scoring.materials import METALS, STONES
from scoring.materials import NAMES as MATERIAL_NAMES
from scoring.reading import NO_CONSENT, Reading, unread
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import LEADS_NOWHERE, Adjacency, Policy

# "Matching metal and stone family raises it" (facts/jewellery.md, without a number): where all that is looked
# at is of a metal and a stone bought before, the grade rises by a fifth (.5 to .6, .8 to .96), at most to 1.
# It never makes the signal fire: yellow gold lies in most of any window. Dated guess, 2026-11.
MATERIALS_RAISE_BY = 0.2
_FACETS = (frozenset(METALS), frozenset(STONES))
_PLACED_NOWHERE = frozenset((*LEADS_NOWHERE, ""))


def category_continuity(
    session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read how near what is looked at, by dwell and depth, is to what was bought, kind by kind.

    Where it fires, metal and stone bought before raise the grade.
    """
    if not session.analytics_allowed:
        return NO_CONSENT
    bought = relationship.kinds
    # What each kind adds, and by which step; the kind and the step break ties, so that order does not matter.
    steps, whole = [], 0
    for kind, time in session.kinds.items():
        if time > 0 and kind != "service":
            near, through = _best_step(adjacency.table, bought, kind)
            steps.append((near * time, kind, through))
            whole += time
    if not steps:
        return unread("No pieces looked at in this visit.")
    if not bought:
        return unread("No earlier piece on record to compare with.")
    if _PLACED_NOWHERE.issuperset(bought):
        return unread("Nothing bought so far has a kind on record, so nothing can follow from it.")
    # fsum: the same sum in whatever order the kinds are kept.
    value = min(1.0, fsum([step[0] for step in steps]) / whole)
    most, kind, through = max(steps)
    # Rounded: a bound of .8 is met by .8 of dwell, whatever the last bit says.
    fired = round(value, 9) >= policy.adjacency_at
    again = ""
    if fired and session.materials and relationship.materials:
        match, again = _match(session.materials, relationship.materials)
        value = min(1.0, value * (1 + MATERIALS_RAISE_BY * match))
    return Reading(value, fired, _because(relationship, kind, through, most, fired, again, today))


def _best_step(
    table: Mapping[str, Mapping[str, float]], bought: Mapping[str, object], viewed: str
) -> tuple[float, str]:
    """Answer how near the nearest bought kind is, and which it is."""
    best, through = -1.0, ""
    for kind in bought:
        steps = table.get(kind)
        near = steps.get(viewed, 0.0) if steps else 0.0
        if near > best or (near == best and kind > through):
            best, through = near, kind
    return best, through


def _match(viewed: Mapping[str, int], bought: tuple[str, ...]) -> tuple[float, str]:
    """Answer how much of the metal and of the stone looked at was bought before, 0..1, and which most.

    Metal and stone count alike; one that no piece looked at names is left out.
    """
    shares, names = [], []
    for families in _FACETS:
        looked = same = most = 0
        again = ""
        for family, time in viewed.items():
            if time > 0 and family in families:
                looked += time
                if family in bought:
                    same += time
                    # Ties are broken by name, so that order does not matter.
                    if time > most or (time == most and family > again):
                        most, again = time, family
        if looked:
            shares.append(same / looked)
        if again:
            names.append(MATERIAL_NAMES[again])
    return (sum(shares) / len(shares) if shares else 0.0), " and ".join(names)


def _because(
    relationship: Relationship, viewed: str, bought: str, most: float, fired: bool, again: str, today: date
) -> str:
    looking = NAMES[viewed][1] if viewed in NAMES else viewed
    if most <= 0:
        return f"Looking at {looking}, which nothing bought so far leads to."
    year, staff = relationship.kinds[bought]
    by = f" ({staff} advised)" if staff else ""
    if year > today.year:
        by += ", dated after today"
    piece = NAMES[bought][0] if bought in NAMES else bought
    if fired:
        same = f"; {again} again" if again else ""
        return f"Looking at {looking}; bought {piece} in {year}{by}{same}."
    return f"Looking partly at {looking}; bought {piece} in {year}{by}, too little to go by."
