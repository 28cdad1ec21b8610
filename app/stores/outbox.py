"""Letters to send: written in the transaction that owes them, sent by whoever holds the lease."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, Text, Uuid, func, text

from app.stores.customers import of_customer
from app.stores.database import shop_table

outbox = shop_table(
    "outbox",
    Column("message_id", Uuid, nullable=False),
    # Whose erasure removes the letter, whoever it is addressed to.
    *of_customer(nullable=True),
    Column("booking_id", Uuid),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text, nullable=False, server_default=""),
    Column("ics", Text, nullable=False, server_default=""),
    Column("ics_method", Text, nullable=False, server_default=""),
    # ready → sending → sent; "uncertain" where the server took the letter and its answer never came
    Column("state", Text, nullable=False, server_default="ready"),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("leased_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("sent_at", DateTime(timezone=True)),
    Column("failure", Text, nullable=False, server_default=""),
    Index("outbox_waiting_idx", "shop_id", "due_at", postgresql_where=text("state in ('ready', 'sending')")),
    key=("message_id",),
)
