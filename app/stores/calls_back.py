"""Calls that clients asked for, or are owed: each stands on an advisor's desk until somebody has made it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Text,
    Uuid,
    and_,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey

from app.stores.customers import customers, of_customer
from app.stores.database import Transaction, shop_table

calls_back = shop_table(
    "calls_back",
    Column("call_id", Uuid, nullable=False),
    *of_customer(),
    Column("advisor_id", BigInteger, nullable=False),
    Column("decision_id", Uuid),  # the offer it answers, where there is one
    Column("reason", Text, nullable=False),  # asked | moved: her time could not be kept
    Column("phone", Text, nullable=False, server_default=""),
    Column("part", Text, nullable=False, server_default="any"),  # morning | afternoon | evening | any
    Column("words", Text, nullable=False, server_default=""),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("done_by", BigInteger),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    Index(None, "shop_id", "customer_id"),
    Index(
        "calls_back_open_idx", "shop_id", "advisor_id", "asked_at", postgresql_where=text("done_at is null")
    ),
    key=("call_id",),
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make: `part` is the time of day that suits her, `words` are her own."""

    customer_id: str
    advisor_id: int
    decision_id: UUID | None
    reason: str
    phone: str
    part: str
    words: str


def owe(tx: Transaction, call: Call, *, now: datetime) -> bool:
    """This function will put a call on an advisor's desk; False where it changed the one that was there.

    One customer is owed one call for one reason: two rows would be two calls.
    """
    row = {name: getattr(call, name) for name in Call.__dataclass_fields__} | {"asked_at": now}
    there = (
        calls_back.c.shop_id == tx.shop_id,
        calls_back.c.customer_id == call.customer_id,
        calls_back.c.reason == call.reason,
        calls_back.c.done_at.is_(None),
    )
    if tx.execute(update(calls_back).where(*there).values(**row)).rowcount:
        return False
    tx.execute(insert(calls_back).values(shop_id=tx.shop_id, call_id=uuid4(), **row))
    return True


def open_calls(tx: Transaction, *, advisor_id: int | None = None) -> list[Any]:
    """This function will list the calls nobody has made yet, with the client's name, the oldest first."""
    hers = and_(
        customers.c.shop_id == calls_back.c.shop_id, customers.c.customer_id == calls_back.c.customer_id
    )
    statement = (
        select(calls_back, customers.c.first_name, customers.c.last_name)
        .select_from(calls_back.join(customers, hers))
        .where(calls_back.c.shop_id == tx.shop_id, calls_back.c.done_at.is_(None))
        .order_by(calls_back.c.asked_at, calls_back.c.call_id)
    )
    if advisor_id is not None:
        statement = statement.where(calls_back.c.advisor_id == advisor_id)
    return list(tx.execute(statement))


def finish(tx: Transaction, call_id: UUID, *, by: int, now: datetime | None) -> bool:
    """This function will note a call as made, or as open again without `now`; False where there is none."""
    where = (calls_back.c.shop_id == tx.shop_id, calls_back.c.call_id == call_id)
    values = {"done_at": now, "done_by": by if now is not None else None}
    return bool(tx.execute(update(calls_back).where(*where).values(**values)).rowcount)


def hand_over(tx: Transaction, leaver: int, shares: dict[str, int], *, otherwise: int) -> int:
    """This function will give a leaver's open calls to who leads now (customer → advisor), or `otherwise`."""
    waiting = (
        calls_back.c.shop_id == tx.shop_id,
        calls_back.c.advisor_id == leaver,
        calls_back.c.done_at.is_(None),
    )
    moved = 0
    for to in sorted({*shares.values(), otherwise}):
        clients = [customer for customer, advisor in shares.items() if advisor == to]
        moved += int(tx.execute(_given(waiting, clients, to)).rowcount)
    return moved + int(tx.execute(update(calls_back).where(*waiting).values(advisor_id=otherwise)).rowcount)


def _given(waiting: tuple[Any, ...], clients: Collection[str], to: int) -> Any:
    return update(calls_back).where(*waiting, calls_back.c.customer_id.in_(clients)).values(advisor_id=to)


def count_open(tx: Transaction, advisor_id: int) -> int:
    """This function will count the calls an advisor still has to make."""
    where = (calls_back.c.shop_id == tx.shop_id, calls_back.c.advisor_id == advisor_id)
    counted: int = tx.execute(
        select(func.count()).select_from(calls_back).where(*where, calls_back.c.done_at.is_(None))
    ).scalar_one()
    return counted
