"""An advisor's day: the bookings around now with what became of them, and what was promised for soon."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.stores.bookings import bookings, briefs, consultations
from app.stores.customers import customers, forward_items
from app.stores.database import Transaction


def bookings_of(tx: Transaction, customer_id: str) -> list[Any]:
    """This function will list a client's bookings with their outcome, newest first."""
    statement = _with_outcome(tx).where(bookings.c.customer_id == customer_id)
    return list(tx.execute(statement.order_by(bookings.c.starts_at.desc())))


def booked_between(
    tx: Transaction, *, since: datetime, until: datetime, advisor_id: int | None = None
) -> list[Any]:
    """This function will list the bookings that stand from `since` to before `until`, with the client.

    Of one advisor, with what others hold in her place, or of all. Each row has the brief's `relationship`
    line where it is written.
    """
    line = briefs.c.content["relationship"].astext.label("relationship")
    statement = _with_outcome(
        tx, customers.c.first_name, customers.c.last_name, line, briefs.c.opened_at
    ).where(bookings.c.state != "cancelled", bookings.c.ends_at >= since, bookings.c.starts_at < until)
    if advisor_id is not None:
        hers = or_(bookings.c.advisor_id == advisor_id, bookings.c.stand_in_for == advisor_id)
        statement = statement.where(hers)
    return list(tx.execute(statement.order_by(bookings.c.starts_at)))


def _with_outcome(tx: Transaction, *more: Any) -> Select[Any]:
    b, held, said = bookings.c, consultations.c, briefs.c
    plain = (
        b.booking_id,
        b.advisor_id,
        b.customer_id,
        b.starts_at,
        b.ends_at,
        b.state,
        b.place,
        b.phone,
        b.note,
    )
    joined = (
        bookings.join(
            customers, and_(customers.c.shop_id == b.shop_id, customers.c.customer_id == b.customer_id)
        )
        .outerjoin(consultations, and_(held.shop_id == b.shop_id, held.booking_id == b.booking_id))
        .outerjoin(briefs, and_(said.shop_id == b.shop_id, said.booking_id == b.booking_id))
    )
    return (
        select(*plain, held.outcome, held.started_at, held.closed_at, *more)
        .select_from(joined)
        .where(b.shop_id == tx.shop_id, b.state != "held")  # held for an open form: nobody has booked yet
    )


def left_open(tx: Transaction, *, now: datetime, advisor_id: int | None = None) -> list[Any]:
    """This function will list bookings that are over and not closed, the oldest first."""
    statement = _with_outcome(tx, customers.c.first_name, customers.c.last_name).where(
        bookings.c.state == "booked", bookings.c.ends_at < now
    )
    if advisor_id is not None:
        statement = statement.where(bookings.c.advisor_id == advisor_id)
    return list(tx.execute(statement.order_by(bookings.c.starts_at)))


def due_items(tx: Transaction, *, until: date, advisor_id: int | None = None) -> list[Any]:
    """This function will list the open forward items due by a day with their client, the oldest first."""
    f = forward_items.c
    hers = and_(customers.c.shop_id == f.shop_id, customers.c.customer_id == f.customer_id)
    statement = (
        select(f.item_id, f.customer_id, f.advisor_id, f.what, f.due_on)
        .add_columns(customers.c.first_name, customers.c.last_name)
        .select_from(forward_items.join(customers, hers))
        .where(f.shop_id == tx.shop_id, f.done_at.is_(None), f.due_on <= until)
    )
    if advisor_id is not None:
        statement = statement.where(f.advisor_id == advisor_id)
    return list(tx.execute(statement.order_by(f.due_on, f.created_at)))
