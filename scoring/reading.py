"""A signal's answer. Here, below signals and decision alike, because both speak of it."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.records import Recorded


# Not frozen, though nobody changes one: a frozen dataclass sets each field through object.__setattr__, which
# is a tenth of a decision (five readings and the decision itself; counted in instructions by callgrind).
@dataclass(slots=True)
class Reading(Recorded):
    """A signal's value (0..1) for one session, whether it fired, and why, in one sentence for the advisor."""

    value: float
    fired: bool
    because: str


def unread(because: str) -> Reading:
    """Answer a reading that says nothing, and why."""
    return Reading(0.0, False, because)


# Analytics consent covers the visit and browsing signals (DESIGN.md); without it they stay unread.
NO_CONSENT = unread("Not read: no consent.")
