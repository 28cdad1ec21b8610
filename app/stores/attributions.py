"""Orders that followed a consultation: each belongs to one, and is counted once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Text,
    Uuid,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import insert

from app.stores.bookings import bookings, consultations
from app.stores.database import Transaction, shop_table
from app.stores.orders import order_lines, orders

attributions = shop_table(
    "attributions",
    Column("order_id", Text, nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("attributed_at", DateTime(timezone=True), nullable=False),
    ForeignKey(["shop_id", "order_id"], ["orders.shop_id", "orders.order_id"], ondelete="CASCADE"),
    ForeignKey(["shop_id", "booking_id"], ["bookings.shop_id", "bookings.booking_id"], ondelete="CASCADE"),
    Index(None, "shop_id", "booking_id"),
    key=("order_id",),
)

_OF_BOOKING = and_(
    consultations.c.shop_id == bookings.c.shop_id, consultations.c.booking_id == bookings.c.booking_id
)


def attribute(tx: Transaction, customer_id: str, *, within: timedelta, now: datetime) -> set[UUID]:
    """This function will give each of a client's orders to the last consultation held before it.

    Counted orders placed from its beginning to before `within` has passed, once each. Answers whose outcome
    has to be looked at: those consultations that were given an order now.
    """
    c, o = consultations.c, orders.c
    held = (
        select(c.booking_id)
        .select_from(consultations.join(bookings, _OF_BOOKING))
        .where(
            c.shop_id == tx.shop_id,
            bookings.c.customer_id == customer_id,
            c.closed_at.is_not(None),
            c.outcome_said != "no_show",
            c.started_at <= o.ordered_at,
            o.ordered_at < c.started_at + within,
        )
        .order_by(c.started_at.desc())
        .limit(1)
        .correlate(orders)
        .scalar_subquery()
    )
    mine = (o.shop_id == tx.shop_id, o.customer_id == customer_id, o.status == "counted")
    found = select(o.shop_id, o.order_id, held, literal(now, DateTime(timezone=True)))
    statement = (
        insert(attributions)
        .from_select(
            ["shop_id", "order_id", "booking_id", "attributed_at"],
            found.where(*mine, held.is_not(None)),
        )
        .on_conflict_do_nothing(index_elements=["shop_id", "order_id"])
        .returning(attributions.c.booking_id)
    )
    return set(tx.execute(statement).scalars())


def withdraw(tx: Transaction, customer_id: str) -> set[UUID]:
    """This function will take back orders that count no longer, or are somebody else's, and say from whom."""
    a, b, o = attributions.c, bookings.c, orders.c
    hers = exists().where(b.shop_id == a.shop_id, b.booking_id == a.booking_id, b.customer_id == customer_id)
    gone = or_(o.status != "counted", o.customer_id.is_distinct_from(customer_id))
    its = exists().where(o.shop_id == a.shop_id, o.order_id == a.order_id, gone)
    statement = delete(attributions).where(a.shop_id == tx.shop_id, hers, its).returning(a.booking_id)
    return set(tx.execute(statement).scalars())


def settle_outcomes(tx: Transaction, booking_ids: Collection[UUID]) -> None:
    """This function will let an order say "bought", and without one what was said at the close."""
    c = consultations.c
    followed = exists().where(attributions.c.shop_id == c.shop_id, attributions.c.booking_id == c.booking_id)
    outcome = case((followed, "bought"), else_=c.outcome_said)
    where = (c.shop_id == tx.shop_id, c.booking_id.in_(booking_ids), c.closed_at.is_not(None))
    tx.execute(update(consultations).where(*where).values(outcome=outcome))


def of_booking(tx: Transaction, booking_id: UUID) -> list[Any]:
    """This function will list the orders that followed: `order_id`, `ordered_at`, `currency`, `total`."""
    o, l = orders.c, order_lines.c  # noqa: E741 - beside `o` it reads as what it is
    total = select(func.coalesce(func.sum(l.price * l.quantity), 0)).where(
        l.shop_id == o.shop_id, l.order_id == o.order_id
    )
    its = and_(orders.c.shop_id == attributions.c.shop_id, o.order_id == attributions.c.order_id)
    statement = (
        select(o.order_id, o.ordered_at, o.currency, total.scalar_subquery().label("total"))
        .select_from(attributions.join(orders, its))
        .where(attributions.c.shop_id == tx.shop_id, attributions.c.booking_id == booking_id)
    )
    return list(tx.execute(statement.order_by(o.ordered_at)))


def customers_since(tx: Transaction, since: datetime) -> list[str]:
    """This function will list the clients whose consultations closed at or after an instant."""
    where = (bookings.c.shop_id == tx.shop_id, consultations.c.closed_at >= since)
    joined = bookings.join(consultations, _OF_BOOKING)
    statement = select(bookings.c.customer_id).distinct().select_from(joined).where(*where)
    return list(tx.execute(statement.order_by(bookings.c.customer_id)).scalars())
