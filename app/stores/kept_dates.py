"""Which customers' dates the shop itself is still to be told: a row each, which is the work.

A row is owed from the change on, in the change's own transaction, until Shopify has it. It is held by a lease
that is read off PostgreSQL's own clock; a change meanwhile leaves it owed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.domain.kept_dates import KEPT, handle_of
from app.stores.customers import milestones, of_customer
from app.stores.database import Transaction, among, shop_table
from scoring.history import Milestone

keepings = shop_table(
    "date_keepings",
    *of_customer(),
    Column("owed", Boolean, nullable=False, server_default=text("true")),
    Column("changes", Integer, nullable=False, server_default=text("1")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", DateTime(timezone=True)),
    Column("rests_until", DateTime(timezone=True)),
    Column("kept_at", DateTime(timezone=True)),
    # How many of her dates Shopify would not take, and its own code for why.
    Column("refused", Integer, nullable=False, server_default=text("0")),
    Column("failure", Text, nullable=False, server_default=""),
    key=("customer_id",),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A customer's row under our lease; `attempts` tells this lease from a later one."""

    customer_id: str
    changes: int
    attempts: int


@dataclass(frozen=True, slots=True)
class KeptDate:
    """A date somebody told us, with the handle of its entry in the shop."""

    customer_id: str
    milestone_id: UUID
    handle: str
    milestone: Milestone


def owe(tx: Transaction, customer_id: str) -> None:
    """This function will note that a customer's dates have changed; what had been put off is due again."""
    statement = insert(keepings).values(shop_id=tx.shop_id, customer_id=customer_id)
    anew = {"owed": True, "changes": keepings.c.changes + 1, "rests_until": None}
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_=anew))


def waiting(tx: Transaction, *, limit: int) -> list[str]:
    """This function will list customers whose dates are owed now; whom Shopify does not know waits longer."""
    k = keepings.c
    known = k.customer_id.regexp_match("^[0-9]+$")
    where = (k.shop_id == tx.shop_id, known, *_free())
    return list(
        tx.execute(select(k.customer_id).where(*where).order_by(k.customer_id).limit(limit)).scalars()
    )


def take(tx: Transaction, customer_id: str, *, lease_seconds: int) -> Held | None:
    """This function will lease a customer's row; None where nothing is owed, or somebody is at it."""
    statement = (
        update(keepings)
        .where(*_hers(tx, customer_id), *_free())
        .values(leased_until=_in(lease_seconds), attempts=keepings.c.attempts + 1)
        .returning(keepings.c.customer_id, keepings.c.changes, keepings.c.attempts)
    )
    row = tx.execute(statement).one_or_none()
    return Held(*row) if row else None


def is_there(tx: Transaction, customer_id: str) -> bool:
    """This function will say whether a customer has a row still."""
    return tx.execute(select(keepings.c.changes).where(*_hers(tx, customer_id))).one_or_none() is not None


def finish(tx: Transaction, held: Held, *, refused: int, failure: str, rest_seconds: int) -> bool:
    """This function will note what Shopify has now; False where she is gone, or the lease is another's.

    Where it refused some, or they changed meanwhile, they stay owed; refused ones rest first.
    """
    changed = keepings.c.changes != held.changes
    values: dict[str, Any] = {"leased_until": None, "kept_at": func.now(), "failure": failure}
    values |= {"refused": refused, "owed": or_(changed, literal(bool(refused)))}
    values |= {"rests_until": _in(rest_seconds) if refused else None}
    return bool(tx.execute(update(keepings).where(*_ours(tx, held)).values(**values)).rowcount)


def put_back(tx: Transaction, held: Held, failure: str, *, rest_seconds: int, refused: int = 0) -> None:
    """This function will let go of a row; it rests before the next attempt."""
    values = {"leased_until": None, "rests_until": _in(rest_seconds), "failure": failure, "refused": refused}
    tx.execute(update(keepings).where(*_ours(tx, held)).values(**values))


def refused(tx: Transaction, customer_id: str = "") -> tuple[int, str]:
    """This function will count the dates that Shopify would not take, of all or of one, with one code why."""
    k = keepings.c
    where = _hers(tx, customer_id) if customer_id else (k.shop_id == tx.shop_id,)
    told = select(func.coalesce(func.sum(k.refused), 0), func.coalesce(func.max(k.failure), ""))
    dates, failure = tx.execute(told.where(*where, k.refused > 0)).one()
    return int(dates), failure


def is_settled(tx: Transaction, customer_id: str, *, before: datetime) -> bool:
    """This function will say that nothing of ours was on its way to Shopify at or after an instant."""
    k = keepings.c
    under_way = or_(k.owed, k.leased_until.is_not(None), k.kept_at >= before)
    return tx.execute(select(k.customer_id).where(*_hers(tx, customer_id), under_way)).one_or_none() is None


def dates_of(tx: Transaction, customer_id: str) -> list[KeptDate]:
    """This function will read the dates of a customer that somebody told us, used or not."""
    m = milestones.c
    where = (m.shop_id == tx.shop_id, m.customer_id == customer_id, m.provenance.in_(KEPT))
    return [_date(row) for row in tx.execute(select(milestones).where(*where).order_by(m.milestone_id))]


def days_of(
    tx: Transaction, customer_ids: Collection[str], occasion: str
) -> set[tuple[str, int, int | None]]:
    """This function will read customers' own days of one kind, used or not: customer id, month, day."""
    m = milestones.c
    own = (func.lower(m.occasion) == occasion, m.person == "", m.provenance.in_(KEPT))
    where = (m.shop_id == tx.shop_id, among(m.customer_id, customer_ids), *own)
    return {(*row,) for row in tx.execute(select(m.customer_id, m.month, m.day).where(*where))}


def find(tx: Transaction, milestone_id: UUID) -> KeptDate | None:
    """This function will find a date by its id, whosever it is."""
    where = (milestones.c.shop_id == tx.shop_id, milestones.c.milestone_id == milestone_id)
    row = tx.execute(select(milestones).where(*where)).one_or_none()
    return _date(row) if row else None


def put(tx: Transaction, dates: Sequence[KeptDate]) -> None:
    """This function will write dates as the shop has them; one not to be used meanwhile stays as it is."""
    if not dates:
        return
    statement = insert(milestones)
    anew: dict[str, Any] = {name: statement.excluded[name] for name in _SAID if name != "do_not_use"}
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["shop_id", "milestone_id"], set_=anew, where=~milestones.c.do_not_use
        ),
        [_row(tx, date) for date in dates],
    )


# Of a milestone, what is kept of one that was said; years alone are read from orders.
_SAID = tuple(name for name in Milestone.__dataclass_fields__ if name in milestones.c)


def _row(tx: Transaction, date: KeptDate) -> dict[str, Any]:
    ours = date.handle == handle_of(date.milestone_id)
    record = date.milestone.to_record()
    return {
        "shop_id": tx.shop_id,
        "customer_id": date.customer_id,
        "milestone_id": date.milestone_id,
        "handle": "" if ours else date.handle,
        **{name: record[name] for name in _SAID},
    }


def _date(row: Any) -> KeptDate:
    named = {name: getattr(row, name) for name in _SAID}
    milestone = Milestone(**{**named, "rests_on": tuple(row.rests_on)})
    return KeptDate(row.customer_id, row.milestone_id, row.handle or handle_of(row.milestone_id), milestone)


def _hers(tx: Transaction, customer_id: str) -> tuple[ColumnElement[bool], ...]:
    return keepings.c.shop_id == tx.shop_id, keepings.c.customer_id == customer_id


def _ours(tx: Transaction, held: Held) -> tuple[ColumnElement[bool], ...]:
    return *_hers(tx, held.customer_id), keepings.c.attempts == held.attempts


def _free() -> tuple[ColumnElement[bool], ...]:
    k = keepings.c
    past = [or_(at.is_(None), at < func.now()) for at in (k.leased_until, k.rests_until)]
    return k.owed, *past


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
