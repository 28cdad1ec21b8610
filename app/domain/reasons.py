"""Why a client was invited: each signal that fired in its own sentence, with how it may be spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.grounds import rests_on
from app.domain.occasions import Mark, keeps_out, strictest
from scoring.decision import reasons_of
from scoring.history import Milestone
from scoring.milestones import next_occurrence
from scoring.records import Recorded
from scoring.replay import DecisionRecord
from scoring.signals import SIGNALS
from scoring.wording import count, many

# Told-you and bought-from-you may be said; what was browsed never comes from us (facts/jewellery.md).
_MARKS: dict[str, Mark] = {
    "tenure": "say",
    "category_continuity": "if_raised",
    "repeat_visits": "never",
    "price_tier": "never",
    # What an order history foretells is for the advisor: nobody wants to be told that she is likely.
    "history": "never",
}
_KEPT_OUT = "A date played a part. It is not to be used: do not bring up anniversaries."
_SENSITIVE = "A date marked sensitive is near. Leave it to the client to raise it."


@dataclass(frozen=True, slots=True)
class Said(Recorded):
    """A sentence, how it may be spoken of, and what it rests on."""

    text: str
    mark: Mark
    source: str = ""


def invitation(decision: DecisionRecord | None) -> str:
    """This function will say in a line how the booking came about."""
    if decision is None:
        return "Booked without an invitation."
    fired = sum(reading.fired for reading in decision.decision.readings.values())
    on = f"{decision.today.day} {decision.today:%B}"
    if not fired:
        return f"Invited on {on}, by what the order history foretells."
    spoke = "all" if fired == len(SIGNALS) else f"{count(fired)} of the"
    return f"Invited on {on}: {spoke} {count(len(SIGNALS))} things we look for spoke for it."


def invited(decision: DecisionRecord | None, milestones: Sequence[Milestone]) -> tuple[Said, ...]:
    """This function will say what spoke for inviting her, strongest first; `milestones` now in force."""
    if decision is None:
        return ()
    readings = decision.decision.readings
    by_sentence = {reading.because: name for name, reading in readings.items()}
    foretold = decision.relationship.foretold if decision.relationship is not None else None
    return tuple(
        _said(by_sentence.get(sentence, "history"), sentence, decision, milestones)
        for sentence in reasons_of(readings, decision.weights, foretold)
    )


def _said(name: str, sentence: str, decision: DecisionRecord, milestones: Sequence[Milestone]) -> Said:
    if name != "anniversary_window":
        return Said(sentence, _MARKS.get(name, "if_raised"), rests_on(name, decision))
    # The record is as old as the decision; what has been asked of us since then counts.
    if keeps_out(milestones):
        return Said(_KEPT_OUT, "never")
    if any(milestone.sensitive for milestone in milestones):
        return Said(_SENSITIVE, "never")
    near = _near(decision, milestones)
    return Said(sentence, strictest(near), _orders_behind(near))


def _orders_behind(milestones: Sequence[Milestone]) -> str:
    orders = len({order for milestone in milestones for order in milestone.rests_on})
    return f"Rests on {many(orders, 'order', 'orders')}" if orders else ""


def _near(decision: DecisionRecord, milestones: Sequence[Milestone]) -> list[Milestone]:
    """Find the dates that may have spoken: those within the decision's window on its day."""
    before, after = window_days(decision)
    return [
        milestone
        for milestone in milestones
        if (next_occurrence(milestone, decision.today, grace_days=after) - decision.today).days <= before
    ]


def silent(decision: DecisionRecord | None, milestones: Sequence[Milestone]) -> tuple[str, ...]:
    """This function will say why the other signals kept quiet."""
    if decision is None:
        return ()
    careful = any(milestone.do_not_use or milestone.sensitive for milestone in milestones)
    return tuple(
        reading.because
        for name, reading in decision.decision.readings.items()
        if not reading.fired and not (careful and name == "anniversary_window")
    )


def unread(decision: DecisionRecord | None) -> tuple[str, ...]:
    """This function will say what was not read at all, and why."""
    if decision is None or decision.session.analytics_allowed:
        return ()
    return ("Visits and browsing were not read: no consent was given.",)


def window_days(decision: DecisionRecord | None) -> tuple[int, int]:
    """This function will give the days before and after a date within which it counts."""
    if decision is None:
        return 45, 3
    return decision.policy.window_before_days, decision.policy.window_after_days
