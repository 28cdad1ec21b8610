"""A customer's record as a person reads it: what each part is called, and each field of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from scoring.money import money

# Part of the record → what it is called, in the order a person would tell it in. A test names each table.
TITLES: Mapping[str, str] = {
    "customers": "Who you are to us",
    "two_people": "That you are not somebody like you",
    "aliases": "Numbers you were kept under before",
    "marks": "Tags, and whom our shop names as your advisor",
    "orders": "Your orders",
    "order_lines": "What you bought",
    "milestones": "Dates in your life",
    "date_keepings": "Whether Shopify has those dates, too",
    "relationships": "What we read from your orders",
    "notes": "What your advisor wrote down",
    "book_entries": "What our client book said of you",
    "forward_items": "What we promised you",
    "bookings": "Conversations you booked",
    "briefs": "What your advisor read before",
    "consultations": "What was said in a conversation",
    "consents": "Whether we may write to you, and how we know",
    "captures": "What your advisor noted with a tap",
    "attributions": "Orders that followed a conversation",
    "outreach": "Letters an advisor wrote or began",
    "worklist_answers": "When your advisor thought of you",
    "calls_back": "Calls you asked us for",
    "outbox": "Letters about you",
    "decisions": "Visits to our shop online, and whether we invited you",
    "live": "The visit you were on when you asked",
}
_LABELS = {
    "customer_id": "Number at Shopify",
    "ordered_at": "Placed",
    "opted_out": "Asked not to be scored",
    "said_at": "Said",
    "rests_on": "Read from these orders",
    "lead_reason": "Why this advisor",
    "told_by": "Told by",
    "do_not_use": "Not to be used",
}
# What only a machine reads: the keys of our rows, and how often something was tried.
_OURS = frozenset(
    {
        "milestone_id",
        "handle",
        "changes",
        "rests_until",
        "note_id",
        "entry_id",
        "item_id",
        "booking_id",
        "message_id",
        "decision_id",
        "session_id",
        "advisor_id",
        "lead_advisor_id",
        "uid",
        "sequence",
        "version",
        "attempts",
        "line",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: rows of (label, value)."""

    title: str
    rows: Sequence[Sequence[tuple[str, str]]]


def parts_of(content: Mapping[str, Any], zone: ZoneInfo) -> list[Part]:
    """This function will lay an export out for reading: all but what is empty and our own bookkeeping.

    The JSON beside it leaves nothing out.
    """
    currencies = {order["order_id"]: order["currency"] for order in content.get("orders", ())}
    names = [name for name in (*TITLES, *sorted(set(content) - set(TITLES))) if content.get(name)]
    return [
        Part(TITLES.get(name, _label(name)), [tuple(_fields(row, currencies, zone)) for row in content[name]])
        for name in names
    ]


def _fields(
    row: Mapping[str, Any], currencies: Mapping[str, str], zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if value is None or value in ("", [], {}) or name in _OURS:
            continue
        if name == "price" and row.get("order_id") in currencies:
            yield _label(name), money(value, currencies[row["order_id"]])
        else:
            yield _label(name), _said(value, zone)


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _said(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return _instant(value, zone) if isinstance(value, str) else str(value)


def _instant(value: str, zone: ZoneInfo) -> str:
    """Write out an instant; any other text stays as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{at.astimezone(zone):%-d %B %Y, %H:%M}" if at.tzinfo else value
