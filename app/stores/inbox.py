"""Webhooks as they came: acknowledged once they are here, worked on from here, by whoever holds the lease."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, Text, func, text

from app.stores.database import shop_table

inbox = shop_table(
    "inbox",
    Column("webhook_id", Text, nullable=False),  # one per delivery, the same on its retries
    Column("topic", Text, nullable=False),
    # The body as it came; emptied once worked on, so that nothing personal stays here.
    Column("body", Text, nullable=False),
    Column("triggered_at", DateTime(timezone=True)),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("leased_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done_at", DateTime(timezone=True)),
    Column("failure", Text, nullable=False, server_default=""),
    Index("inbox_waiting_idx", "shop_id", "received_at", postgresql_where=text("done_at is null")),
    key=("webhook_id",),
)
