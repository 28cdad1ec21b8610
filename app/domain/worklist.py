"""Who to think of, why, and since when: the occasions that have come near enough, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from app.domain.gems import MAJOR_YEARS, GemLists, kind_of
from app.domain.occasions import Occasion, mark_of, occasions
from app.domain.outreach_rules import OutreachRules
from scoring.history import Milestone
from scoring.milestones import next_span

Answer = Literal["done", "snoozed", "not_relevant", "again"]
ANSWERS: Mapping[Answer, str] = {
    "done": "Done",
    "snoozed": "Snoozed",
    "not_relevant": "Not relevant",
    "again": "Brought back",
}
SNOOZE_DAYS = 7
_KNOWN = ("stated", "recorded", "engraved")
_COUNTED = (*_KNOWN, "wedding_band", "recurrence")  # facts/jewellery.md: the rest only inform a question
# What matters more comes as if it were so many days nearer, what is only inferred as if further off. Dated
# guesses, 2026-11.
_MAJOR_IS_NEARER = 14
_TOLD_IS_NEARER = 7
_INFERRED_IS_FURTHER = 7


@dataclass(frozen=True, slots=True)
class Answered:
    """What an advisor said to an item: for which occasion, which year's, until when it sleeps."""

    key: str
    year: int
    answer: Answer
    at: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A client as the list needs her. `keys` names each milestone on record; inferred ones have none."""

    customer_id: str
    first_name: str
    name: str
    milestones: Sequence[Milestone]
    keys: Mapping[Milestone, str] = field(default_factory=dict)
    custom: bool = False
    answered: Sequence[Answered] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Somebody to think of. `key` and `year` name the occasion and its turn; `since` is when it came up."""

    customer_id: str
    name: str
    key: str
    year: int
    kind: str
    shown: Occasion
    since: date
    on: date
    major: bool
    pressing: int  # days left, moved by what matters; the smallest comes first


def key_of(milestone: Milestone, keys: Mapping[Milestone, str]) -> str:
    """This function will name an occasion the same way every time; an inferred one by how it was inferred."""
    return keys.get(milestone) or f"{milestone.occasion}:{milestone.provenance}"


def items_of(
    client: Dated, rules: OutreachRules, *, gems: GemLists, sure_from: float, today: date
) -> list[Item]:
    """This function will list what is near for one client and not answered; never what must not be named.

    `sure_from` is how sure an inferred date must be to count.
    """
    found = []
    for milestone in client.milestones:
        if mark_of(milestone) == "never" or not _counts(milestone, sure_from):
            continue
        item = _item(client, milestone, rules, gems, today)
        if item is not None and not is_settled(client.answered, item.key, item.year, today=today):
            found.append(item)
    return found


def _counts(milestone: Milestone, sure_from: float) -> bool:
    if milestone.provenance in _KNOWN:
        return True
    return milestone.provenance in _COUNTED and milestone.confidence >= sure_from


def _item(
    client: Dated, milestone: Milestone, rules: OutreachRules, gems: GemLists, today: date
) -> Item | None:
    first, last = next_span(milestone, today)
    kind = kind_of(milestone.occasion)
    since = first - timedelta(days=rules.lead_days(kind, custom=client.custom))
    if today < since:
        return None
    (shown,) = occasions([milestone], client.first_name, today=today, gems=gems)
    major = _is_major(milestone, kind, first)
    return Item(
        customer_id=client.customer_id,
        name=client.name,
        key=key_of(milestone, client.keys),
        year=last.year,
        kind=kind,
        shown=shown,
        since=since,
        on=first,
        major=major,
        pressing=_pressing(milestone, (first - today).days, major=major),
    )


def _is_major(milestone: Milestone, kind: str, on: date) -> bool:
    return kind == "anniversary" and bool(milestone.year) and on.year - (milestone.year or 0) in MAJOR_YEARS


def _pressing(milestone: Milestone, days: int, *, major: bool) -> int:
    nearer = _MAJOR_IS_NEARER if major else 0
    if milestone.provenance == "stated":
        nearer += _TOLD_IS_NEARER
    return days - nearer + (0 if milestone.provenance in _KNOWN else _INFERRED_IS_FURTHER)


def is_settled(answered: Iterable[Answered], key: str, year: int, *, today: date) -> bool:
    """This function will say whether an item needs no thought now: the last word on its occasion counts.

    "Not relevant" settles the occasion in every year to come, "done" this year's alone.
    """
    own = sorted((each for each in answered if each.key == key), key=lambda each: each.at)
    if not own:
        return False
    last = own[-1]
    if last.answer == "snoozed":
        return last.until is not None and today < last.until
    return last.answer == "not_relevant" or (last.answer == "done" and last.year == year)


def in_order(items: Iterable[Item]) -> list[Item]:
    """This function will sort items by what matters."""
    return sorted(items, key=lambda item: (item.pressing, item.on, item.name, item.key))
