"""What to have in mind at each stage of the consultation, drawn from the brief."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.brief import Brief
from app.domain.consultation import Stage

# A screen at the counter holds a few lines; the brief has the rest.
_MOST = 4


def prompts(brief: Brief | None) -> dict[Stage, tuple[str, ...]]:
    """This function will give a few prompts for each stage; general ones where there is no brief yet."""
    who = (brief.first_name if brief else "") or "the client"
    return {
        "opening": _first(_opening(brief, who)),
        "discovery": _first(_discovery(brief, who)),
        "recommendation": _first(_recommendation(brief, who)),
        "decision": _first(_decision(brief)),
    }


def _first(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)[:_MOST]


def _opening(brief: Brief | None, who: str) -> list[str]:
    if brief is None:
        return [f"Welcome {who}. Begin with the last piece, not with the reason for today."]
    last = (
        f"Ask after the last piece: {brief.pieces[0].title} ({brief.pieces[0].on.year})."
        if brief.pieces
        else ""
    )
    note = f"{who} wrote when booking: “{brief.her_note}”" if brief.her_note else ""
    never = [occasion.text for occasion in brief.dates if occasion.mark == "never"]
    return [note, last, *never, f"Let {who} name the occasion. We never say what was looked at online."]


def _discovery(brief: Brief | None, who: str) -> list[str]:
    return list(brief.questions) if brief else [f"What brings {who} in, and who is it for?"]


def _recommendation(brief: Brief | None, who: str) -> list[str]:
    if brief is None:
        return ["Show two or three pieces, and say why each."]
    raised = [f"Only if {who} raises it: {said.text}" for said in brief.invited if said.mark == "if_raised"]
    return [*brief.taste, *raised, "Show two or three pieces, and say why each."]


def _decision(brief: Brief | None) -> list[str]:
    promised = [f"Promised last time: {each.what}" for each in brief.promised] if brief else []
    return [
        *promised,
        "Before goodbye, agree on what happens next, and on which day.",
        "A custom piece takes 60 to 90 days: count back from the day it is for.",
    ]
