"""Calendars that an advisor keeps elsewhere: where they are, and when their last good copy says she is taken.

Times alone are kept, none of the words beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range

from app.domain.slots import Busy
from app.stores.database import Transaction, shop_table

# A copy older than this says nothing any more, and then nothing is offered (issue 5: "kept an hour").
KEPT = timedelta(hours=1)
# Beyond every horizon that a form takes (180 days, usecases/change_advisor.py) and a little more.
WINDOW = timedelta(days=190)
# Five tries before a copy grows too old.
EVERY = timedelta(minutes=10)

calendar_feeds = shop_table(
    "calendar_feeds",
    Column("feed_id", Uuid, nullable=False),
    Column("advisor_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    # A secret: whoever has it reads the calendar. It is never shown or logged whole.
    Column("address", Text, nullable=False),
    Column("fetched_at", DateTime(timezone=True), nullable=False),  # the last good copy
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("leased_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("problem", Text, nullable=False, server_default=""),  # why the last try failed, in words
    Column("told_at", DateTime(timezone=True)),  # when the advisor had a letter about it
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    UniqueConstraint("shop_id", "advisor_id", "address"),
    key=("feed_id",),
)

calendar_feed_times = shop_table(
    "calendar_feed_times",
    Column("feed_id", Uuid, nullable=False),
    Column("taken", TSTZRANGE, nullable=False),  # half-open; in one feed none meets another
    ForeignKey(
        ["shop_id", "feed_id"], ["calendar_feeds.shop_id", "calendar_feeds.feed_id"], ondelete="CASCADE"
    ),
    key=("feed_id", "taken"),
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar elsewhere; `problem` says in words why it could not be read the last time, or nothing."""

    feed_id: UUID
    advisor_id: int
    name: str
    address: str
    fetched_at: datetime
    problem: str
    told_at: datetime | None
    attempts: int

    def is_silent(self, now: datetime) -> bool:
        """This method will tell whether the last good copy is too old to say when she is free."""
        return self.fetched_at <= now - KEPT


_FIELDS = tuple(calendar_feeds.c[name] for name in Feed.__dataclass_fields__)


def add(
    tx: Transaction, advisor_id: int, name: str, address: str, times: Sequence[Busy], *, now: datetime
) -> UUID:
    """This function will keep a calendar with its first copy."""
    feed_id = uuid4()
    row = {"feed_id": feed_id, "advisor_id": advisor_id, "name": name, "address": address}
    row |= {"fetched_at": now, "due_at": now + EVERY}
    tx.execute(insert(calendar_feeds).values(shop_id=tx.shop_id, **row))
    _keep_times(tx, feed_id, times)
    return feed_id


def of_advisor(tx: Transaction, advisor_id: int) -> list[Feed]:
    """This function will list an advisor's calendars, in an order that stays."""
    where = (calendar_feeds.c.shop_id == tx.shop_id, calendar_feeds.c.advisor_id == advisor_id)
    order = (calendar_feeds.c.name, calendar_feeds.c.feed_id)
    return [Feed(*row) for row in tx.execute(select(*_FIELDS).where(*where).order_by(*order))]


def remove(tx: Transaction, advisor_id: int, feed_id: UUID) -> bool:
    """This function will forget a calendar of an advisor's and its times; False where there is none."""
    own = (_is(tx, feed_id), calendar_feeds.c.advisor_id == advisor_id)
    return bool(tx.execute(delete(calendar_feeds).where(*own)).rowcount)


def due(tx: Transaction, *, now: datetime) -> list[UUID]:
    """This function will list the calendars to read again, in nobody's hands, the longest waiting first."""
    where = (calendar_feeds.c.shop_id == tx.shop_id, *_waiting(now))
    statement = select(calendar_feeds.c.feed_id).where(*where).order_by(calendar_feeds.c.due_at)
    return list(tx.execute(statement).scalars())


def lease(tx: Transaction, feed_id: UUID, *, until: datetime, now: datetime) -> Feed | None:
    """This function will take a calendar that is due, unless somebody reads it; `attempts` marks whose."""
    row = tx.execute(
        update(calendar_feeds)
        .where(_is(tx, feed_id), *_waiting(now))
        .values(leased_until=until, attempts=calendar_feeds.c.attempts + 1)
        .returning(*_FIELDS)
    ).one_or_none()
    return Feed(*row) if row is not None else None


def keep(tx: Transaction, feed: Feed, times: Sequence[Busy], *, now: datetime) -> bool:
    """This function will replace a calendar's copy; False where the lease was lost, and nothing changes."""
    fresh = {"fetched_at": now, "due_at": now + EVERY, "problem": "", "told_at": None}
    kept = _settle(tx, feed, **fresh)
    if kept:
        _keep_times(tx, feed.feed_id, times)
    return kept


def note_problem(tx: Transaction, feed: Feed, problem: str, *, now: datetime) -> bool:
    """This function will keep why a calendar could not be read; its last copy stays. False: lease lost."""
    return _settle(tx, feed, problem=problem, due_at=now + EVERY)


def note_told(tx: Transaction, feed_id: UUID, *, now: datetime) -> None:
    """This function will remember that the advisor was told of a silent calendar."""
    tx.execute(update(calendar_feeds).where(_is(tx, feed_id)).values(told_at=now))


def silent(tx: Transaction, *, now: datetime, advisor_id: int | None = None) -> list[Feed]:
    """This function will list the calendars whose last good copy is too old, of one advisor or of all."""
    where = [*_silent(tx, now)]
    if advisor_id is not None:
        where.append(calendar_feeds.c.advisor_id == advisor_id)
    rows = tx.execute(select(*_FIELDS).where(*where).order_by(calendar_feeds.c.name))
    return [Feed(*row) for row in rows]


def taken(tx: Transaction, *, now: datetime, advisor_id: int | None = None) -> Select[Any]:
    """This function will ask for the times taken elsewhere from now on: whose, from when, to when."""
    t, f = calendar_feed_times.c, calendar_feeds.c
    begin, end = (edge(t.taken, type_=DateTime(timezone=True)) for edge in (func.lower, func.upper))
    both = and_(t.shop_id == f.shop_id, t.feed_id == f.feed_id)
    statement = (
        select(f.advisor_id, begin, end)
        .select_from(calendar_feed_times.join(calendar_feeds, both))
        .where(t.shop_id == tx.shop_id, t.taken.overlaps(Range(now, None)))
    )
    return statement if advisor_id is None else statement.where(f.advisor_id == advisor_id)


def unknown(tx: Transaction, *, now: datetime, advisor_id: int | None = None) -> Select[Any]:
    """This function will ask for the whole window of each silent calendar: what is not known is not free."""
    edges = (literal(at, DateTime(timezone=True)) for at in (now, now + WINDOW))
    statement = select(calendar_feeds.c.advisor_id, *edges).where(*_silent(tx, now))
    return statement if advisor_id is None else statement.where(calendar_feeds.c.advisor_id == advisor_id)


def _silent(tx: Transaction, now: datetime) -> tuple[Any, ...]:
    return calendar_feeds.c.shop_id == tx.shop_id, calendar_feeds.c.fetched_at <= now - KEPT


def _waiting(now: datetime) -> tuple[Any, ...]:
    free = or_(calendar_feeds.c.leased_until.is_(None), calendar_feeds.c.leased_until <= now)
    return calendar_feeds.c.due_at <= now, free


def _settle(tx: Transaction, feed: Feed, **values: Any) -> bool:
    mine = (_is(tx, feed.feed_id), calendar_feeds.c.attempts == feed.attempts)
    return bool(tx.execute(update(calendar_feeds).where(*mine).values(leased_until=None, **values)).rowcount)


def _keep_times(tx: Transaction, feed_id: UUID, times: Sequence[Busy]) -> None:
    own = (calendar_feed_times.c.shop_id == tx.shop_id, calendar_feed_times.c.feed_id == feed_id)
    tx.execute(delete(calendar_feed_times).where(*own))
    rows = [{"shop_id": tx.shop_id, "feed_id": feed_id, "taken": Range(*each)} for each in times]
    if rows:
        tx.execute(insert(calendar_feed_times), rows)


def _is(tx: Transaction, feed_id: UUID) -> Any:
    return (calendar_feeds.c.shop_id == tx.shop_id) & (calendar_feeds.c.feed_id == feed_id)
