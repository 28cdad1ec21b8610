"""Whether what is looked at follows from what was bought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import fsum

from scoring.kinds import NAMES
from scoring.reading import NO_CONSENT, Reading, unread
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy


def category_continuity(
    session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read how near what is looked at, by dwell, is to what was bought: for each kind the best step."""
    if not session.analytics_allowed:
        return NO_CONSENT
    viewed = [(kind, time) for kind, time in session.kinds.items() if time > 0 and kind != "service"]
    if not viewed:
        return unread("No pieces looked at in this visit.")
    if not relationship.kinds:
        return unread("No earlier piece on record to compare with.")
    # What each kind adds, and by which step; the kind and the step break ties, so that order does not matter.
    steps = []
    for kind, time in viewed:
        near, bought = _best_step(adjacency, relationship.kinds, kind)
        steps.append((near * time, kind, bought))
    # fsum: the same sum in whatever order the kinds are kept.
    value = min(1.0, fsum([step[0] for step in steps]) / sum([time for _, time in viewed]))
    most, kind, bought = max(steps)
    # Rounded: a bound of .8 is met by .8 of dwell, whatever the last bit says.
    fired = round(value, 9) >= policy.adjacency_at
    return Reading(value, fired, _because(relationship, kind, bought, most, fired))


def _best_step(adjacency: Adjacency, bought: Mapping[str, object], viewed: str) -> tuple[float, str]:
    """Answer how near the nearest bought kind is, and which it is."""
    table = adjacency.table
    best, through = -1.0, ""
    for kind in bought:
        near = table[kind].get(viewed, 0.0) if kind in table else 0.0
        if near > best or (near == best and kind > through):
            best, through = near, kind
    return best, through


def _because(relationship: Relationship, viewed: str, bought: str, most: float, fired: bool) -> str:
    looking = NAMES[viewed][1] if viewed in NAMES else viewed
    if most <= 0:
        return f"Looking at {looking}, which nothing bought so far leads to."
    year, staff = relationship.kinds[bought]
    by = f" ({staff} advised)" if staff else ""
    piece = NAMES[bought][0] if bought in NAMES else bought
    if fired:
        return f"Looking at {looking}; bought {piece} in {year}{by}."
    return f"Looking partly at {looking}; bought {piece} in {year}{by}, too little to go by."
