"""Where a customer stands in the record: read off the tables, so that a new one is not forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, select

from app.stores.database import Transaction, metadata

# Theirs is only a digest, only what has not been read yet, or what is gathered here.
NOT_GATHERED = frozenset({"erasures", "inbox", "exports"})
# How a shop works inside, and nothing of hers.
_INSIDE = ("shop_id", "busy", "fingerprint", "key", "leased_until", "other_id")


def tables() -> list[Table]:
    """This function will list the tables that can speak of a customer: by her id, or by a row that does."""
    named = {table.name for table in metadata.tables.values() if "customer_id" in table.c}
    while True:
        hanging = {
            table.name
            for table in metadata.tables.values()
            if any(key.column.table.name in named - {"customers"} for key in table.foreign_keys)
        }
        if hanging <= named:
            break
        named |= hanging
    return [table for table in metadata.sorted_tables if table.name in named - NOT_GATHERED]


def gather(tx: Transaction, customer_ids: Collection[str]) -> dict[str, list[Mapping[str, Any]]]:
    """This function will read every row of a customer: table → rows, as JSON, where there are any."""
    found = {table.name: list(tx.execute(_rows(tx, table, customer_ids)).scalars()) for table in tables()}
    return {name: rows for name, rows in found.items() if rows}


def _rows(tx: Transaction, table: Table, customer_ids: Collection[str]) -> Select[Any]:
    record: Any = func.to_jsonb(table.table_valued())
    for column in _INSIDE:
        record = record - column
    statement = select(record).where(table.c.shop_id == tx.shop_id)
    if "customer_id" in table.c:
        hers: ColumnElement[bool] = table.c.customer_id.in_(customer_ids)
        if table.name == "outbox":  # a letter to an advisor names the booking alone
            bookings = metadata.tables["bookings"]
            own = select(bookings.c.booking_id).where(
                bookings.c.shop_id == tx.shop_id, bookings.c.customer_id.in_(customer_ids)
            )
            hers = hers | table.c.booking_id.in_(own)
        return statement.where(hers)
    return statement.where(_belongs_to(tx, table, customer_ids))


def _belongs_to(tx: Transaction, table: Table, customer_ids: Collection[str]) -> Any:
    """Whether a row hangs on one of hers: a line on its order, a brief on its booking."""
    for constraint in table.foreign_key_constraints:
        parent = constraint.referred_table
        if "customer_id" in parent.c and parent.name != "customers":
            pairs = ((key.parent, key.column) for key in constraint.elements)
            hers = (parent.c.shop_id == tx.shop_id, parent.c.customer_id.in_(customer_ids))
            return select(parent.c.shop_id).where(*hers, and_(*(a == b for a, b in pairs))).exists()
    raise NotImplementedError(f"{table.name} hangs on a customer by more than one step")
