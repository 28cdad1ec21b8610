"""Whether this customer keeps coming back to look, and has not ordered since."""

from __future__ import annotations

from datetime import date

from scoring.reading import NO_CONSENT, Reading, unread
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy
from scoring.wording import count, ordinal, span

# Visits months apart are a habit of looking, not a decision being made: beyond this the grade thins out.
# Dated guess, 2026-11.
_DENSE_WITHIN_DAYS = 90


def repeat_visits(
    session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read the distinct days of visiting after the last order, and the time they span."""
    if not session.analytics_allowed:
        return NO_CONSENT
    last = relationship.last_order
    days = {day for day in session.visit_days if day <= today and (last is None or day > last)}
    if not days:
        return unread("No visit since the last order." if session.visit_days else "No visit days on record.")
    width = (max(days) - min(days)).days
    fired = len(days) >= policy.visit_days_at and width >= policy.visit_span_days
    return Reading(_grade(len(days), width, policy), fired, _because(len(days), width, fired, policy))


def _grade(days: int, width: int, policy: Policy) -> float:
    """Grade 0..1: half at the bound, whole at twice as many days, less when strewn thin."""
    if days < 2:
        return 0.0
    often = min(1.0, days / (2 * max(1, policy.visit_days_at)))
    return often * min(1.0, _DENSE_WITHIN_DAYS / max(1, width))


def _because(days: int, width: int, fired: bool, policy: Policy) -> str:
    if days == 1:
        return "First visit since the last order, or the first on record."
    which = ordinal(days).capitalize()
    if fired:
        return f"{which} visit in {span(width)}."
    asked = f"{count(policy.visit_days_at)} days of visiting over {span(policy.visit_span_days)}"
    return f"{which} visit in {span(width)}; {asked} would count."
