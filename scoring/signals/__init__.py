"""The five signals. A new one is a file beside these and a line in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from scoring.reading import Reading
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.signals.anniversary_window import anniversary_window
from scoring.signals.category_continuity import category_continuity
from scoring.signals.price_tier import price_tier
from scoring.signals.repeat_visits import repeat_visits
from scoring.signals.tenure import tenure
from scoring.weights import Adjacency, Policy


class Signal(Protocol):
    """Reads one thing about a session and a relationship; pure, and silent only by saying why."""

    def __call__(
        self,
        session: Session,
        relationship: Relationship,
        /,
        *,
        today: date,
        policy: Policy,
        adjacency: Adjacency,
    ) -> Reading: ...


# In DESIGN.md's order, which breaks ties between reasons.
SIGNALS: Mapping[str, Signal] = {
    "tenure": tenure,
    "category_continuity": category_continuity,
    "anniversary_window": anniversary_window,
    "repeat_visits": repeat_visits,
    "price_tier": price_tier,
}
# What is true this week, not for years: two of these make a cue strong (facts/jewellery.md).
TIMELY: frozenset[str] = frozenset({"anniversary_window", "repeat_visits", "price_tier"})
