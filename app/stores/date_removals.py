"""Entries the shop is to lose, because the date or the person behind them is gone: a row each.

It names an entry by a handle that says nothing of anybody, so it may outlive her. Where a shop has removed
the app nobody can take its entries away; then the row goes after a month, and Shopify's own erasure is left.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ColumnElement, DateTime, Integer, Text, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.kept_dates import KEPT, handle_of
from app.stores.customers import milestones
from app.stores.database import Transaction, shop_table

removals = shop_table(
    "date_removals",
    Column("handle", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", DateTime(timezone=True)),
    key=("handle",),
)

# Somebody may be writing the entry just now: longer than they hold their lease (app/usecases/
# keep_dates_in_shopify.py), so that it is there to be removed.
FIRST_REST_SECONDS = 300
# The law's time to answer, and Shopify's (facts/shopify.md).
GIVEN_UP_AFTER_DAYS = 30


def let_go(tx: Transaction, handles: Collection[str]) -> None:
    """This function will note that the shop is to lose these entries, if it has them."""
    if not handles:
        return
    soon = _in(FIRST_REST_SECONDS)
    rows = [{"shop_id": tx.shop_id, "handle": handle, "leased_until": soon} for handle in sorted(handles)]
    tx.execute(insert(removals).values(rows).on_conflict_do_nothing())


def let_go_of(tx: Transaction, customer_id: str) -> None:
    """This function will note that the shop is to lose all that it keeps of a customer's dates."""
    m = milestones.c
    where = (m.shop_id == tx.shop_id, m.customer_id == customer_id, m.provenance.in_(KEPT))
    rows = tx.execute(select(m.milestone_id, m.handle).where(*where)).all()
    let_go(tx, {entry_handle(row.milestone_id, row.handle) for row in rows})


def entry_handle(milestone_id: UUID, handle: str) -> str:
    """This function will name an entry: by the shop's own name for it, or else by ours."""
    return handle or handle_of(milestone_id)


def is_going(tx: Transaction, handle: str) -> bool:
    """This function will say whether an entry waits to be removed."""
    where = (removals.c.shop_id == tx.shop_id, removals.c.handle == handle)
    return tx.execute(select(removals.c.handle).where(*where)).one_or_none() is not None


def waits(tx: Transaction) -> bool:
    """This function will say whether there is an entry to be removed now; what is too old is given up."""
    old = removals.c.made_at < func.now() - func.make_interval(0, 0, 0, GIVEN_UP_AFTER_DAYS)
    tx.execute(delete(removals).where(removals.c.shop_id == tx.shop_id, old))
    found = select(removals.c.handle).where(removals.c.shop_id == tx.shop_id, _free()).limit(1)
    return tx.execute(found).one_or_none() is not None


def take(tx: Transaction, *, lease_seconds: int) -> str | None:
    """This function will lease one entry to be removed; None where there is none."""
    r = removals.c
    free = select(r.handle).where(r.shop_id == tx.shop_id, _free()).limit(1).with_for_update(skip_locked=True)
    statement = (
        update(removals)
        .where(r.shop_id == tx.shop_id, r.handle.in_(free))
        .values(leased_until=_in(lease_seconds), attempts=r.attempts + 1)
        .returning(r.handle)
    )
    handle: str | None = tx.execute(statement).scalar_one_or_none()
    return handle


def finish(tx: Transaction, handle: str) -> None:
    """This function will note that an entry is gone."""
    tx.execute(delete(removals).where(removals.c.shop_id == tx.shop_id, removals.c.handle == handle))


def put_back(tx: Transaction, handle: str, *, rest_seconds: int) -> None:
    """This function will let an entry rest before the next attempt."""
    its = (removals.c.shop_id == tx.shop_id, removals.c.handle == handle)
    tx.execute(update(removals).where(*its).values(leased_until=_in(rest_seconds)))


def _free() -> ColumnElement[bool]:
    return or_(removals.c.leased_until.is_(None), removals.c.leased_until < func.now())


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
