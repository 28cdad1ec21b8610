"""Every decision, with the record it can be replayed from, and what became of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.stores.customers import customers  # noqa: F401 - the foreign key below names it
from app.stores.database import shop_table

decisions = shop_table(
    "decisions",
    Column("decision_id", Uuid, nullable=False),
    # No foreign key: an erased customer leaves a decision without name, record or session; counts stay.
    Column("customer_id", Text),
    Column("session_id", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("day", Date, nullable=False),  # the visit's day in the shop's zone
    Column("verdict", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("strength", Text, nullable=False),
    Column("probability", Float),
    # Would have been invited, whichever arm she is in: the denominator of the pilot.
    Column("eligible", Boolean, nullable=False),
    Column("held_out", Boolean, nullable=False),
    Column("advisor_id", BigInteger),
    Column("record", JSONB),
    Column("seen_at", DateTime(timezone=True)),
    Column("answer", Text),  # accepted | not_now | never
    Column("answered_at", DateTime(timezone=True)),
    UniqueConstraint("shop_id", "session_id"),
    Index(None, "shop_id", "at"),
    Index(None, "shop_id", "customer_id", "day"),
    key=("decision_id",),
)
