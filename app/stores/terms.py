"""The house's own terms for its consultations, in versions that are only ever added."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.domain.upgrades import HouseTerms
from app.stores.database import Transaction, shop_table

house_terms = shop_table(
    "house_terms",
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    key=("version",),
)


def read(tx: Transaction) -> HouseTerms:
    """This function will read the terms in force; a house that has said nothing has the defaults."""
    statement = select(house_terms.c.content).where(house_terms.c.shop_id == tx.shop_id)
    newest = statement.order_by(house_terms.c.version.desc()).limit(1)
    content = tx.execute(newest).scalar_one_or_none()
    return HouseTerms.from_record(content) if content is not None else HouseTerms()


def add(tx: Transaction, terms: HouseTerms, *, by: str) -> bool:
    """This function will put terms in force as their version; False where another has that number already."""
    row = {"version": terms.version, "content": terms.to_record(), "created_by": by}
    statement = insert(house_terms).values(shop_id=tx.shop_id, **row).on_conflict_do_nothing()
    return bool(tx.execute(statement).rowcount)
