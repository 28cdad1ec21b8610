"""Whether an occasion of this customer's is near."""

from __future__ import annotations

from datetime import date

from scoring.milestones import next_occurrence
from scoring.reading import Reading, unread
from scoring.relationship import Milestone, Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy
from scoring.wording import count, day_and_month, month_name, ordinal

# The ladder of facts/jewellery.md: these may be shown as a date …
_KNOWN = {
    "stated": "as the customer told us",
    "recorded": "as an advisor recorded",
    "engraved": "as engraved on a piece",
}
# … these may count; the rest only inform the advisor's question.
_INFERRED = ("wedding_band", "recurrence")


def anniversary_window(
    _session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read the nearest occasion that may count, graded by how close and how sure it is."""
    best: tuple[float, Milestone, date] | None = None
    usable = 0
    for milestone in relationship.milestones:
        if not _may_count(milestone, policy):
            continue
        usable += 1
        on = next_occurrence(milestone, today, grace_days=policy.window_after_days)
        away = (on - today).days
        if away <= policy.window_before_days:
            grade = _closeness(away, policy) * min(1.0, max(0.0, milestone.confidence))
            if best is None or grade > best[0]:
                best = (grade, milestone, on)
    if best is None:
        return unread(_why_not(relationship, usable, policy))
    return Reading(best[0], True, _because(best[1], best[2], today))


def _may_count(milestone: Milestone, policy: Policy) -> bool:
    if milestone.do_not_use:
        return False
    if milestone.provenance in _KNOWN:
        return True
    return milestone.provenance in _INFERRED and milestone.confidence >= policy.inferred_confidence_at


def _closeness(away: int, policy: Policy) -> float:
    """Grade 0.5..1: whole on the day, half at either edge of the window."""
    edge = policy.window_before_days if away >= 0 else policy.window_after_days
    return 1 - 0.5 * abs(away) / max(1, edge)


def _why_not(relationship: Relationship, usable: int, policy: Policy) -> str:
    if usable:
        return f"No occasion on record within the next {policy.window_before_days} days."
    if any(not milestone.do_not_use for milestone in relationship.milestones):
        return "Only a guess at an occasion, too unsure to count."
    return "No occasion on record."


def _because(milestone: Milestone, on: date, today: date) -> str:
    if milestone.sensitive:
        # The sentence may be read over a shoulder; the occasion stays in the record.
        return "A date marked sensitive is near: let the customer raise it."
    if milestone.provenance == "recurrence":
        orders = f"{count(len(milestone.rests_on))} orders" if len(milestone.rests_on) > 1 else "past orders"
        return (
            f"Tends to order around {day_and_month(on)}, inferred from {orders} in different years: "
            "ask, don't assert."
        )
    name = _name(milestone, on)
    if milestone.provenance == "wedding_band":
        return f"{name} likely around {day_and_month(on)}, inferred from the band's order: ask, don't assert."
    return f"{name} {_when(milestone, on, today)}, {_KNOWN[milestone.provenance]}."


def _name(milestone: Milestone, on: date) -> str:
    """Name the occasion, with its number where the year is known, and the person where there is one."""
    occasion = milestone.occasion.replace("_", " ") or "occasion"
    if occasion == "anniversary" and milestone.year is not None:
        occasion = f"{ordinal(on.year - milestone.year)} anniversary"
    person = f" ({milestone.person})" if milestone.person else ""
    return f"{occasion[0].upper()}{occasion[1:]}{person}"


def _when(milestone: Milestone, on: date, today: date) -> str:
    if milestone.day is None:
        return f"in {month_name(milestone.month)}"
    if on == today:
        return f"today, {day_and_month(on)}"
    return f"was on {day_and_month(on)}" if on < today else f"on {day_and_month(on)}"
