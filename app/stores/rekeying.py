"""One customer under two ids: everything is moved to the one that stays."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, case, delete, exists, func, or_, select, update

from app.stores import holds, kept_dates, last_years, merges
from app.stores.aliases import aliases
from app.stores.book_entries import book_entries
from app.stores.bookings import bookings
from app.stores.calls_back import calls_back
from app.stores.consents import consents
from app.stores.customers import customers, forward_items, milestones, notes
from app.stores.database import Transaction
from app.stores.decisions import decisions
from app.stores.exports import exports
from app.stores.orders import orders
from app.stores.outbox import outbox
from app.stores.outreach import outreach
from app.stores.relationships import relationships
from app.stores.worklist import worklist_answers

_MOVED = (
    orders, milestones, notes, forward_items, bookings, outbox, aliases, consents, outreach, worklist_answers,
    calls_back, book_entries,
)  # fmt: skip


def rekey(tx: Transaction, old: str, new: str) -> bool:
    """This function will let `new` be the only id of a customer; False where `old` is not known."""
    if not _is_known(tx, old):
        return False
    # Neither has a foreign key: decisions stay as counts when a customer is erased, exports may be of nobody.
    _move(tx, decisions, old, new)
    _move(tx, exports, old, new)
    if not _is_known(tx, new):
        _move(tx, customers, old, new)  # the foreign keys follow
        last_years.forget(tx, old)
        return True
    merges.move(tx, old, new)
    holds.release(tx, old)  # each may hold one time, and now they are one
    for table in _MOVED:
        _move(tx, table, old, new)
    if _has_relationship(tx, new):
        _join_relationships(tx, old, new)
    else:
        _move(tx, relationships, old, new)
    _keep_opt_out(tx, old, new)
    merges.fill_in(tx, old, new, only=("phone",))  # it may be known here alone, from a client book
    kept_dates.owe(tx, new)  # Shopify's list of hers is to name what moved
    tx.execute(delete(customers).where(_is(tx, customers, old)))
    # After her own row: a replay that is being written down holds that first. The next one finds her again.
    last_years.forget(tx, old)
    return True


def _is(tx: Transaction, table: Table, customer_id: str) -> ColumnElement[bool]:
    return and_(table.c.shop_id == tx.shop_id, table.c.customer_id == customer_id)


def _is_known(tx: Transaction, customer_id: str) -> bool:
    return bool(tx.execute(select(exists().where(_is(tx, customers, customer_id)))).scalar_one())


def _has_relationship(tx: Transaction, customer_id: str) -> bool:
    return bool(tx.execute(select(exists().where(_is(tx, relationships, customer_id)))).scalar_one())


def _move(tx: Transaction, table: Table, old: str, new: str) -> None:
    tx.execute(update(table).where(_is(tx, table, old)).values(customer_id=new))


def _join_relationships(tx: Transaction, old: str, new: str) -> None:
    """What a person chose, and what she was asked and answered, stands under whichever id it was said."""
    left, kept = relationships.alias("left"), relationships.c
    by_hand = and_(left.c.lead_by_hand, ~kept.lead_by_hand)
    joined = {
        "lead_advisor_id": case((by_hand, left.c.lead_advisor_id), else_=kept.lead_advisor_id),
        "lead_reason": case((by_hand, left.c.lead_reason), else_=kept.lead_reason),
        "lead_by_hand": or_(kept.lead_by_hand, left.c.lead_by_hand),
        "stopped": or_(kept.stopped, left.c.stopped),
        "dismissals": kept.dismissals + left.c.dismissals,
        "rest_until": func.greatest(kept.rest_until, left.c.rest_until),
        "offered_at": func.greatest(kept.offered_at, left.c.offered_at),
    }
    theirs = and_(left.c.shop_id == kept.shop_id, left.c.shop_id == tx.shop_id, left.c.customer_id == old)
    tx.execute(update(relationships).where(_is(tx, relationships, new), theirs).values(**joined))


def _keep_opt_out(tx: Transaction, old: str, new: str) -> None:
    """A no that was said under either id is a no."""
    said_no = exists().where(_is(tx, customers, old), customers.c.opted_out)
    if tx.execute(select(said_no)).scalar_one():
        tx.execute(update(customers).where(_is(tx, customers, new)).values(opted_out=True))
