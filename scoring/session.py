"""A shopper's visit: what stays of its events once they are folded together.

Thirty minutes of quiet end a session. Raw events are not kept, here or anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scoring.days import local_day
from scoring.events import Event, EventType
from scoring.records import Recorded

# The web's customary session boundary, and DESIGN.md's word for it.
QUIET_ENDS_SESSION = timedelta(minutes=30)
# A page whose leaving was never seen (phone locked, script stopped) was still opened: a glance. Dated guess,
# 2026-11.
LEAST_DWELL_MS = 3_000
# Longer than two minutes on one piece is a tab left open as often as interest. Dated guess, 2026-11.
MOST_DWELL_MS = 120_000
# A collection is a shop window: what is looked at there counts half. Dated guess, 2026-11.
COLLECTION_COUNTS_AS = 0.5
# Nothing says more than what goes into the cart: as much as the longest look. Dated guess, 2026-11.
CART_COUNTS_AS_MS = MOST_DWELL_MS


@dataclass(frozen=True, slots=True)
class Session(Recorded):
    """The aggregate of one visit.

    `kinds` weighs each kind looked at, in milliseconds of attention (`attention_ms`). `prices` are the prices
    of the products viewed, one per product view, in minor units of the shop's own currency; prices in another
    currency are left out. `materials` weighs each family of metal and stone looked at as `kinds` does.
    `visit_days` are this customer's days of visiting in the shop's zone, this session's day included, oldest
    first; empty where consent is missing.
    """

    started_at: datetime
    last_at: datetime
    kinds: Mapping[str, int] = field(default_factory=dict)
    prices: tuple[int, ...] = ()
    views: int = 0
    events: int = 0
    carts: int = 0
    visit_days: tuple[date, ...] = ()
    analytics_allowed: bool = True
    preferences_allowed: bool = True
    currency: str = ""  # of `prices`; "" where unknown
    materials: Mapping[str, int] = field(default_factory=dict)


def split(events: Iterable[Event]) -> list[list[Event]]:
    """Part events into sessions at thirty minutes of quiet; each in order of time."""
    sessions: list[list[Event]] = []
    for event in sorted(events, key=_in_time):
        if sessions and event.at - sessions[-1][-1].at < QUIET_ENDS_SESSION:
            sessions[-1].append(event)
        else:
            sessions.append([event])
    return sessions


def fold(
    events: Iterable[Event],
    *,
    currency: str,
    zone: ZoneInfo,
    earlier_days: Iterable[date] = (),
    analytics_allowed: bool = True,
    preferences_allowed: bool = True,
) -> Session:
    """Fold the events of one visit, in whatever order they came, into what is kept of it.

    `currency` is the shop's own; `earlier_days` are the customer's earlier days of visiting. Without
    analytics consent nothing of what was looked at is kept.
    """
    ordered = sorted(events, key=_in_time)
    if not ordered:
        raise ValueError("a session has at least one event")
    seen = ordered if analytics_allowed else []
    day = local_day(ordered[0].at, zone)
    return Session(
        started_at=ordered[0].at,
        last_at=ordered[-1].at,
        kinds=_by_kind(seen),
        prices=tuple(_prices(seen, currency)),
        views=sum(event.type == "product_view" for event in seen),
        events=len(ordered),
        carts=sum(event.type == "cart_add" for event in seen),
        visit_days=tuple(sorted({*earlier_days, day})) if analytics_allowed else (),
        analytics_allowed=analytics_allowed,
        preferences_allowed=preferences_allowed,
        currency=currency,
        materials=_by_material(seen),
    )


def _in_time(event: Event) -> tuple[datetime, str, str, str, int, int, tuple[str, ...]]:
    """Order events by time, and equal times by what they say, so that arrival does not matter."""
    return (
        event.at,
        event.type,
        event.product_id or "",
        event.kind or "",
        event.price or 0,
        event.dwell_ms,
        event.materials,
    )


def attention_ms(seen: EventType, dwell_ms: int, *, continued: bool = False) -> int:
    """Answer how much an event says of interest in its kind, in milliseconds of looking at one piece.

    The deeper, the more: a cart above a piece above a collection above a glance. What is `continued` was
    counted as a glance when it began.
    """
    if seen == "cart_add":
        return CART_COUNTS_AS_MS
    if seen not in ("product_view", "collection_view"):
        return 0
    dwell = min(max(dwell_ms, 0 if continued else LEAST_DWELL_MS), MOST_DWELL_MS)
    return round(dwell * COLLECTION_COUNTS_AS) if seen == "collection_view" else dwell


def _by_kind(events: Iterable[Event]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for event in events:
        if event.kind and (attention := attention_ms(event.type, event.dwell_ms)):
            kinds[event.kind] = kinds.get(event.kind, 0) + attention
    return kinds


def _by_material(events: Iterable[Event]) -> dict[str, int]:
    materials: dict[str, int] = {}
    for event in events:
        if event.kind and (attention := attention_ms(event.type, event.dwell_ms)):
            for family in event.materials:
                materials[family] = materials.get(family, 0) + attention
    return materials


def _prices(events: Iterable[Event], currency: str) -> list[int]:
    return [
        event.price
        for event in events
        if event.type == "product_view" and event.price is not None and event.currency == currency
    ]
