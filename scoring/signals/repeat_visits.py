"""Whether this customer keeps coming back to look, and has not ordered since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from math import exp2

from scoring.reading import NO_CONSENT, Reading, unread
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy
from scoring.wording import count, ordinal, span

# Visits months apart are a habit of looking, not a decision being made: older ones fire, and grade nothing.
# Dated guess, 2026-11.
_RECENT_DAYS = 90
# Someone who has merely been here before orders less often than someone new (13.9 against 24.9 % of sessions,
# facts/scoring.md): up to two days of visiting say nothing, unless the merchant's bound is that low.
_RETURNING_DAYS = 2
# After a purchase one comes back to what one bought. What that takes away halves every two weeks. Dated
# guess, 2026-11.
_PURCHASE_HALVES_EVERY_DAYS = 14
_PURCHASE_SAID_FOR_DAYS = 60


def repeat_visits(
    session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read the distinct days and weeks of visiting after the last order, and the time they span."""
    if not session.analytics_allowed:
        return NO_CONSENT
    last = relationship.last_order
    if last is not None and last > today:
        return unread("An order on record is dated after today, so visits since the last one cannot be told.")
    since = (today - last).days if last is not None else None
    now = today.toordinal()
    most = now if since is None else since - 1
    days = {ago for day in session.visit_days if 0 <= (ago := now - day.toordinal()) <= most}
    if not days:
        return unread("No visit since the last order." if session.visit_days else "No visit days on record.")
    width = max(days) - min(days)
    fired = len(days) >= policy.visit_days_at and width >= policy.visit_span_days
    return Reading(_grade(days, since, policy), fired, _because(len(days), width, since, fired, policy))


def _grade(days: Collection[int], since: int | None, policy: Policy) -> float:
    """Grade 0..1: half at the bound with each day in a week of its own, whole at twice as much.

    `days` are days of visiting, counted back from today.
    """
    if len(days) < policy.visit_days_at and len(days) <= _RETURNING_DAYS:
        return 0.0
    recent = [ago for ago in days if ago < _RECENT_DAYS]
    weeks = {ago // 7 for ago in recent}
    asked = (policy.visit_days_at or 1) + policy.visit_span_days // 7 + 1
    often = min(1.0, (len(recent) + len(weeks)) / (2 * asked))
    return often if since is None else often * (1 - exp2(-since / _PURCHASE_HALVES_EVERY_DAYS))


def _because(days: int, width: int, since: int | None, fired: bool, policy: Policy) -> str:
    if days == 1:
        return "First visit since the last order, or the first on record."
    which = ordinal(days).capitalize()
    if fired:
        bought = ""
        if since is not None and since < _PURCHASE_SAID_FOR_DAYS:
            bought = f", the last order {span(since)} ago"
        return f"{which} visit in {span(width)}{bought}."
    asked = f"{count(policy.visit_days_at)} days of visiting over {span(policy.visit_span_days)}"
    return f"{which} visit in {span(width)}; {asked} would count."
