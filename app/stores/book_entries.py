"""What a client book says of a client beyond dates and notes: sizes, taste, wishes, tags, partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, Text, Uuid, select

from app.domain.captures import Capture
from app.stores.customers import of_customer
from app.stores.database import Transaction, shop_table

book_entries = shop_table(
    "book_entries",
    Column("entry_id", Uuid, nullable=False),
    *of_customer(),
    Column("kind", Text, nullable=False),  # size | metal | stone | wish | tag | partner
    Column("about", Text, nullable=False, server_default=""),  # of a size: Ring | Bracelet | Necklace
    Column("what", Text, nullable=False),
    Column("said_at", DateTime(timezone=True), nullable=False),  # when the book was brought
    Index(None, "shop_id", "customer_id"),
    key=("entry_id",),
)


def captures_of(tx: Transaction, customer_id: str) -> list[Capture]:
    """This function will give sizes, wishes and her partner as if they had been noted down with one tap."""
    return [found for row in _rows(tx, customer_id) if (found := _capture(row)) is not None]


def _capture(row: Any) -> Capture | None:
    if row.kind == "size":
        return Capture("size", row.what, row.said_at, details={"of": row.about})
    if row.kind == "wish":
        return Capture("liked", row.what, row.said_at)
    if row.kind == "partner":
        return Capture("person", "", row.said_at, person=row.what, details={"relation": "partner"})
    return None


def told_of(tx: Transaction, customer_id: str) -> tuple[str, datetime] | None:
    """This function will say in a sentence what she likes and how she is tagged, and since when."""
    rows = [row for row in _rows(tx, customer_id) if row.kind in ("metal", "stone", "tag")]
    if not rows:
        return None
    likes = [row.what for row in rows if row.kind != "tag"]
    tags = [row.what for row in rows if row.kind == "tag"]
    said = [f"likes {_joined(likes)}"] if likes else []
    said += [f"tagged {_joined(tags)}"] if tags else []
    return f"From the client book: {'; '.join(said)}.", max(row.said_at for row in rows)


def _joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _rows(tx: Transaction, customer_id: str) -> list[Any]:
    where = (book_entries.c.shop_id == tx.shop_id, book_entries.c.customer_id == customer_id)
    by = (book_entries.c.said_at, book_entries.c.kind, book_entries.c.what)
    return list(tx.execute(select(book_entries).where(*where).order_by(*by)))
