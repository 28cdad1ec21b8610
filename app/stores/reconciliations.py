"""The nights' looking over: what Shopify has that had not reached us, a leased row a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, Integer, Text, Uuid, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.stores.database import Transaction, shop_table

_COUNTS = ("orders_added", "orders_mended", "customers_added", "customers_mended")

reconciliations = shop_table(
    "reconciliations",
    Column("run_id", Uuid, nullable=False),
    # What changed at Shopify from the one instant to the other is asked for.
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in _COUNTS),
    Column("leased_until", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("failure", Text, nullable=False, server_default=""),
    key=("run_id",),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it looks at, what it has found so far, and when it was done."""

    run_id: UUID
    since: datetime
    until: datetime
    orders_added: int
    orders_mended: int
    customers_added: int
    customers_mended: int
    finished_at: datetime | None
    failure: str


_FIELDS = tuple(reconciliations.c[name] for name in Run.__dataclass_fields__)


def latest(tx: Transaction) -> Run | None:
    """This function will read the latest run, finished or not; None before the first."""
    statement = select(*_FIELDS).where(reconciliations.c.shop_id == tx.shop_id)
    row = tx.execute(statement.order_by(reconciliations.c.until.desc()).limit(1)).one_or_none()
    return Run(*row) if row is not None else None


def begin(tx: Transaction, *, since: datetime, until: datetime) -> None:
    """This function will write down that a run is to be made."""
    row = {"run_id": uuid4(), "since": since, "until": until}
    tx.execute(insert(reconciliations).values(shop_id=tx.shop_id, **row))


def take(tx: Transaction, *, lease_seconds: int) -> Run | None:
    """This function will lease the run that waits; None where there is none, or somebody is at it."""
    r = reconciliations.c
    free = (r.leased_until.is_(None)) | (r.leased_until < func.now())
    waits = select(r.run_id).where(r.shop_id == tx.shop_id, r.finished_at.is_(None), free).limit(1)
    statement = (
        update(reconciliations)
        .where(r.shop_id == tx.shop_id, r.run_id.in_(waits.with_for_update(skip_locked=True)))
        .values(leased_until=_in(lease_seconds))
        .returning(*_FIELDS)
    )
    row = tx.execute(statement).one_or_none()
    return Run(*row) if row is not None else None


def add(tx: Transaction, run_id: UUID, *, lease_seconds: int, **found: int) -> None:
    """This function will count what was repaired, and lengthen the lease."""
    r = reconciliations.c
    counted = {name: r[name] + n for name, n in found.items()}
    values = {**counted, "leased_until": _in(lease_seconds)}
    tx.execute(update(reconciliations).where(r.shop_id == tx.shop_id, r.run_id == run_id).values(**values))


def finish(tx: Transaction, run_id: UUID, *, now: datetime) -> None:
    """This function will note that a run is done."""
    its = (reconciliations.c.shop_id == tx.shop_id, reconciliations.c.run_id == run_id)
    tx.execute(update(reconciliations).where(*its).values(finished_at=now, leased_until=None, failure=""))


def put_back(tx: Transaction, run_id: UUID, failure: str, *, rest_seconds: int) -> None:
    """This function will note why a run stopped, and let it rest before the next attempt."""
    its = (reconciliations.c.shop_id == tx.shop_id, reconciliations.c.run_id == run_id)
    tx.execute(update(reconciliations).where(*its).values(failure=failure, leased_until=_in(rest_seconds)))


def _in(seconds: int) -> object:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
