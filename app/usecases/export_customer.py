"""Gather everything that is held on a customer, because she asked to see it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from app.stores import aliases, erasures, exports, personal, shops
from app.stores.database import Transaction
from app.stores.live import Live

# Shopify's requests have numbers of their own; the same one again is the same export. Drawn once, at random.
_OURS = UUID("5f0f3f5e-9a55-4c1a-9f3c-6c1f8f3f9d10")


def export_customer(
    tx: Transaction,
    live: Live,
    customer_id: str,
    *,
    email: str = "",
    request_id: str = "",
    asked_at: datetime,
    now: datetime,
) -> UUID:
    """This function will write down all that is held on a customer, for the merchant to hand over; its id.

    Known by her id, or by her address alone; where nothing is held the export says so. Raises
    redis.exceptions.RedisError where Redis is away; then nothing is done, and it must be asked again.
    """
    ids = whom(tx, customer_id, email)
    content: dict[str, Any] = dict(personal.gather(tx, ids))
    if visits := _visits(live, tx.shop_id, ids):
        content["live"] = visits
    export_id = uuid5(_OURS, f"{tx.shop_id}:{request_id or f'{customer_id}:{email.lower()}:{asked_at}'}")
    exports.write(tx, export_id, content, customer_id=customer_id, email=email, asked_at=asked_at, now=now)
    shops.count(tx, "data_requests", shops.read(tx).day(now))
    return export_id


def whom(tx: Transaction, customer_id: str, email: str) -> list[str]:
    """This function will list the ids under which a customer may be kept; none where she is not known."""
    found = {aliases.kept_id(tx, customer_id)} if customer_id else set()
    if email:
        found |= set(erasures.customers_with(tx, email))
    return sorted(found)


def _visits(live: Live, shop_id: int, ids: Collection[str]) -> list[dict[str, Any]]:
    """What Redis holds of the visit she is in, and the days she came: neither is in the record yet."""
    return [
        {
            "visit_days": [day.isoformat() for day in visit.session.visit_days],
            "began_at": visit.session.started_at.isoformat(),
            "kinds_looked_at_ms": dict(visit.session.kinds),
        }
        for customer_id in ids
        if (visit := live.session_of(shop_id, customer_id)) is not None
    ]
