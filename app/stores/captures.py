"""What was noted down during consultations, one row each, and nothing twice however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, Text, Uuid, and_, select, text, update
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.domain.captures import Capture
from app.stores.bookings import bookings
from app.stores.database import Transaction, shop_table

captures = shop_table(
    "captures",
    # The device's own key for it: what is sent again is known again.
    Column("capture_id", Uuid, nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),  # app.domain.captures.CaptureKind
    Column("what", Text, nullable=False, server_default=""),
    Column("person", Text, nullable=False, server_default=""),
    Column("product_id", Text, nullable=False, server_default=""),
    Column("details", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("advisor_id", BigInteger, nullable=False),
    # When it was noted down, and when it reached us: with the network away these are hours apart.
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
    Column("taken_back_at", DateTime(timezone=True)),
    # When a date or an aside went into the client's record.
    Column("settled_at", DateTime(timezone=True)),
    ForeignKey(["shop_id", "booking_id"], ["bookings.shop_id", "bookings.booking_id"], ondelete="CASCADE"),
    Index(None, "shop_id", "booking_id"),
    key=("capture_id",),
)


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """A capture with its key."""

    capture_id: UUID
    capture: Capture


def keep(
    tx: Transaction,
    booking_id: UUID,
    capture_id: UUID,
    capture: Capture,
    *,
    advisor_id: int,
    now: datetime,
) -> None:
    """This function will keep what was noted down, once."""
    row: Mapping[str, Any] = {
        **{name: getattr(capture, name) for name in ("kind", "what", "person", "product_id", "at")},
        "details": dict(capture.details),
        "advisor_id": advisor_id,
        "kept_at": now,
    }
    statement = insert(captures).values(
        shop_id=tx.shop_id, capture_id=capture_id, booking_id=booking_id, **row
    )
    tx.execute(statement.on_conflict_do_nothing(index_elements=["shop_id", "capture_id"]))


def take_back(tx: Transaction, booking_id: UUID, capture_id: UUID, *, at: datetime) -> None:
    """This function will take back what was noted down by mistake; the row stays, and counts no more."""
    own = (captures.c.shop_id == tx.shop_id, captures.c.booking_id == booking_id)
    its = (captures.c.capture_id == capture_id, captures.c.taken_back_at.is_(None))
    tx.execute(update(captures).where(*own, *its).values(taken_back_at=at))


def of_booking(tx: Transaction, booking_id: UUID) -> list[KeptCapture]:
    """This function will list what was noted down in a consultation, in the order it was."""
    where = (captures.c.shop_id == tx.shop_id, captures.c.booking_id == booking_id)
    rows = tx.execute(select(captures).where(*where, _STANDS).order_by(captures.c.at, captures.c.capture_id))
    return [KeptCapture(row.capture_id, _capture(row)) for row in rows]


def of_customer(tx: Transaction, customer_id: str) -> list[Capture]:
    """This function will list what was ever noted down of a client, oldest first."""
    hers = and_(bookings.c.shop_id == captures.c.shop_id, bookings.c.booking_id == captures.c.booking_id)
    statement = (
        select(captures)
        .select_from(captures.join(bookings, hers))
        .where(captures.c.shop_id == tx.shop_id, bookings.c.customer_id == customer_id, _STANDS)
    )
    return [_capture(row) for row in tx.execute(statement.order_by(captures.c.at, captures.c.capture_id))]


def settle(tx: Transaction, booking_id: UUID, *, now: datetime) -> list[Capture]:
    """This function will mark dates and asides as gone into the record, and give those that were not yet."""
    where = (captures.c.shop_id == tx.shop_id, captures.c.booking_id == booking_id, _STANDS)
    open_ones = (captures.c.kind.in_(("date", "aside")), captures.c.settled_at.is_(None))
    marked = update(captures).where(*where, *open_ones).values(settled_at=now).returning(captures)
    return sorted((_capture(row) for row in tx.execute(marked)), key=lambda capture: capture.at)


_STANDS = captures.c.taken_back_at.is_(None)


def _capture(row: Any) -> Capture:
    return Capture(row.kind, row.what, row.at, row.person, row.product_id, row.details)
