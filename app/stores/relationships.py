"""Where each relationship stands: who leads it, whether it rests, and its latest snapshot."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from app.stores.customers import of_customer
from app.stores.database import shop_table

relationships = shop_table(
    "relationships",
    *of_customer(),
    Column("version", Integer, nullable=False),
    # scoring.relationship.Relationship as a record; null while the customer has no counted order
    Column("snapshot", JSONB),
    Column("lead_advisor_id", BigInteger),
    Column("lead_reason", Text, nullable=False, server_default=""),
    Column("lead_by_hand", Boolean, nullable=False, server_default=text("false")),
    Column("stopped", Boolean, nullable=False, server_default=text("false")),
    Column("dismissals", Integer, nullable=False, server_default=text("0")),
    Column("rest_until", DateTime(timezone=True)),
    Column("offered_at", DateTime(timezone=True)),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "shop_id", "lead_advisor_id"),
    key=("customer_id",),
)
