"""Webhooks as they came: acknowledged once they are here, worked on from here, by whoever holds the lease.

Leases are read off PostgreSQL's own clock: they are about machines, and the business's clock can be moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    Text,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.stores.database import Transaction, shop_table

inbox = shop_table(
    "inbox",
    Column("webhook_id", Text, nullable=False),  # one per delivery, the same on its retries
    Column("topic", Text, nullable=False),
    # The body as it came; emptied once worked on, so that nothing personal stays here.
    Column("body", Text, nullable=False),
    Column("triggered_at", DateTime(timezone=True)),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("leased_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done_at", DateTime(timezone=True)),
    Column("failure", Text, nullable=False, server_default=""),
    Index("inbox_waiting_idx", "shop_id", "received_at", postgresql_where=text("done_at is null")),
    key=("webhook_id",),
)

# With the distances of jobs/inbox.py the tenth attempt comes about two hours after the first.
MOST_ATTEMPTS = 10
# A person's right, or the law's: whatever is wrong, these are tried until they succeed.
NEVER_GIVEN_UP = ("customers/redact", "customers/data_request", "shop/redact")
# Shopify waits five seconds for the whole answer; what cannot be kept within three is refused and sent again.
KEEP_WITHIN_MS = 3000


@dataclass(frozen=True, slots=True)
class Held:
    """A webhook under our lease. `attempts` tells this lease from a later one."""

    webhook_id: str
    topic: str
    body: str
    triggered_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A webhook that nobody will try again unless a person asks."""

    webhook_id: str
    topic: str
    attempts: int
    failure: str
    received_at: datetime


def keep(tx: Transaction, webhook_id: str, *, topic: str, body: str, triggered_at: datetime | None) -> bool:
    """This function will keep a webhook; False where this delivery is here already."""
    row = {"webhook_id": webhook_id, "topic": topic, "body": body, "triggered_at": triggered_at}
    return tx.execute(_KEEP, {"shop_id": tx.shop_id, **row}).one_or_none() is not None


# Built once: a storm keeps some hundreds a second.
_KEEP = insert(inbox).on_conflict_do_nothing().returning(inbox.c.webhook_id)


def take(tx: Transaction, *, lease_seconds: int) -> Held | None:
    """This function will lease the oldest webhook that waits; None where all are done, held or resting."""
    oldest = (
        select(inbox.c.webhook_id)
        .where(inbox.c.shop_id == tx.shop_id, _waits())
        .order_by(inbox.c.received_at, inbox.c.webhook_id)
        .limit(1)
        # Others work through the same shop, and a horse that was killed may leave its row locked for a
        # moment: passed over, not waited for.
        .with_for_update(skip_locked=True)
        .correlate(None)
    )
    statement = (
        update(inbox)
        # Compared with one value, so that the search is made once: inside an `in` it may run for each row.
        .where(inbox.c.shop_id == tx.shop_id, inbox.c.webhook_id == oldest.scalar_subquery())
        .values(leased_until=_in(lease_seconds), attempts=inbox.c.attempts + 1)
        .returning(inbox.c.webhook_id, inbox.c.topic, inbox.c.body, inbox.c.triggered_at, inbox.c.attempts)
    )
    row = tx.execute(statement).one_or_none()
    return Held(*row) if row else None


def hold(tx: Transaction, held: Held) -> bool:
    """This function will lock a leased webhook until the commit; False where the lease is another's."""
    ours = (_is(tx, held.webhook_id), inbox.c.done_at.is_(None), inbox.c.attempts == held.attempts)
    return tx.execute(select(inbox.c.webhook_id).where(*ours).with_for_update()).one_or_none() is not None


def finish(tx: Transaction, *webhook_ids: str) -> None:
    """This function will mark webhooks as done and empty their bodies."""
    tx.execute(
        update(inbox)
        .where(inbox.c.shop_id == tx.shop_id, inbox.c.webhook_id.in_(webhook_ids))
        .values(body="", failure="", done_at=func.now(), leased_until=None)
    )


def put_back(tx: Transaction, held: Held, failure: str, *, rest_seconds: int) -> None:
    """This function will record why an attempt failed, and let the webhook rest before the next."""
    tx.execute(
        update(inbox)
        .where(_is(tx, held.webhook_id), inbox.c.done_at.is_(None), inbox.c.attempts == held.attempts)
        .values(failure=failure, leased_until=_in(rest_seconds))
    )


def waiting(tx: Transaction, *, limit: int) -> list[str]:
    """This function will list the webhooks somebody should work on now, the oldest first."""
    statement = (
        select(inbox.c.webhook_id)
        .where(inbox.c.shop_id == tx.shop_id, _waits())
        .order_by(inbox.c.received_at)
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())


def given_up(tx: Transaction) -> list[GivenUp]:
    """This function will list the webhooks that nobody tries any more, the oldest first."""
    columns = (inbox.c[name] for name in GivenUp.__dataclass_fields__)
    where = (inbox.c.shop_id == tx.shop_id, were_given_up(), inbox.c.leased_until < func.now())
    found = tx.execute(select(*columns).where(*where).order_by(inbox.c.received_at, inbox.c.webhook_id))
    return [GivenUp(*row) for row in found]


def set_free(tx: Transaction) -> int:
    """This function will let the webhooks that were given up be tried ten times more, and count them."""
    where = (inbox.c.shop_id == tx.shop_id, were_given_up(), inbox.c.leased_until < func.now())
    freed: int = tx.execute(update(inbox).where(*where).values(attempts=0, leased_until=None)).rowcount
    return freed


def were_given_up() -> ColumnElement[bool]:
    """This function will give the condition that a webhook is not tried any more by itself."""
    return and_(inbox.c.done_at.is_(None), inbox.c.attempts >= MOST_ATTEMPTS, _may_be_given_up())


def undone_containing(tx: Transaction, words: Sequence[str]) -> list[Any]:
    """This function will list (webhook_id, topic, body) of undone webhooks with one of these words."""
    if not words:
        return []
    found = or_(*(func.strpos(func.lower(inbox.c.body), word.lower()) > 0 for word in words))
    statement = select(inbox.c.webhook_id, inbox.c.topic, inbox.c.body).where(
        inbox.c.shop_id == tx.shop_id, inbox.c.done_at.is_(None), found
    )
    return list(tx.execute(statement))


def is_outdated(tx: Transaction, topic: str, triggered_at: datetime | None) -> bool:
    """This function will say whether a later word on this topic has been worked on already."""
    if triggered_at is None:
        return False
    later = (
        inbox.c.shop_id == tx.shop_id,
        inbox.c.topic == topic,
        inbox.c.done_at.is_not(None),
        inbox.c.triggered_at > triggered_at,
    )
    return bool(tx.execute(select(exists().where(*later))).scalar_one())


def heard_since(tx: Transaction, moment: datetime, *, but_not: Sequence[str]) -> bool:
    """This function will say whether anything happened in the shop after a moment, some topics aside."""
    heard = (
        inbox.c.shop_id == tx.shop_id,
        inbox.c.triggered_at > moment,
        inbox.c.topic.not_in(but_not),
    )
    return bool(tx.execute(select(exists().where(*heard))).scalar_one())


def forget_done(tx: Transaction, *, days: int) -> None:
    """This function will drop the empty rows of webhooks done so many days ago: no retry comes that late."""
    old = inbox.c.done_at < func.now() - func.make_interval(0, 0, 0, days)
    tx.execute(delete(inbox).where(inbox.c.shop_id == tx.shop_id, old))


def _is(tx: Transaction, webhook_id: str) -> ColumnElement[bool]:
    return and_(inbox.c.shop_id == tx.shop_id, inbox.c.webhook_id == webhook_id)


def _waits() -> ColumnElement[bool]:
    return and_(
        inbox.c.done_at.is_(None),
        or_(inbox.c.attempts < MOST_ATTEMPTS, not_(_may_be_given_up())),
        or_(inbox.c.leased_until.is_(None), inbox.c.leased_until < func.now()),
    )


def _may_be_given_up() -> ColumnElement[bool]:
    return inbox.c.topic.not_in(NEVER_GIVEN_UP)


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
