"""What a house says of itself in versions: only added, never changed, the newest in force."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Integer, Table, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.database import Transaction, shop_table


def versions(name: str) -> Table:
    """This function will define a table of versions of one thing."""
    return shop_table(
        name,
        Column("version", Integer, nullable=False),
        Column("content", JSONB, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        key=("version",),
    )


def newest(tx: Transaction, table: Table) -> dict[str, Any] | None:
    """This function will read the content in force; None where the house has not said anything yet."""
    said = select(table.c.content).where(table.c.shop_id == tx.shop_id)
    found: dict[str, Any] | None = tx.execute(
        said.order_by(table.c.version.desc()).limit(1)
    ).scalar_one_or_none()
    return found


def add(tx: Transaction, table: Table, content: dict[str, Any], *, by: str) -> bool:
    """This function will put content in force as its version; False where that number is taken already."""
    row = {"version": content["version"], "content": content, "created_by": by}
    statement = insert(table).values(shop_id=tx.shop_id, **row).on_conflict_do_nothing()
    return bool(tx.execute(statement).rowcount)
