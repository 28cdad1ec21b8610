"""When a shop's own record of dates was last read: one leased row a shop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ColumnElement, DateTime, Text, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.stores.backfills import backfills
from app.stores.database import Transaction, shop_table

readings = shop_table(
    "date_readings",
    Column("leased_until", DateTime(timezone=True)),
    Column("read_at", DateTime(timezone=True)),
    Column("failure", Text, nullable=False, server_default=""),
    key=(),
)

# What a merchant changes in Shopify's own pages is heard of within the day.
EVERY_HOURS = 24
# The customers are there by then, so that each date finds the person it belongs to.
CUSTOMERS_ARE_IN = ("landed", "relating", "done")


def is_due(tx: Transaction) -> bool:
    """This function will say whether the shop's dates are to be read now."""
    b = backfills.c
    states = (b.kind == "customers", b.state.in_(CUSTOMERS_ARE_IN))
    if tx.execute(select(b.kind).where(b.shop_id == tx.shop_id, *states)).one_or_none() is None:
        return False
    later = or_(~_is_old(), ~_is_free())
    found = select(readings.c.shop_id).where(readings.c.shop_id == tx.shop_id, later)
    return tx.execute(found).one_or_none() is None


def take(tx: Transaction, *, lease_seconds: int) -> bool:
    """This function will lease the reading; False where it was done lately, or somebody is at it."""
    tx.execute(insert(readings).values(shop_id=tx.shop_id).on_conflict_do_nothing())
    taken = update(readings).where(readings.c.shop_id == tx.shop_id, _is_old(), _is_free())
    return bool(tx.execute(taken.values(leased_until=_in(lease_seconds))).rowcount)


def go_on(tx: Transaction, *, lease_seconds: int) -> datetime:
    """This function will renew the lease, and say what time it is by PostgreSQL's clock."""
    its = readings.c.shop_id == tx.shop_id
    tx.execute(update(readings).where(its).values(leased_until=_in(lease_seconds)))
    now: datetime = tx.execute(select(func.now())).scalar_one()
    return now


def finish(tx: Transaction) -> None:
    """This function will note that all was read."""
    done = {"read_at": func.now(), "leased_until": None, "failure": ""}
    tx.execute(update(readings).where(readings.c.shop_id == tx.shop_id).values(**done))


def put_back(tx: Transaction, failure: str, *, rest_seconds: int) -> None:
    """This function will note why the reading stopped, and let it rest."""
    values = {"failure": failure, "leased_until": _in(rest_seconds)}
    tx.execute(update(readings).where(readings.c.shop_id == tx.shop_id).values(**values))


def _is_old() -> ColumnElement[bool]:
    read_at = readings.c.read_at
    return or_(read_at.is_(None), read_at < func.now() - func.make_interval(0, 0, 0, 0, EVERY_HOURS))


def _is_free() -> ColumnElement[bool]:
    return or_(readings.c.leased_until.is_(None), readings.c.leased_until < func.now())


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
