"""The order history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    case,
    delete,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.customers import mention, of_customer
from app.stores.database import Transaction, among, metadata, shop_table

orders = shop_table(
    "orders",
    Column("order_id", Text, nullable=False),
    *of_customer(nullable=True),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    Column("currency", Text, nullable=False),
    # "counted", or the reason why it does not count: scoring.relationship.Order
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("staff", Text, nullable=False, server_default=""),
    # An open return, a refund under way, a payment that failed: no invitation while it lasts.
    Column("problem", Boolean, nullable=False, server_default=text("false")),
    # Shopify's own updated_at: an older delivery never overwrites a newer one.
    Column("updated_at", DateTime(timezone=True)),
    Index(None, "shop_id", "customer_id", "ordered_at"),
    key=("order_id",),
)

# Its shop is its order's: a key of its own to `shops` would be looked up again for each of 500,000 lines.
order_lines = Table(
    "order_lines",
    metadata,
    Column("shop_id", BigInteger, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("product_id", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("product_type", Text, nullable=False, server_default=""),
    Column("tags", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # One of scoring.kinds.KINDS; null where the mapper could not place it: reported, never guessed.
    Column("kind", Text),
    Column("price", BigInteger, nullable=False),  # one unit, minor units of the order's currency
    Column("quantity", Integer, nullable=False),
    Column("engraving", Text, nullable=False, server_default=""),
    ForeignKey(
        ["shop_id", "order_id"],
        ["orders.shop_id", "orders.order_id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    PrimaryKeyConstraint("shop_id", "order_id", "line"),
)


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of an order: `price` for one unit, in minor units of the order's currency."""

    product_id: str
    title: str
    kind: str | None  # one of scoring.kinds.KINDS; None where it could not be placed
    price: int
    quantity: int
    engraving: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """An order as Shopify says it stands. `customer_id` is None where nobody is named."""

    order_id: str
    customer_id: str | None
    ordered_at: datetime
    currency: str
    status: Literal["counted", "cancelled", "test", "returned", "zero_value"]
    source: str
    staff: str
    problem: bool
    updated_at: datetime
    lines: tuple[ToldLine, ...]


# What was said in the same instant has no order of its own: the word that takes more back stands.
_WEIGHT = {"counted": 0, "zero_value": 0, "test": 1, "returned": 2, "cancelled": 3}


def record_order(tx: Transaction, order: ToldOrder) -> bool:
    """This function will write an order with its lines; False where something later is known already.

    Whatever the order in which the words on one order come, it ends with the latest of them.
    """
    if order.customer_id is not None:
        mention(tx, [order.customer_id])
    row = {field: getattr(order, field) for field in _TOLD}
    statement = insert(orders).values(shop_id=tx.shop_id, order_id=order.order_id, **row)
    said, known = statement.excluded, orders.c
    later = or_(
        known.updated_at.is_(None),
        said.updated_at > known.updated_at,
        and_(
            said.updated_at == known.updated_at,
            tuple_(_weight(said.status), said.problem) >= tuple_(_weight(known.status), known.problem),
        ),
    )
    written = statement.on_conflict_do_update(
        index_elements=["shop_id", "order_id"], set_=row, where=later
    ).returning(known.order_id)
    if tx.execute(written).one_or_none() is None:
        return False
    _replace_lines(tx, order)
    return True


_TOLD = ("customer_id", "ordered_at", "currency", "status", "source", "staff", "problem", "updated_at")


def _weight(status: ColumnElement[str]) -> ColumnElement[int]:
    return case(_WEIGHT, value=status, else_=0)


def _replace_lines(tx: Transaction, order: ToldOrder) -> None:
    its = (order_lines.c.shop_id == tx.shop_id, order_lines.c.order_id == order.order_id)
    known = {row.title: row for row in tx.execute(select(order_lines).where(*its))}
    tx.execute(delete(order_lines).where(*its))
    rows = [_line(line, known.get(line.title)) for line in order.lines]
    if rows:
        order_of = {"shop_id": tx.shop_id, "order_id": order.order_id}
        numbered = [{**order_of, "line": number, **row} for number, row in enumerate(rows, 1)]
        tx.execute(insert(order_lines), numbered)


def _line(told: ToldLine, known: Any) -> dict[str, Any]:
    """A webhook says less of a piece than an import did; what was known of its kind stays."""
    row = {**asdict(told), "tags": list(told.tags)}
    if known is not None and not told.product_type and not told.tags:
        row |= {"product_type": known.product_type, "tags": known.tags, "kind": known.kind or told.kind}
    return row


def mark_problem(tx: Transaction, order_id: str, *, at: datetime) -> bool:
    """This function will mark an order as having something open; False where a word from later is known."""
    its = (orders.c.shop_id == tx.shop_id, orders.c.order_id == order_id)
    earlier = or_(orders.c.updated_at.is_(None), orders.c.updated_at < at)
    return bool(tx.execute(update(orders).where(*its, earlier).values(problem=True)).rowcount)


def known_at(tx: Transaction, order_ids: Sequence[str]) -> dict[str, datetime | None]:
    """This function will say which orders are known, and by which word of Shopify's (None: a file's)."""
    its = (orders.c.shop_id == tx.shop_id, among(orders.c.order_id, order_ids))
    return dict(tx.execute(select(orders.c.order_id, orders.c.updated_at).where(*its)).all())


def customer_of(tx: Transaction, order_id: str) -> str | None:
    """This function will say whose order it is; None where nobody is named, or it is not known."""
    its = (orders.c.shop_id == tx.shop_id, orders.c.order_id == order_id)
    customer_id: str | None = tx.execute(select(orders.c.customer_id).where(*its)).scalar_one_or_none()
    return customer_id
