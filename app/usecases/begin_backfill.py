"""Begin to take a shop's history in from Shopify: at install, when more of it may be read, or on request."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.queue import Queue
from app.stores import backfills, shops
from app.stores.database import Transaction

# With it an app may read orders older than sixty days (facts/shopify.md).
ALL_ORDERS = "read_all_orders"


def begin_backfill(tx: Transaction, queue: Queue, *, now: datetime) -> bool:
    """This function will begin a shop's history anew; False where it is under way already.

    Until the first one is in, the record is partial, and says so wherever tenure is shown.
    """
    if not backfills.read(tx):
        shops.mark_history(tx, partial=True)
    begun = backfills.begin(tx, now=now)
    for kind in begun:
        tx.after_commit(lambda kind=kind: queue.ask("jobs.backfill.work_on", tx.shop_id, kind))  # type: ignore[misc]  # a default binds the loop's value
    return bool(begun)


def ensure_backfill(tx: Transaction, queue: Queue, scopes: Collection[str], *, now: datetime) -> bool:
    """This function will begin a history that is missing, that stopped, or that can be read further back now.

    `scopes` are those granted to us. It may be called at every opening of the admin: mostly it does nothing.
    """
    history = backfills.read(tx)
    is_missing = not history or any(row.state == "failed" for row in history.values())
    reaches_further = ALL_ORDERS in scopes and any(
        row.state == "done" and not row.all_orders for row in history.values()
    )
    return (is_missing or reaches_further) and begin_backfill(tx, queue, now=now)
