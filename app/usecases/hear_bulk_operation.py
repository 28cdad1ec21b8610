"""Hear that Shopify has finished gathering."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.queue import Queue
from app.stores import backfills
from app.stores.database import Transaction


def hear_bulk_operation(tx: Transaction, queue: Queue, payload: Mapping[str, Any], *, now: datetime) -> bool:
    """This function will take up a backfill whose operation has ended; False where it is none of ours.

    `payload` is the body of bulk_operations/finish. It is a hint alone: what became of the operation is asked
    of Shopify itself, and whoever does not hear it finds out by asking.
    """
    kind = backfills.wake(tx, str(payload.get("admin_graphql_api_id") or ""))
    if kind is None:
        return False
    tx.after_commit(lambda: queue.ask("jobs.backfill.work_on", tx.shop_id, kind))
    return True
