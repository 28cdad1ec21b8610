"""A shopper's visit: what stays of its events once they are folded together.

Thirty minutes of quiet end a session. Raw events are not kept, here or anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

# The web's customary session boundary, and DESIGN.md's word for it.
QUIET_ENDS_SESSION = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Session:
    """The aggregate of one visit.

    `kinds` weighs each kind looked at by dwell in milliseconds (a view without dwell counts as
    `scoring.session.LEAST_DWELL_MS`, a view longer than `MOST_DWELL_MS` as that). `prices` are the prices of
    the products viewed, one per product view, in minor units of the shop's own currency; prices in another
    currency are left out. `visit_days` are this customer's days of visiting in the shop's zone, this session's
    day included, oldest first; empty where consent is missing.
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
