"""The order history."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Text, text
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import JSONB

from app.stores.customers import of_customer
from app.stores.database import shop_table

orders = shop_table(
    "orders",
    Column("order_id", Text, nullable=False),
    *of_customer(nullable=True),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    Column("currency", Text, nullable=False),
    # "counted", or the reason why it does not count: scoring.relationship.Order
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("staff", Text, nullable=False, server_default=""),
    # An open return, a refund under way, a payment that failed: no invitation while it lasts.
    Column("problem", Boolean, nullable=False, server_default=text("false")),
    # Shopify's own updated_at: an older delivery never overwrites a newer one.
    Column("updated_at", DateTime(timezone=True)),
    Index(None, "shop_id", "customer_id", "ordered_at"),
    key=("order_id",),
)

order_lines = shop_table(
    "order_lines",
    Column("order_id", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("product_id", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("product_type", Text, nullable=False, server_default=""),
    Column("tags", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # One of scoring.kinds.KINDS; null where the mapper could not place it: reported, never guessed.
    Column("kind", Text),
    Column("price", BigInteger, nullable=False),  # one unit, minor units of the order's currency
    Column("quantity", Integer, nullable=False),
    Column("engraving", Text, nullable=False, server_default=""),
    ForeignKey(
        ["shop_id", "order_id"],
        ["orders.shop_id", "orders.order_id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    key=("order_id", "line"),
)
