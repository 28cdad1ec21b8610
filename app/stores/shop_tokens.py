"""Each shop's pair of tokens, sealed; the row is what a renewal works on, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import Column, DateTime, Text, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.stores.database import Transaction, shop_table

shop_tokens = shop_table(
    "shop_tokens",
    # Access and renewing token in one sealed text, so that a pair is written whole or not at all.
    Column("sealed", Text, nullable=False),
    Column("access_until", DateTime(timezone=True), nullable=False),
    Column("refresh_until", DateTime(timezone=True), nullable=False),
    Column("scopes", Text, nullable=False),
    # Set once Shopify will not renew the pair: the next opening of the admin brings a new one.
    Column("refused_at", DateTime(timezone=True)),
    # When the shop told its name, zone and currency; null until it has.
    Column("described_at", DateTime(timezone=True)),
    Column("saved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    key=(),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair as it is kept; instants are UTC and real time."""

    sealed: str = field(repr=False)
    access_until: datetime
    refresh_until: datetime
    scopes: str
    refused_at: datetime | None = None
    described_at: datetime | None = None


def lock(tx: Transaction) -> None:
    """This function will wait until nobody else gets tokens for this shop; the commit gives way again."""
    tx.execute(text("select pg_advisory_xact_lock(hashtextextended('shop_tokens', :shop))"), _key(tx))


def try_lock(tx: Transaction) -> bool:
    """This function will lock as `lock` does, or say at once that somebody else has it."""
    taken = text("select pg_try_advisory_xact_lock(hashtextextended('shop_tokens', :shop))")
    return bool(tx.execute(taken, _key(tx)).scalar_one())


def _key(tx: Transaction) -> dict[str, int]:
    return {"shop": tx.shop_id}


def read(tx: Transaction) -> Kept | None:
    """This function will read the shop's pair; None where it has none yet."""
    columns = [shop_tokens.c[each.name] for each in fields(Kept)]
    row = tx.execute(select(*columns).where(shop_tokens.c.shop_id == tx.shop_id)).one_or_none()
    return Kept(*row) if row else None


def save(
    tx: Transaction,
    *,
    sealed: str,
    access_until: datetime,
    refresh_until: datetime,
    scopes: str,
    now: datetime,
) -> None:
    """This function will keep a new pair in place of the one before; what was refused is so no more."""
    pair = {"sealed": sealed, "access_until": access_until, "refresh_until": refresh_until, "scopes": scopes}
    kept = {**pair, "saved_at": now, "refused_at": None}
    statement = insert(shop_tokens).values(shop_id=tx.shop_id, **kept)
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id"], set_=kept))


def replace_seal(tx: Transaction, sealed: str) -> None:
    """This function will keep the same pair, sealed with another key."""
    tx.execute(update(shop_tokens).where(shop_tokens.c.shop_id == tx.shop_id).values(sealed=sealed))


def refuse(tx: Transaction, at: datetime) -> None:
    """This function will record that the pair is worth nothing until somebody opens the admin."""
    tx.execute(update(shop_tokens).where(shop_tokens.c.shop_id == tx.shop_id).values(refused_at=at))


def mark_described(tx: Transaction, at: datetime) -> None:
    """This function will record that the shop has told its name, zone and currency."""
    tx.execute(update(shop_tokens).where(shop_tokens.c.shop_id == tx.shop_id).values(described_at=at))


def forget(tx: Transaction) -> None:
    """This function will remove the pair: Shopify has, the moment the app was removed."""
    tx.execute(delete(shop_tokens).where(shop_tokens.c.shop_id == tx.shop_id))
