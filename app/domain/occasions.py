"""How each date may be spoken of: what may be said, what waits until it is raised, what is never said.

The ladder is facts/jewellery.md's: told-you before bought-from-you before inferred. A date that is not to be
used leaves this module without its day, its person or its occasion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.gems import GemLists, gift_words, kind_of
from scoring.history import Milestone
from scoring.milestones import next_span
from scoring.records import Recorded
from scoring.wording import day_and_month, month_name, ordinal

Mark = Literal["say", "if_raised", "never"]

_SOURCES = {
    "stated": "{who} told us",
    "recorded": "recorded by an advisor",
    "engraved": "engraved on a piece",
    "wedding_band": "inferred from the wedding band's order: ask, don't assert",
    "recurrence": "inferred from orders in different years: ask, don't assert",
}
_KNOWN = ("stated", "recorded", "engraved")
# The last two rungs only inform the advisor's question, so they are never listed as dates.
_ONLY_A_QUESTION = ("engagement_ring", "gift")
_STRICTNESS: dict[Mark, int] = {"say": 0, "if_raised": 1, "never": 2}


@dataclass(frozen=True, slots=True)
class Occasion(Recorded):
    """A date as the advisor reads it. `on` is its next day; None where the day must not be shown."""

    text: str
    source: str
    mark: Mark
    on: date | None = None
    inferred: bool = False
    short: str = ""  # for the picture: "anniversary"
    gift: str = ""  # what belongs to it by the house's lists: "Tenth: diamond; traditional: tin."


def mark_of(milestone: Milestone) -> Mark:
    """This function will say how a date may be spoken of."""
    if milestone.do_not_use or milestone.sensitive:
        return "never"
    return "say" if milestone.provenance == "stated" else "if_raised"


def strictest(milestones: Iterable[Milestone]) -> Mark:
    """This function will give the most careful mark among dates; of none, "if_raised"."""
    return max(map(mark_of, milestones), key=lambda mark: _STRICTNESS[mark], default="if_raised")


def keeps_out(milestones: Iterable[Milestone]) -> bool:
    """This function will say whether any date here must be kept out of everybody's sight."""
    return any(milestone.do_not_use for milestone in milestones)


def occasions(
    milestones: Sequence[Milestone], first_name: str, *, today: date, gems: GemLists | None = None
) -> tuple[Occasion, ...]:
    """This function will list the dates to know, nearest first; those not to be used come first, unnamed.

    With `gems`, the house's lists, each says what belongs to it.
    """
    lists = gems or GemLists()
    who = first_name or "the client"
    never = [_unnamed(milestone, who) for milestone in milestones if mark_of(milestone) == "never"]
    named = [
        _named(milestone, who, today, lists)
        for milestone in milestones
        if mark_of(milestone) != "never" and milestone.provenance not in _ONLY_A_QUESTION
    ]
    unique = tuple(dict.fromkeys(never))
    return (*unique, *sorted(named, key=lambda occasion: occasion.on or date.max))


def _unnamed(milestone: Milestone, who: str) -> Occasion:
    if milestone.do_not_use:
        what = "anniversaries" if milestone.occasion in ("anniversary", "recurring") else "dates or occasions"
        return Occasion(f"There is a date not to be used. Do not bring up {what}.", "", "never")
    return Occasion(f"There is a sensitive date. Leave it to {who} to raise it.", "", "never")


def _named(milestone: Milestone, who: str, today: date, lists: GemLists) -> Occasion:
    on = _next(milestone, today)
    inferred = milestone.provenance not in _KNOWN
    person = f" ({milestone.person})" if milestone.person else ""
    return Occasion(
        text=f"{_title(milestone, on)}{person}, {_when(milestone, on, inferred)}",
        source=_source(milestone, who),
        mark=mark_of(milestone),
        on=on,
        inferred=inferred,
        short=_short(milestone, on),
        gift=gift_words(lists, milestone, _years(milestone, on)),
    )


def _next(milestone: Milestone, today: date) -> date:
    """Find the day to sort it by and draw it at; a month stands at its middle."""
    first, _ = next_span(milestone, today)
    return first if milestone.day is not None else first.replace(day=15)


def _years(milestone: Milestone, on: date) -> int | None:
    """Count how many years an anniversary makes; None where it is none, or its year is not known."""
    known = milestone.year is not None and kind_of(milestone.occasion) == "anniversary"
    return on.year - milestone.year if known and milestone.year and on.year > milestone.year else None


def _source(milestone: Milestone, who: str) -> str:
    said = _SOURCES[milestone.provenance].format(who=who)
    if milestone.provenance == "engraved" and milestone.confidence < 0.9:
        said += ", if we read it right"  # 12.09. may be a day of December
    return said if milestone.provenance in _KNOWN else f"{_sureness(milestone.confidence)}, {said}"


def _sureness(confidence: float) -> str:
    return "fairly sure" if confidence >= 0.75 else "likely" if confidence >= 0.5 else "a guess"


def _title(milestone: Milestone, on: date) -> str:
    if milestone.occasion == "recurring":
        return "A time of year for buying"
    if years := _years(milestone, on):
        return f"{ordinal(years).capitalize()} {milestone.occasion.replace('_', ' ')}"
    return (milestone.occasion.replace("_", " ") or "occasion").capitalize()


def _short(milestone: Milestone, on: date) -> str:
    if milestone.occasion == "recurring":
        return "usual season"
    return _title(milestone, on)[0].lower() + _title(milestone, on)[1:]


def _when(milestone: Milestone, on: date, inferred: bool) -> str:
    """Say when, without the year, because the next one is meant; and with the spread, where there is one."""
    if milestone.day is None:
        return f"in {month_name(milestone.month)}"
    if not inferred:
        return f"about {day_and_month(on)}" if milestone.spread_days else day_and_month(on)
    spread = f", give or take {milestone.spread_days} days" if milestone.spread_days else ""
    return f"around {day_and_month(on)}{spread}"
