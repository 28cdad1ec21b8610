"""One customer under two ids: the id that went with a merge, and the one that stayed.

A word about an id can be late by hours. Whoever works on one shares a lock on the id, whoever merges or
erases takes it alone: neither can happen in the middle of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Column, Index, Text, func, select
from sqlalchemy.dialects.postgresql import insert

from app.stores.customers import of_customer
from app.stores.database import Transaction, among, shop_table

aliases = shop_table(
    "aliases",
    Column("alias", Text, nullable=False),
    *of_customer(),
    Index(None, "shop_id", "customer_id"),
    key=("alias",),
)


def kept_id(tx: Transaction, customer_id: str) -> str:
    """This function will say under which id a customer is kept, and keep that so until the end."""
    _lock(tx, customer_id, "pg_advisory_xact_lock_shared")
    where = (aliases.c.shop_id == tx.shop_id, aliases.c.alias == customer_id)
    kept: str | None = tx.execute(select(aliases.c.customer_id).where(*where)).scalar_one_or_none()
    return kept or customer_id


def kept_among(tx: Transaction, customer_ids: Sequence[str]) -> dict[str, str]:
    """This function will say of many ids which went with a merge: id → the one she is kept under."""
    where = (aliases.c.shop_id == tx.shop_id, among(aliases.c.alias, customer_ids))
    return dict(tx.execute(select(aliases.c.alias, aliases.c.customer_id).where(*where)).all())


def hold(tx: Transaction, customer_ids: Collection[str]) -> None:
    """This function will wait for whoever works on these ids, and let nobody begin until the end."""
    for customer_id in sorted(customer_ids):  # always in this order, so that no two wait for each other
        _lock(tx, customer_id, "pg_advisory_xact_lock")


def put(tx: Transaction, alias: str, customer_id: str) -> None:
    """This function will remember that a customer is kept under another id from now on."""
    row = insert(aliases).values(shop_id=tx.shop_id, alias=alias, customer_id=customer_id)
    said = {"customer_id": row.excluded.customer_id}
    tx.execute(row.on_conflict_do_update(index_elements=["shop_id", "alias"], set_=said))


def of(tx: Transaction, customer_id: str) -> list[str]:
    """This function will list the ids a customer had before."""
    where = (aliases.c.shop_id == tx.shop_id, aliases.c.customer_id == customer_id)
    return list(tx.execute(select(aliases.c.alias).where(*where).order_by(aliases.c.alias)).scalars())


def _lock(tx: Transaction, customer_id: str, function: str) -> None:
    # Another customer whose hash is the same waits a moment longer than she must; nothing else comes of it.
    key = func.hashtextextended(f"{tx.shop_id}:{customer_id}", 0)
    tx.execute(select(getattr(func, function)(key)))
