"""What Shopify says that means work for us: a bulk operation has ended, more may be read than before."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.queue import Queue
from app.stores.database import Transaction
from app.usecases.begin_backfill import ensure_backfill
from app.usecases.hear_bulk_operation import hear_bulk_operation
from webhooks.payload import read


class BulkOperationPayload(msgspec.Struct):
    """A bulk operation that has ended, well or not."""

    admin_graphql_api_id: str | None = None


class ScopesPayload(msgspec.Struct):
    """What we may do from now on."""

    current: list[str] | None = None


def bulk_finished(
    tx: Transaction, queue: Queue, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in bulk_operations/finish; whoever misses it finds out by asking."""
    told = read(BulkOperationPayload, body)
    hear_bulk_operation(tx, queue, {"admin_graphql_api_id": told.admin_graphql_api_id}, now=now)


def scopes_changed(
    tx: Transaction, queue: Queue, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in app/scopes_update: allowed to read further back, we do."""
    ensure_backfill(tx, queue, read(ScopesPayload, body).current or (), now=now)
