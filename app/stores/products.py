"""What the shop sells: the words of each product and the kind they make it, known by its id.

An order line and a page view may name a product by its id alone; here is what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Text, and_, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.database import Transaction, among, shop_table
from app.stores.orders import order_lines, orders

products = shop_table(
    "products",
    Column("product_id", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("product_type", Text, nullable=False, server_default=""),
    Column("tags", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # One of scoring.kinds.KINDS, read from the words; null where the mapper could not place it.
    Column("kind", Text),
    # Ids are never given twice: what is gone stays gone, whatever word about it comes late. It is kept,
    # because orders of it are.
    Column("gone", Boolean, nullable=False, server_default=text("false")),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    key=("product_id",),
)

UNSAID = datetime(1970, 1, 1, tzinfo=UTC)  # before any word of Shopify's


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the shop describes it; `kind` is what the mapper makes of the words, None for nothing."""

    product_id: str
    title: str
    product_type: str
    tags: Sequence[str]
    kind: str | None


_FIELDS = tuple(products.c[name] for name in Product.__dataclass_fields__)


def put(tx: Transaction, product: Product, *, updated_at: datetime) -> bool:
    """This function will keep a product; False where a later word on it is known."""
    row = {name: getattr(product, name) for name in ("title", "product_type", "tags", "kind")}
    row |= {"tags": list(product.tags), "updated_at": updated_at}
    statement = insert(products).values(shop_id=tx.shop_id, product_id=product.product_id, **row)
    known, said = products.c, statement.excluded
    # Of two words of the same instant the one that sorts last stands, in whatever order they come.
    same = and_(said.updated_at == known.updated_at, said.title >= known.title)
    later = or_(said.updated_at > known.updated_at, same)
    written = statement.on_conflict_do_update(
        index_elements=["shop_id", "product_id"], set_=row, where=later
    ).returning(products.c.product_id)
    return tx.execute(written).one_or_none() is not None


def mark_gone(tx: Transaction, product_id: str) -> None:
    """This function will note that the shop no longer has a product; what it was may still be said."""
    row = insert(products).values(shop_id=tx.shop_id, product_id=product_id, gone=True, updated_at=UNSAID)
    tx.execute(row.on_conflict_do_update(index_elements=["shop_id", "product_id"], set_={"gone": True}))


def read(tx: Transaction, product_ids: Collection[str]) -> dict[str, Product]:
    """This function will read products by their ids; one that is not known is not in the answer."""
    where = (products.c.shop_id == tx.shop_id, among(products.c.product_id, product_ids))
    rows = tx.execute(select(*_FIELDS).where(*where)) if product_ids else ()
    return {row.product_id: Product(*row) for row in rows}


def for_sale(tx: Transaction) -> list[Product]:
    """This function will list what the shop has now."""
    where = (products.c.shop_id == tx.shop_id, products.c.gone.is_(False))
    return [Product(*row) for row in tx.execute(select(*_FIELDS).where(*where))]


def spell_lines(tx: Transaction, product: Product, kind: str | None) -> list[str]:
    """This function will give every line of a product its words and its kind, and list whose orders changed.

    Without a kind (None) a line keeps the one it has.
    """
    row: dict[str, Any] = {"product_type": product.product_type, "tags": list(product.tags)}
    row |= {"kind": kind} if kind is not None else {}
    its = (order_lines.c.shop_id == tx.shop_id, order_lines.c.product_id == product.product_id)
    differs = or_(*(order_lines.c[name].is_distinct_from(value) for name, value in row.items()))
    changed = update(order_lines).where(*its, differs).values(**row).returning(order_lines.c.order_id)
    order_ids = set(tx.execute(changed).scalars())
    whose = (orders.c.shop_id == tx.shop_id, among(orders.c.order_id, order_ids))
    named = orders.c.customer_id.is_not(None)
    return list(tx.execute(select(orders.c.customer_id).distinct().where(*whose, named)).scalars())
