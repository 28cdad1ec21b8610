"""The last year as it was replayed: one row a shop, with a few clients by their ids, and the pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, DateTime, Select, delete, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.customers import customers, milestones
from app.stores.database import Transaction, among, shop_table
from app.stores.orders import orders
from scoring.history import Milestone
from scoring.records import Recorded, UnableToReadRecord
from scoring.replayed import LastYear

last_years = shop_table(
    "last_years",
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("content", JSONB, nullable=False),
    Column("pictures", JSONB, nullable=False),  # name → SVG
    key=(),
)

CALENDAR = "calendar"  # the one picture that is of a single client


@dataclass(frozen=True, slots=True)
class Replayed(Recorded):
    """What was found: a year, or that the history is too short for one (`year` None).

    `begins` is the day of the first order, `ready_on` about when the history will be long enough; both None
    where none of the orders can be gone by: they are in another currency, or of clients not to be scored.
    """

    year: LastYear | None
    begins: date | None = None
    ready_on: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found, when, and the pictures drawn of it."""

    made_at: datetime
    found: Replayed
    pictures: Mapping[str, str]


def put(tx: Transaction, found: Replayed, pictures: Mapping[str, str], *, made_at: datetime) -> None:
    """This function will keep what was found in place of what was found before.

    Of clients who were erased or opted out since their orders were read nothing is kept, nor of one with a
    date to be left alone.
    """
    here = _still_here(tx, clients_of(found))
    found, pictures = _without(found, pictures, clients_of(found) - here)
    row = {"made_at": made_at, "content": found.to_record(), "pictures": dict(pictures)}
    written = insert(last_years).values(shop_id=tx.shop_id, **row)
    tx.execute(written.on_conflict_do_update(index_elements=["shop_id"], set_=row))


def read(tx: Transaction) -> Kept | None:
    """This function will read what was found last; None where there is nothing, or of an engine before."""
    row = tx.execute(_kept(tx)).one_or_none()
    return _read(row) if row is not None else None


def is_missing(tx: Transaction) -> bool:
    """This function will say whether there are orders to go by and nothing that was found can be read."""
    content = select(last_years.c.content).where(last_years.c.shop_id == tx.shop_id)
    found = tx.execute(content).scalar_one_or_none()
    return (found is None or _found(found) is None) and has_orders(tx)


def forget(tx: Transaction, customer_id: str) -> None:
    """This function will take a customer out of what was found.

    What an engine before has kept cannot be read, so all of it goes: she may be in it, or in its pictures.
    """
    row = tx.execute(_kept(tx).with_for_update()).one_or_none()
    if row is None:
        return
    kept, where = _read(row), last_years.c.shop_id == tx.shop_id
    if kept is None:
        tx.execute(delete(last_years).where(where))
        return
    if customer_id not in clients_of(kept.found):
        return
    found, pictures = _without(kept.found, kept.pictures, {customer_id})
    tx.execute(update(last_years).where(where).values(content=found.to_record(), pictures=dict(pictures)))


def silent_dates(tx: Transaction) -> dict[str, list[Milestone]]:
    """This function will read every client's dates that are not to be used, or sensitive."""
    found: dict[str, list[Milestone]] = defaultdict(list)
    said = [column for column in milestones.c if column.name in Milestone.__dataclass_fields__]
    where = (milestones.c.shop_id == tx.shop_id, milestones.c.do_not_use | milestones.c.sensitive)
    for row in tx.execute(select(milestones.c.customer_id, *said).where(*where)):
        named = {column.name: getattr(row, column.name) for column in said}
        found[row.customer_id].append(Milestone(**named | {"rests_on": tuple(row.rests_on)}))
    return found


def names(tx: Transaction, customer_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """This function will name clients, first and last, but for those who may not be shown."""
    columns = (customers.c.customer_id, customers.c.first_name, customers.c.last_name)
    rows = tx.execute(select(*columns).where(*_may_be_shown(tx, customer_ids)))
    return {row.customer_id: (row.first_name, row.last_name) for row in rows}


def has_orders(tx: Transaction) -> bool:
    """This function will say whether any order of a client is on record."""
    where = (orders.c.shop_id == tx.shop_id, orders.c.status == "counted", orders.c.customer_id.is_not(None))
    return bool(tx.execute(select(select(orders.c.order_id).where(*where).exists())).scalar_one())


def _kept(tx: Transaction) -> Select[Any]:
    return select(last_years).where(last_years.c.shop_id == tx.shop_id)


def _read(row: Any) -> Kept | None:
    found = _found(row.content)
    return Kept(row.made_at, found, row.pictures) if found is not None else None


def _found(content: Mapping[str, Any]) -> Replayed | None:
    try:
        return Replayed.from_record(content)
    except UnableToReadRecord:
        return None


def _still_here(tx: Transaction, customer_ids: Collection[str]) -> set[str]:
    """Answer who of these may be kept; an erasure that begins now waits for us, and then sees the row."""
    query = select(customers.c.customer_id).where(*_may_be_shown(tx, customer_ids))
    locked = query.order_by(customers.c.customer_id).with_for_update(read=True, key_share=True)
    return set(tx.execute(locked).scalars())


def _may_be_shown(tx: Transaction, customer_ids: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Answer who may stand among examples: not who opted out, nor who has a date to be left alone.

    An example rests on guesses at dates, made before somebody said so.
    """
    own = (customers.c.shop_id == tx.shop_id, among(customers.c.customer_id, customer_ids))
    hers = (milestones.c.shop_id == tx.shop_id, milestones.c.customer_id == customers.c.customer_id)
    silent = select(milestones.c.milestone_id).where(*hers, milestones.c.do_not_use | milestones.c.sensitive)
    return (*own, ~customers.c.opted_out, ~silent.exists())


def clients_of(found: Replayed) -> set[str]:
    """This function will name the clients who are in what was found."""
    year = found.year
    if year is None:
        return set()
    shown = {year.calendar.customer} if year.calendar else set()
    return shown | {greeting.customer for greeting in year.greetings}


def _without(
    found: Replayed, pictures: Mapping[str, str], gone: Collection[str]
) -> tuple[Replayed, dict[str, str]]:
    year, left = found.year, dict(pictures)
    if year is None or not gone:
        return found, left
    greetings = tuple(greeting for greeting in year.greetings if greeting.customer not in gone)
    calendar = year.calendar
    if calendar is not None and calendar.customer in gone:
        calendar = None
        left.pop(CALENDAR, None)
    return replace(found, year=replace(year, greetings=greetings, calendar=calendar)), left
