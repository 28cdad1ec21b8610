"""Let go of what a shop has kept long enough."""

from __future__ import annotations

from datetime import datetime

from app.stores import retention
from app.stores.database import Database


def forget_old(database: Database, shop_id: int, *, now: datetime) -> dict[str, int]:
    """This function will enforce the times of app/domain/keeping.py: its names → how many went."""
    with database.shop(shop_id) as tx:
        return retention.forget_old(tx, now=now)
