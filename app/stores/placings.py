"""Where a merchant placed what the mapper could not: a product's type or title, and a kind of piece."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, DateTime, Table, Text, delete, func, null, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.stores.database import Transaction, shop_table

placings: Table = shop_table(
    "placings",
    # A product's type or title, as scoring.kinds.pattern_of spells it, and as it was last read.
    Column("pattern", Text, nullable=False),
    Column("name", Text, nullable=False),
    # One of scoring.kinds.KINDS; null once it was taken back and the orders have not heard of it yet.
    Column("kind", Text),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Null while lines on record may still say otherwise: the row is the job's work.
    Column("applied_at", DateTime(timezone=True)),
    key=("pattern",),
)


@dataclass(frozen=True, slots=True)
class Placing:
    """A product's type or title with the kind it was given; `kind` is None where it was taken back."""

    pattern: str
    name: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """A product as order lines spell it, with the kind they carry (None: not placed)."""

    title: str
    product_type: str
    tags: Sequence[str]
    kind: str | None


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold of a product that has no kind: lines, and minor units of the shop's currency."""

    title: str
    product_type: str
    lines: int
    revenue: int


def read(tx: Transaction) -> dict[str, str]:
    """This function will read the placings in force: pattern → kind."""
    return {placing.pattern: placing.kind for placing in in_force(tx) if placing.kind is not None}


def in_force(tx: Transaction) -> list[Placing]:
    """This function will list the placings in force by name."""
    p = placings.c
    where = (p.shop_id == tx.shop_id, p.kind.is_not(None))
    return [Placing(*row) for row in tx.execute(_columns().where(*where).order_by(p.name, p.pattern))]


def waiting(tx: Transaction) -> list[Placing]:
    """This function will list the placings that the orders on record have not heard of yet."""
    where = (placings.c.shop_id == tx.shop_id, placings.c.applied_at.is_(None))
    return [Placing(*row) for row in tx.execute(_columns().where(*where).order_by(placings.c.pattern))]


def _columns() -> Any:
    return select(placings.c.pattern, placings.c.name, placings.c.kind)


def place(tx: Transaction, chosen: Sequence[Placing], *, by: str) -> int:
    """This function will keep placings (no kind takes one back) and count those that were not so before."""
    before = read(tx)
    different = [placing for placing in chosen if before.get(placing.pattern) != placing.kind]
    for placing in different:
        kept = {"name": placing.name, "kind": null() if placing.kind is None else placing.kind}
        said = {**kept, "placed_by": by, "placed_at": func.now(), "applied_at": null()}
        row = insert(placings).values(shop_id=tx.shop_id, pattern=placing.pattern, **said)
        tx.execute(row.on_conflict_do_update(index_elements=["shop_id", "pattern"], set_=said))
    return len(different)


def settle(tx: Transaction, applied: Sequence[Placing]) -> None:
    """This function will note that placings were applied, unless they were changed again meanwhile."""
    for each in applied:
        its = (placings.c.shop_id == tx.shop_id, placings.c.pattern == each.pattern)
        if each.kind is None:
            tx.execute(delete(placings).where(*its, placings.c.kind.is_(None)))
        else:
            tx.execute(
                update(placings).where(*its, placings.c.kind == each.kind).values(applied_at=func.now())
            )


def words(tx: Transaction) -> list[Words]:
    """This function will list the different products of all order lines, as the lines spell them."""
    return [Words(*row) for row in tx.execute(text(_WORDS), {"shop": tx.shop_id})]


def change_kinds(tx: Transaction, changed: Sequence[Words]) -> int:
    """This function will give the lines spelled so their kind, and count those that had another."""
    given = {"shop": tx.shop_id, "rows": json.dumps([asdict(each) for each in changed])}
    return int(tx.execute(text(_CHANGE), given).rowcount)


def not_placed(tx: Transaction, currency: str) -> list[Sold]:
    """This function will count what was sold without a kind, of orders that count, the most money first."""
    return [Sold(*row) for row in tx.execute(text(_NOT_PLACED), {"shop": tx.shop_id, "currency": currency})]


def types_placed(tx: Transaction) -> set[str]:
    """This function will name the product types of which something has a kind."""
    return set(tx.execute(text(_TYPES_PLACED), {"shop": tx.shop_id}).scalars())


_WORDS = """
select distinct title, product_type, tags, kind from order_lines where shop_id = :shop
"""

_CHANGE = """
update order_lines l set kind = given.kind
from jsonb_to_recordset(cast(:rows as jsonb))
  as given(title text, product_type text, tags jsonb, kind text)
where l.shop_id = :shop and l.title = given.title and l.product_type = given.product_type
  and l.tags = given.tags and l.kind is distinct from given.kind
"""

_NOT_PLACED = """
select title, product_type, count(*)::int,
  coalesce(sum(price * quantity) filter (where o.currency = :currency), 0)::bigint as revenue
from order_lines l join orders o using (shop_id, order_id)
where l.shop_id = :shop and o.status = 'counted' and l.kind is null and l.quantity > 0
group by title, product_type order by revenue desc, 3 desc, title, product_type
"""

_TYPES_PLACED = """
select distinct product_type from order_lines
where shop_id = :shop and kind is not null and product_type <> ''
"""
