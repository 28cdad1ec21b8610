"""Letters to send: written in the transaction that owes them, sent by whoever holds the lease.

When one is due is the business's time. Leases are read off PostgreSQL's own clock, as the inbox's are: they
are about machines, and the business's clock can be moved.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, Index, Integer, Text, Uuid, func, insert, or_, select, text, update

from app.stores.customers import of_customer
from app.stores.database import Transaction, shop_table

outbox = shop_table(
    "outbox",
    Column("message_id", Uuid, nullable=False),
    # Whose erasure removes the letter, whoever it is addressed to.
    *of_customer(nullable=True),
    Column("booking_id", Uuid),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("html", Text, nullable=False, server_default=""),
    Column("ics", Text, nullable=False, server_default=""),
    Column("ics_method", Text, nullable=False, server_default=""),
    Column("reply_to", Text, nullable=False, server_default=""),  # of a letter a person wrote
    Column("unsubscribe", Text, nullable=False, server_default=""),  # where the customer says no to more
    # ready → sending → sent; failed; "uncertain" where a server took the letter and its answer never came;
    # "left" where a person has looked at either of these and left it; "withdrawn" where what it says was over
    # before it went.
    # Whoever holds the lease leaves it ready until the server asks for it: up to there it can be tried again.
    Column("state", Text, nullable=False, server_default="ready"),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("leased_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("sent_at", DateTime(timezone=True)),
    Column("failure", Text, nullable=False, server_default=""),
    # What it tells whom about which state of a booking ("customer.confirmed", its sequence): told once.
    Column("kind", Text, nullable=False, server_default=""),
    Column("sequence", Integer),
    # The zone whose night it waits out, "" where it may go at any hour; and when what it says is over.
    Column("night", Text, nullable=False, server_default=""),
    Column("useful_until", DateTime(timezone=True)),
    Index(
        "outbox_news_idx",
        *("shop_id", "booking_id", "kind", "sequence"),
        unique=True,
        postgresql_where=text("kind <> ''"),
    ),
    Index("outbox_waiting_idx", "shop_id", "due_at", postgresql_where=text("state in ('ready', 'sending')")),
    key=("message_id",),
)


@dataclass(frozen=True, slots=True)
class Leased:
    """A letter in the hands of whoever sends it, until the lease ends; `attempts` counts this one."""

    message_id: UUID
    recipient: str
    subject: str
    body: str
    html: str
    ics: str
    ics_method: str
    attempts: int
    reply_to: str = ""
    unsubscribe: str = ""
    night: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What a letter tells whom about which state of a booking; it is told once.

    `night` is the zone whose night it waits out, "" where it goes at any hour. After `useful_until` it goes
    no more.
    """

    kind: str
    sequence: int
    night: str = ""
    useful_until: datetime | None = None


_FIELDS = tuple(outbox.c[name] for name in Leased.__dataclass_fields__)
_OPEN = ("sending", "uncertain")  # a sender that outlived its lease still knows best


def write(
    tx: Transaction,
    *,
    customer_id: str | None = None,
    booking_id: UUID | None = None,
    recipient: str,
    subject: str,
    body: str,
    html: str,
    ics: str = "",
    ics_method: str = "",
    reply_to: str = "",
    unsubscribe: str = "",
    news: News | None = None,
    now: datetime,
) -> UUID:
    """This function will owe somebody a letter, from the commit on; its id.

    News that was told already (see `is_told`) is refused by the table itself.
    """
    message_id = uuid4()
    row = {"recipient": recipient, "subject": subject, "body": body, "html": html, "due_at": now}
    row |= {"customer_id": customer_id, "booking_id": booking_id, "ics": ics, "ics_method": ics_method}
    row |= {"reply_to": reply_to, "unsubscribe": unsubscribe}
    row |= asdict(news) if news is not None else {}
    tx.execute(insert(outbox).values(shop_id=tx.shop_id, message_id=message_id, **row))
    return message_id


def is_told(tx: Transaction, booking_id: UUID, news: News) -> bool:
    """This function will tell whether a letter with this news is written. Ask with the booking's own lock."""
    same = (outbox.c.kind == news.kind, outbox.c.sequence == news.sequence)
    return tx.execute(select(outbox.c.message_id).where(*_about(tx, booking_id), *same)).first() is not None


def withdraw(tx: Transaction, booking_id: UUID, *kinds: str) -> int:
    """This function will let no letter of these kinds about a booking go out that nobody has begun to say."""
    still = (outbox.c.state == "ready", outbox.c.kind.in_(kinds))
    statement = update(outbox).where(*_about(tx, booking_id), *still)
    count: int = tx.execute(statement.values(state="withdrawn", leased_until=None)).rowcount
    return count


def withdraw_overtaken(tx: Transaction, *, now: datetime) -> int:
    """This function will let no letter go out any more whose news is over; how many those are."""
    over = (outbox.c.shop_id == tx.shop_id, outbox.c.state == "ready", outbox.c.useful_until <= now)
    count: int = tx.execute(update(outbox).where(*over).values(state="withdrawn", leased_until=None)).rowcount
    return count


def _about(tx: Transaction, booking_id: UUID) -> tuple[Any, ...]:
    return outbox.c.shop_id == tx.shop_id, outbox.c.booking_id == booking_id


def lease(tx: Transaction, message_id: UUID, *, lasts: timedelta, now: datetime) -> Leased | None:
    """This function will take a letter that is due, unless somebody holds it or it is on its way."""
    row = tx.execute(
        update(outbox)
        .where(_is(tx, message_id), *_waiting(now))
        .values(leased_until=func.now() + lasts, attempts=outbox.c.attempts + 1)
        .returning(*_FIELDS)
    ).one_or_none()
    return Leased(*row) if row is not None else None


def hand_over(tx: Transaction, letter: Leased) -> bool:
    """This function will note that a letter is being said to a server: from here it is never tried again.

    False where the lease was lost: somebody else has begun another attempt.
    """
    mine = (outbox.c.state == "ready", outbox.c.attempts == letter.attempts)
    return bool(
        tx.execute(update(outbox).where(_is(tx, letter.message_id), *mine).values(state="sending")).rowcount
    )


def sent(tx: Transaction, message_id: UUID, *, now: datetime) -> None:
    """This function will note that a server took a letter."""
    _settle(tx, message_id, outbox.c.state.in_(_OPEN), state="sent", sent_at=now, failure="")


def postpone(tx: Transaction, letter: Leased, reason: str, *, until: datetime) -> None:
    """This function will put a letter back that nobody took."""
    _settle(tx, letter.message_id, *_held(letter), state="ready", due_at=until, failure=reason)


def fail(tx: Transaction, letter: Leased, reason: str) -> None:
    """This function will note that a letter was refused for good, and why; the reason names no address."""
    _settle(tx, letter.message_id, *_held(letter), state="failed", failure=reason)


def doubt(tx: Transaction, message_id: UUID, reason: str) -> None:
    """This function will leave a letter to a person, because it may have been taken."""
    _settle(tx, message_id, outbox.c.state == "sending", state="uncertain", failure=reason)


def doubt_abandoned(tx: Transaction) -> int:
    """This function will leave to a person what a sender was saying when it died; how many those are."""
    abandoned = (outbox.c.state == "sending", outbox.c.leased_until <= func.now())
    values = {"state": "uncertain", "leased_until": None, "failure": "the sender stopped over the letter"}
    statement = update(outbox).where(outbox.c.shop_id == tx.shop_id, *abandoned).values(**values)
    count: int = tx.execute(statement).rowcount
    return count


def due(tx: Transaction, *, now: datetime, at_most: int) -> list[UUID]:
    """This function will list letters that are due and in nobody's hands, the longest waiting first."""
    where = (outbox.c.shop_id == tx.shop_id, *_waiting(now))
    statement = select(outbox.c.message_id).where(*where).order_by(outbox.c.due_at).limit(at_most)
    return list(tx.execute(statement).scalars())


def _waiting(now: datetime) -> tuple[Any, ...]:
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= func.now())
    still = or_(outbox.c.useful_until.is_(None), outbox.c.useful_until > now)
    return outbox.c.state == "ready", outbox.c.due_at <= now, still, free


def _held(letter: Leased) -> tuple[Any, ...]:
    return outbox.c.state.in_(("ready", *_OPEN)), outbox.c.attempts == letter.attempts


def _settle(tx: Transaction, message_id: UUID, *where: Any, **values: Any) -> None:
    tx.execute(update(outbox).where(_is(tx, message_id), *where).values(leased_until=None, **values))


def _is(tx: Transaction, message_id: UUID) -> Any:
    return (outbox.c.shop_id == tx.shop_id) & (outbox.c.message_id == message_id)
