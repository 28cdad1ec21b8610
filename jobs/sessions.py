"""Sessions that have ended: what was decided about them is kept."""

from __future__ import annotations

from app.stores import shops
from app.usecases.record_session import record_ended_session
from jobs.each_shop import apart
from jobs.worker import services
from scoring.session import QUIET_ENDS_SESSION


def sweep() -> int:
    """This function will record every session that thirty minutes of quiet have ended, and count them.

    Each for itself: they come oldest first, and what Redis holds of the others ends three hours after them.
    """
    parts = services()
    known = set(parts.database.shop_ids())
    quiet = parts.live.quiet_since(parts.clock() - QUIET_ENDS_SESSION)
    return sum(apart(_record if shop_id in known else _forget, shop_id, who) for shop_id, who in quiet)


def _record(shop_id: int, customer_id: str) -> int:
    parts = services()
    now = parts.clock()
    with parts.database.shop(shop_id) as tx:
        domain = shops.read(tx).domain
    house = parts.houses.of(domain, now=now)
    return record_ended_session(parts.database, parts.live, house, customer_id, now=now) if house else 0


def _forget(shop_id: int, customer_id: str) -> int:
    """The shop is forgotten, with all that is its own."""
    services().live.erase(shop_id, customer_id)
    return 0
