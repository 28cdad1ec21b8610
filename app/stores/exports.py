"""What a customer asked to see: all that is held on her, for the merchant to hand over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Text, Uuid, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.database import Transaction, shop_table

exports = shop_table(
    "exports",
    Column("export_id", Uuid, nullable=False),
    # No foreign key: a request may come for somebody we hold nothing of. Erasures know it by id and address.
    Column("customer_id", Text),
    Column("email", Text, nullable=False, server_default=""),  # in small letters
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("content", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("handed_over_at", DateTime(timezone=True)),
    Index(None, "shop_id", "customer_id"),
    key=("export_id",),
)


@dataclass(frozen=True, slots=True)
class Export:
    """An export; `content` maps a table's name to its rows, and "live" to what Redis holds."""

    export_id: UUID
    customer_id: str | None
    email: str
    asked_at: datetime
    written_at: datetime
    content: Mapping[str, Any]
    opened_at: datetime | None
    handed_over_at: datetime | None


_FIELDS = tuple(exports.c[name] for name in Export.__dataclass_fields__)


def write(
    tx: Transaction,
    export_id: UUID,
    content: Mapping[str, Any],
    *,
    customer_id: str,
    email: str,
    asked_at: datetime,
    now: datetime,
) -> None:
    """This function will keep an export; the same request again replaces what was gathered."""
    row = {"written_at": now, "content": content}
    her = {"customer_id": customer_id or None, "email": email.lower(), "asked_at": asked_at}
    statement = insert(exports).values(shop_id=tx.shop_id, export_id=export_id, **her, **row)
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id", "export_id"], set_=row))


def every(tx: Transaction) -> list[Export]:
    """This function will list the exports that are kept, the newest request first."""
    statement = select(*_FIELDS).where(exports.c.shop_id == tx.shop_id)
    return [Export(*row) for row in tx.execute(statement.order_by(exports.c.asked_at.desc()))]


def waiting(tx: Transaction) -> list[datetime]:
    """This function will list when the requests were made that nobody has answered yet, the oldest first."""
    open_ones = (exports.c.shop_id == tx.shop_id, exports.c.handed_over_at.is_(None))
    statement = select(exports.c.asked_at).where(*open_ones).order_by(exports.c.asked_at)
    return list(tx.execute(statement).scalars())


def open_one(tx: Transaction, export_id: UUID, *, now: datetime) -> Export | None:
    """This function will read an export, or None, and note when it was first read."""
    _mark(tx, export_id, exports.c.opened_at, now)
    where = (exports.c.shop_id == tx.shop_id, exports.c.export_id == export_id)
    row = tx.execute(select(*_FIELDS).where(*where)).one_or_none()
    return Export(*row) if row is not None else None


def hand_over(tx: Transaction, export_id: UUID, *, now: datetime) -> None:
    """This function will note that the merchant has given it to her."""
    _mark(tx, export_id, exports.c.handed_over_at, now)


def _mark(tx: Transaction, export_id: UUID, column: Column[datetime], now: datetime) -> None:
    its = (exports.c.shop_id == tx.shop_id, exports.c.export_id == export_id)
    tx.execute(update(exports).where(*its, column.is_(None)).values({column.name: now}))


def remove(tx: Transaction, customer_ids: Collection[str], emails: Collection[str]) -> None:
    """This function will delete the exports of a customer, known by ids and addresses in small letters."""
    hers = or_(exports.c.customer_id.in_(customer_ids), func.lower(exports.c.email).in_(emails))
    tx.execute(delete(exports).where(exports.c.shop_id == tx.shop_id, hers))
