"""Sessions that have ended: what was decided about them is kept."""

from __future__ import annotations

from app.stores import shops
from app.usecases.record_session import record_ended_session
from jobs.worker import services
from scoring.session import QUIET_ENDS_SESSION


def sweep() -> int:
    """This function will record every session that thirty minutes of quiet have ended, and count them."""
    parts, now = services(), services().clock()
    recorded, known = 0, set(parts.database.shop_ids())
    for shop_id, customer_id in parts.live.quiet_since(now - QUIET_ENDS_SESSION):
        if shop_id not in known:  # forgotten, with all that is its own; others' sessions go on
            parts.live.erase(shop_id, customer_id)
            continue
        with parts.database.shop(shop_id) as tx:
            domain = shops.read(tx).domain
        house = parts.houses.of(domain, now=now)
        if house is not None:
            recorded += record_ended_session(parts.database, parts.live, house, customer_id, now=now)
    return recorded
