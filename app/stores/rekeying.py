"""One customer under two ids: everything is moved to the one that stays."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, delete, exists, select, update

from app.stores import holds
from app.stores.bookings import bookings
from app.stores.consents import consents
from app.stores.customers import customers, forward_items, milestones, notes
from app.stores.database import Transaction
from app.stores.decisions import decisions
from app.stores.orders import orders
from app.stores.outbox import outbox
from app.stores.outreach import outreach
from app.stores.relationships import relationships
from app.stores.worklist import worklist_answers

_MOVED = (
    orders, milestones, notes, forward_items, bookings, outbox, consents, outreach, worklist_answers,
)  # fmt: skip


def rekey(tx: Transaction, old: str, new: str) -> bool:
    """This function will let `new` be the only id of a customer; False where `old` is not known."""
    if not _is_known(tx, old):
        return False
    # Decisions have no foreign key: they stay as counts when a customer is erased.
    _move(tx, decisions, old, new)
    if not _is_known(tx, new):
        _move(tx, customers, old, new)  # the foreign keys follow
        return True
    holds.release(tx, old)  # each may hold one time, and now they are one
    for table in _MOVED:
        _move(tx, table, old, new)
    if not _has_relationship(tx, new):
        _move(tx, relationships, old, new)
    _keep_opt_out(tx, old, new)
    tx.execute(delete(customers).where(_is(tx, customers, old)))
    return True


def _is(tx: Transaction, table: Table, customer_id: str) -> ColumnElement[bool]:
    return and_(table.c.shop_id == tx.shop_id, table.c.customer_id == customer_id)


def _is_known(tx: Transaction, customer_id: str) -> bool:
    return bool(tx.execute(select(exists().where(_is(tx, customers, customer_id)))).scalar_one())


def _has_relationship(tx: Transaction, customer_id: str) -> bool:
    return bool(tx.execute(select(exists().where(_is(tx, relationships, customer_id)))).scalar_one())


def _move(tx: Transaction, table: Table, old: str, new: str) -> None:
    tx.execute(update(table).where(_is(tx, table, old)).values(customer_id=new))


def _keep_opt_out(tx: Transaction, old: str, new: str) -> None:
    """A no that was said under either id is a no."""
    said_no = exists().where(_is(tx, customers, old), customers.c.opted_out)
    if tx.execute(select(said_no)).scalar_one():
        tx.execute(update(customers).where(_is(tx, customers, new)).values(opted_out=True))
