"""The bookings. That two of one advisor never overlap is a constraint here, whatever runs in parallel."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

from app.stores.customers import of_customer
from app.stores.database import shop_table

# The states in which a booking takes the advisor's time.
ACTIVE = ("booked", "completed", "no_show")

bookings = shop_table(
    "bookings",
    Column("booking_id", Uuid, nullable=False),
    Column("advisor_id", BigInteger, nullable=False),
    *of_customer(),
    Column("decision_id", Uuid),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    # From the buffer before to the buffer after, half-open.
    Column("busy", TSTZRANGE, nullable=False),
    Column("state", Text, nullable=False),  # booked | cancelled | completed | no_show
    Column("place", Text, nullable=False),  # shop | phone | video
    Column("zone", Text, nullable=False),  # the shopper's own, IANA
    Column("note", Text, nullable=False, server_default=""),
    Column("key", Text, nullable=False),  # the client's idempotency key
    Column("fingerprint", Text, nullable=False),  # of the request under that key
    Column("uid", Text, nullable=False),
    Column("sequence", Integer, nullable=False, server_default=text("0")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"]),
    UniqueConstraint("shop_id", "customer_id", "key"),
    Index(None, "shop_id", "customer_id"),
    # The embedded PostgreSQL ships no btree_gist, so the advisor's number is compared as a range of one.
    ExcludeConstraint(
        (text("int8range(advisor_id, advisor_id, '[]')"), "&&"),
        ("busy", "&&"),
        name="bookings_no_overlap",
        using="gist",
        where=text("state <> 'cancelled'"),
    ),
    key=("booking_id",),
)

briefs = shop_table(
    "briefs",
    Column("booking_id", Uuid, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    ForeignKey(["shop_id", "booking_id"], ["bookings.shop_id", "bookings.booking_id"], ondelete="CASCADE"),
    key=("booking_id",),
)

consultations = shop_table(
    "consultations",
    Column("booking_id", Uuid, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("stage", Text, nullable=False),
    # What was written down at each stage, by stage.
    Column("captured", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("outcome", Text),  # bought | will_decide | custom_piece | not_now | no_show
    Column("minutes", Integer),
    Column("closed_at", DateTime(timezone=True)),
    ForeignKey(["shop_id", "booking_id"], ["bookings.shop_id", "bookings.booking_id"], ondelete="CASCADE"),
    key=("booking_id",),
)
