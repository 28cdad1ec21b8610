"""Whether an occasion of this customer's is near."""

from __future__ import annotations

from datetime import date
from math import exp2

from scoring.milestones import MOST_DAYS, next_occurrence
from scoring.reading import Reading, unread
from scoring.relationship import Milestone, Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy
from scoring.wording import count, day_and_month, listed, month_name, ordinal

# The ladder of facts/jewellery.md: these may be shown as a date …
_KNOWN = {
    "stated": "as the customer told us",
    "recorded": "as an advisor recorded",
    "engraved": "as engraved on a piece",
}
# … these may count; the rest only inform the advisor's question.
_INFERRED = ("wedding_band", "recurrence")
# Orders come 2.5 times as often as by chance one or two days from last year's, 1.8 times nine days away, 1.5
# at seventeen, 1.25 at thirty, 1.29 at forty: what is above chance halves every eleven days, and a fifth of
# it stays to the window's edge. Measured on 2005–2012 without November and December, against each day's own
# share of the house's orders (method: facts/scoring.md).
_HALVES_EVERY_DAYS = 11
_STAYS = 0.2
# A month alone lies within so many days of its 15th.
_HALF_A_MONTH = 15
# facts/scoring.md: an order in the next 30 days had 3.0, 7.7, 12.5 and 21.2 % with one to four distinct past
# years in the window, 1.1 % with none. As log-odds above none, against four.
_BY_YEARS = (1.0, 0.32, 0.63, 0.80)  # 0: a record that does not say
# facts/jewellery.md, "Major years"; that they weigh a tenth more is a dated guess, 2026-11.
_MAJOR_YEARS = frozenset((1, 5, 10, 15, 20, 25, 30, 40, 50, 60))
_MAJOR_RAISES_BY = 0.1


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
            grade = _grade(milestone, on, away)
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


def _grade(milestone: Milestone, on: date, away: int) -> float:
    """Grade 0..1: how close, how sure, in how many years, and whether it is a year people mark."""
    grade = _closeness(milestone, away) * min(1.0, max(0.0, milestone.confidence))
    if milestone.in_years and len(milestone.in_years) < len(_BY_YEARS):
        grade *= _BY_YEARS[len(milestone.in_years)]
    return min(1.0, grade * (1 + _MAJOR_RAISES_BY)) if _is_major(milestone, on) else grade


def _closeness(milestone: Milestone, away: int) -> float:
    """Grade 0..1: whole on the day, halving towards _STAYS; the less exact the date, the slower."""
    # A month that has begun, or has been over for the days of grace, is as near as it gets.
    apart = abs(away) if milestone.day is not None else max(0, away - _HALF_A_MONTH)
    return _STAYS + (1 - _STAYS) * exp2(-apart / (_HALVES_EVERY_DAYS + milestone.spread_days))


def _is_major(milestone: Milestone, on: date) -> bool:
    if milestone.year is None or milestone.occasion != "anniversary":
        return False
    return on.year - milestone.year in _MAJOR_YEARS


def _why_not(relationship: Relationship, usable: int, policy: Policy) -> str:
    if usable:
        return f"No occasion on record within the next {policy.window_before_days} days."
    if any(not milestone.do_not_use for milestone in relationship.milestones):
        return "Only a guess at an occasion, too unsure to count."
    if relationship.order_days > MOST_DAYS:
        days = f"{relationship.order_days:,} different days"
        return f"Orders on {days}, as those who sell on do: too many to read an occasion from."
    return "No occasion on record."


def _because(milestone: Milestone, on: date, today: date) -> str:
    if milestone.sensitive:
        # The sentence may be read over a shoulder; the occasion stays in the record.
        return "A date marked sensitive is near: let the customer raise it."
    if milestone.provenance == "recurrence":
        return (
            f"Tends to order around {_around(milestone, on)} ({_sureness(milestone.confidence)}), "
            f"inferred from {_orders(milestone)}: ask, don't assert."
        )
    name = _name(milestone, on)
    if milestone.provenance == "wedding_band":
        return (
            f"{name} likely around {_around(milestone, on)}, "
            "inferred from the band's order: ask, don't assert."
        )
    source = _KNOWN[milestone.provenance]
    if milestone.provenance == "engraved" and milestone.confidence < 0.9:
        source += ", if we read it right"  # 12.09. may be a day of December
    return f"{name} {_when(milestone, on, today)}, {source}."


def _around(milestone: Milestone, on: date) -> str:
    if not milestone.spread_days:
        return day_and_month(on)
    days = "a day" if milestone.spread_days == 1 else f"{count(milestone.spread_days)} days"
    return f"{day_and_month(on)}, give or take {days}"


def _sureness(confidence: float) -> str:
    return "fairly sure" if confidence >= 0.75 else "likely" if confidence >= 0.5 else "a guess"


def _orders(milestone: Milestone) -> str:
    orders = f"{count(len(milestone.rests_on))} orders" if len(milestone.rests_on) > 1 else "past orders"
    years = listed([str(year) for year in milestone.in_years]) or "different years"
    return f"{orders} in {years}"


def _name(milestone: Milestone, on: date) -> str:
    """Name the occasion, with its number where the year is known, and the person where there is one."""
    occasion = milestone.occasion.replace("_", " ") or "occasion"
    if occasion == "anniversary" and milestone.year is not None:
        occasion = f"{ordinal(on.year - milestone.year)} anniversary"
    person = f" ({milestone.person})" if milestone.person else ""
    big = ", a big one," if _is_major(milestone, on) else ""
    return f"{occasion[0].upper()}{occasion[1:]}{person}{big}"


def _when(milestone: Milestone, on: date, today: date) -> str:
    if milestone.day is None:
        return f"in {month_name(milestone.month)}"
    if on == today:
        return f"today, {day_and_month(on)}"
    return f"was on {day_and_month(on)}" if on < today else f"on {day_and_month(on)}"
