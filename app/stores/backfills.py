"""How far a shop's history has come in from Shopify: a row for its customers, a row for its orders.

The row is the work, held by a lease that its holder renews; leases are read off PostgreSQL's own clock, as in
app/stores/inbox.py. What a row says of progress is written while the work goes on, for the merchant's eyes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    and_,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.domain.backfill import Backfill, Kind
from app.stores.database import Transaction, shop_table

KINDS: tuple[Kind, ...] = get_args(Kind)
# The states in which there is something to do; a failed one waits for a person, or for the next beginning.
UNDER_WAY = ("waiting", "gathering", "arriving", "relating")

INSTANT = DateTime(timezone=True)
backfills = shop_table(
    "backfills",
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    # Shopify's id of the bulk operation, and how many of them this history has needed so far.
    Column("operation_id", Text, nullable=False, server_default=""),
    Column("operations", Integer, nullable=False, server_default=text("0")),
    Column("asked_at", INSTANT),
    # Whoever has this address can read the file: it is emptied once the file is in.
    Column("url", Text, nullable=False, server_default=""),
    Column("url_until", INSTANT),
    Column("file_bytes", BigInteger),
    Column("bytes_read", BigInteger, nullable=False, server_default=text("0")),
    Column("total", BigInteger),
    Column("gathered", BigInteger, nullable=False, server_default=text("0")),
    Column("landed", BigInteger, nullable=False, server_default=text("0")),
    Column("left_out", BigInteger, nullable=False, server_default=text("0")),
    Column("all_orders", Boolean, nullable=False, server_default=text("false")),
    Column("failure", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", INSTANT),
    Column("began_at", INSTANT, nullable=False),
    Column("stage_at", INSTANT, nullable=False),
    Column("eta", INSTANT),
    Column("done_at", INSTANT),
    key=("kind",),
)


class UnableToHold(Exception):
    """The lease is another's by now: whoever had it stops, and has nothing to put back."""


@dataclass(frozen=True, slots=True)
class Held:
    """A backfill under our lease; `attempts` tells this lease from a later one."""

    backfill: Backfill
    attempts: int
    operation_id: str
    operations: int
    url: str
    url_until: datetime | None


_FRESH = {
    "state": "waiting",
    "operation_id": "",
    "operations": 0,
    "asked_at": None,
    "url": "",
    "url_until": None,
    "file_bytes": None,
    "bytes_read": 0,
    "total": None,
    "gathered": 0,
    "landed": 0,
    "left_out": 0,
    "all_orders": False,
    "failure": "",
    "attempts": 0,
    "leased_until": None,
    "eta": None,
    "done_at": None,
}


def begin(tx: Transaction, *, now: datetime) -> list[Kind]:
    """This function will begin a shop's history anew, and name the kinds that were not under way already."""
    rows = [
        {"shop_id": tx.shop_id, "kind": kind, **_FRESH, "began_at": now, "stage_at": now} for kind in KINDS
    ]
    statement = insert(backfills).values(rows)
    # Its attempts go on counting: a lease from before must not be taken for one of now.
    anew: dict[str, ColumnElement[Any]] = {"attempts": backfills.c.attempts + 1}
    anew |= {name: statement.excluded[name] for name in (*_FRESH, "began_at", "stage_at") if name not in anew}
    begun = statement.on_conflict_do_update(
        index_elements=["shop_id", "kind"], set_=anew, where=backfills.c.state.not_in(UNDER_WAY)
    ).returning(backfills.c.kind)
    return sorted(tx.execute(begun).scalars())


def read(tx: Transaction) -> dict[Kind, Backfill]:
    """This function will say how far each kind is; empty where no history was ever asked for."""
    rows = tx.execute(select(backfills).where(backfills.c.shop_id == tx.shop_id))
    return {row.kind: _backfill(row) for row in rows}


def take(tx: Transaction, kind: Kind, *, lease_seconds: int) -> Held | None:
    """This function will lease a backfill that waits; None where it is done, held or resting."""
    free = select(backfills.c.kind).where(_is(tx, kind), _waits()).with_for_update(skip_locked=True)
    statement = (
        update(backfills)
        .where(backfills.c.shop_id == tx.shop_id, backfills.c.kind.in_(free))
        .values(leased_until=_in(lease_seconds), attempts=backfills.c.attempts + 1)
        .returning(*backfills.c)
    )
    row = tx.execute(statement).one_or_none()
    return _held(row) if row else None


def keep(tx: Transaction, held: Held, *, lease_seconds: int, **values: Any) -> Held:
    """This function will renew a lease and write down how far it is; UnableToHold where it is another's."""
    statement = (
        update(backfills)
        .where(*_ours(tx, held))
        .values(leased_until=_in(lease_seconds), **values)
        .returning(*backfills.c)
    )
    row = tx.execute(statement).one_or_none()
    if row is None:
        raise UnableToHold(held.backfill.kind)
    return _held(row)


def put_back(tx: Transaction, held: Held, *, rest_seconds: int, failure: str = "", **values: Any) -> None:
    """This function will let go of a backfill; it rests before the next attempt."""
    tx.execute(
        update(backfills)
        .where(*_ours(tx, held))
        .values(leased_until=_in(rest_seconds), failure=failure, **values)
    )


def wake(tx: Transaction, operation_id: str) -> Kind | None:
    """This function will end the rest of the backfill that an operation belongs to, and name it."""
    where = (
        backfills.c.shop_id == tx.shop_id,
        backfills.c.operation_id == operation_id,
        backfills.c.state == "gathering",
    )
    woken = update(backfills).where(*where).values(leased_until=None).returning(backfills.c.kind)
    kind: Kind | None = tx.execute(woken).scalar_one_or_none()
    return kind


def waiting(tx: Transaction) -> list[Kind]:
    """This function will list the kinds that somebody should work on now."""
    where = (backfills.c.shop_id == tx.shop_id, _waits())
    return list(tx.execute(select(backfills.c.kind).where(*where).order_by(backfills.c.kind)).scalars())


def land(tx: Transaction, held: Held, *, lease_seconds: int, now: datetime) -> Held | None:
    """This function will mark a file as in, and keep hold where all are: relationships follow. Else None.

    The rows are locked in one order, so that of two that end together exactly one sees both.
    """
    rows = tx.execute(
        select(backfills).where(backfills.c.shop_id == tx.shop_id).order_by("kind").with_for_update()
    )
    last = all(row.state == "landed" for row in rows if row.kind != held.backfill.kind)
    in_now: dict[str, Any] = {"url": "", "url_until": None, "eta": None, "failure": "", "stage_at": now}
    in_now |= {"state": "relating" if last else "landed"}
    kept = keep(tx, held, lease_seconds=lease_seconds, **in_now)
    return kept if last else None


def finish(tx: Transaction, held: Held, *, now: datetime) -> None:
    """This function will mark a shop's history as in, all of it."""
    if not tx.execute(select(backfills.c.kind).where(*_ours(tx, held)).with_for_update()).one_or_none():
        raise UnableToHold(held.backfill.kind)
    own = (backfills.c.shop_id == tx.shop_id, backfills.c.state.in_(("landed", "relating")))
    tx.execute(update(backfills).where(*own).values(state="done", done_at=now, leased_until=None, eta=None))


def _ours(tx: Transaction, held: Held) -> Collection[ColumnElement[bool]]:
    return (
        _is(tx, held.backfill.kind),
        backfills.c.attempts == held.attempts,
        backfills.c.state.in_(UNDER_WAY),
    )


def _is(tx: Transaction, kind: Kind) -> ColumnElement[bool]:
    return and_(backfills.c.shop_id == tx.shop_id, backfills.c.kind == kind)


def _waits() -> ColumnElement[bool]:
    free = or_(backfills.c.leased_until.is_(None), backfills.c.leased_until < func.now())
    return and_(backfills.c.state.in_(UNDER_WAY), free)


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


_SHOWN = tuple(Backfill.__dataclass_fields__)


def _backfill(row: Any) -> Backfill:
    return Backfill(**{name: getattr(row, name) for name in _SHOWN})


def _held(row: Any) -> Held:
    return Held(_backfill(row), row.attempts, row.operation_id, row.operations, row.url, row.url_until)
