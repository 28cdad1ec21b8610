"""Letters and messages to clients: drafts, those that wait for the morning, those sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.stores.customers import of_customer
from app.stores.database import Transaction, among, shop_table
from app.stores.outbox import outbox

outreach = shop_table(
    "outreach",
    Column("outreach_id", Uuid, nullable=False),
    *of_customer(),
    Column("advisor_id", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),  # email | sms
    # draft → waiting (for the morning) → sent, by Steward; or draft → open (in her own application) → sent.
    Column("state", Text, nullable=False),
    Column("via", Text, nullable=False, server_default=""),  # steward | own, once sent
    Column("subject", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default=""),
    # Which item of the worklist it answers; "" where it was begun without one.
    Column("occasion", Text, nullable=False, server_default=""),
    Column("year", SmallInteger, nullable=False, server_default=text("0")),
    Column("unsubscribe", Text, nullable=False, server_default=""),  # her link to say no
    Column("held_because", Text, nullable=False, server_default=""),
    Column("message_id", Uuid),  # in the outbox
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("answered_at", DateTime(timezone=True)),
    Index(None, "shop_id", "customer_id"),
    Index("outreach_waiting_idx", "shop_id", "due_at", postgresql_where=text("state = 'waiting'")),
    key=("outreach_id",),
)

UNSENT = ("draft", "open", "waiting")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or message. `posted` is the outbox's word: ready, sending, sent, failed, uncertain or ""."""

    outreach_id: UUID
    customer_id: str
    advisor_id: int
    channel: str
    state: str
    via: str
    subject: str
    body: str
    occasion: str
    year: int
    unsubscribe: str
    held_because: str
    message_id: UUID | None
    begun_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    answered_at: datetime | None
    posted: str = ""


_FIELDS = tuple(outreach.c[name] for name in Letter.__dataclass_fields__ if name != "posted")


def begin(
    tx: Transaction,
    customer_id: str,
    *,
    advisor_id: int,
    channel: str,
    subject: str,
    body: str,
    occasion: str = "",
    year: int = 0,
    now: datetime,
) -> UUID:
    """This function will begin a draft; its id."""
    outreach_id = uuid4()
    row = {"customer_id": customer_id, "advisor_id": advisor_id, "channel": channel, "subject": subject}
    row |= {"body": body, "occasion": occasion, "year": year, "state": "draft", "begun_at": now}
    tx.execute(insert(outreach).values(shop_id=tx.shop_id, outreach_id=outreach_id, **row))
    return outreach_id


def one(tx: Transaction, outreach_id: UUID, *, lock: bool = False) -> Letter | None:
    """This function will read one, or None; `lock` keeps it for this transaction."""
    statement = _letters(tx).where(outreach.c.outreach_id == outreach_id)
    row = tx.execute(statement.with_for_update(of=outreach) if lock else statement).one_or_none()
    return _letter(row) if row is not None else None


def of(tx: Transaction, customer_id: str) -> list[Letter]:
    """This function will list a client's, the newest first."""
    hers = _letters(tx).where(outreach.c.customer_id == customer_id)
    return [_letter(row) for row in tx.execute(hers.order_by(outreach.c.begun_at.desc()))]


def change(tx: Transaction, outreach_id: UUID, **values: object) -> None:
    """This function will change columns of one."""
    where = (outreach.c.shop_id == tx.shop_id, outreach.c.outreach_id == outreach_id)
    tx.execute(update(outreach).where(*where).values(**values))


def discard(tx: Transaction, outreach_id: UUID) -> None:
    """This function will throw a draft away; what was sent stays."""
    where = (outreach.c.shop_id == tx.shop_id, outreach.c.outreach_id == outreach_id)
    tx.execute(delete(outreach).where(*where, outreach.c.state.in_(UNSENT)))


def due(tx: Transaction, *, now: datetime, at_most: int) -> Sequence[UUID]:
    """This function will take the letters whose time has come, and leave those another transaction has."""
    where = (outreach.c.shop_id == tx.shop_id, outreach.c.state == "waiting", outreach.c.due_at <= now)
    statement = select(outreach.c.outreach_id).where(*where).order_by(outreach.c.due_at).limit(at_most)
    return tx.execute(statement.with_for_update(skip_locked=True)).scalars().all()  # type: ignore[no-any-return]


def on_their_way(tx: Transaction, customer_ids: Sequence[str]) -> list[str]:
    """This function will say to which of some customers a letter waits in the post."""
    sent = and_(outbox.c.shop_id == outreach.c.shop_id, outbox.c.message_id == outreach.c.message_id)
    theirs = among(outreach.c.customer_id, customer_ids)
    found = (
        select(outreach.c.customer_id)
        .select_from(outreach.join(outbox, sent))
        .where(outreach.c.shop_id == tx.shop_id, outbox.c.state == "ready", theirs)
    )
    return sorted(set(tx.execute(found).scalars()))


def withdraw(tx: Transaction, customer_id: str, because: str) -> int:
    """This function will stop what was handed to the post and has not left yet; how many letters."""
    hers = select(outreach.c.message_id).where(
        outreach.c.shop_id == tx.shop_id, outreach.c.customer_id == customer_id
    )
    waiting = (outbox.c.shop_id == tx.shop_id, outbox.c.state == "ready", outbox.c.message_id.in_(hers))
    stopped = update(outbox).where(*waiting).values(state="failed", failure=because, leased_until=None)
    count: int = tx.execute(stopped).rowcount
    return count


def _letters(tx: Transaction) -> Select[Any]:
    posted = and_(outbox.c.shop_id == outreach.c.shop_id, outbox.c.message_id == outreach.c.message_id)
    return (
        select(*_FIELDS, outbox.c.state.label("posted"))
        .select_from(outreach.outerjoin(outbox, posted))
        .where(outreach.c.shop_id == tx.shop_id)
    )


def _letter(row: Any) -> Letter:
    return Letter(**{**row._mapping, "posted": row.posted or ""})
