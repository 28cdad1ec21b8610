"""The bookings. That two of one advisor never overlap is a constraint here, whatever runs in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import ExclusionViolation
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.exc import IntegrityError

from app.domain.slots import Busy, Slot
from app.stores import calendar_feeds
from app.stores.advisors import advisors, away_times
from app.stores.customers import customers, of_customer
from app.stores.database import Transaction, shop_table

bookings = shop_table(
    "bookings",
    Column("booking_id", Uuid, nullable=False),
    Column("advisor_id", BigInteger, nullable=False),
    *of_customer(),
    Column("decision_id", Uuid),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    # From the buffer before to the buffer after, half-open.
    Column("busy", TSTZRANGE, nullable=False),
    # booked | cancelled | completed | no_show; held while a form is open (see stores/holds.py)
    Column("state", Text, nullable=False),
    Column("place", Text, nullable=False),  # shop | phone | video
    Column("zone", Text, nullable=False),  # the shopper's own, IANA
    Column("note", Text, nullable=False, server_default=""),
    Column("key", Text, nullable=False),  # the client's idempotency key
    Column("fingerprint", Text, nullable=False),  # of the request under that key
    Column("uid", Text, nullable=False),
    Column("sequence", Integer, nullable=False, server_default=text("0")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("held_until", DateTime(timezone=True)),
    Column("extended", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("(state = 'held') = (held_until is not null)", name="held"),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"]),
    UniqueConstraint("shop_id", "customer_id", "key"),
    Index(None, "shop_id", "customer_id"),
    # The embedded PostgreSQL ships no btree_gist, so the advisor's number is compared as a range of one.
    ExcludeConstraint(
        (text("int8range(advisor_id, advisor_id, '[]')"), "&&"),
        ("busy", "&&"),
        name="bookings_no_overlap",
        using="gist",
        where=text("state <> 'cancelled'"),
    ),
    key=("booking_id",),
)

briefs = shop_table(
    "briefs",
    Column("booking_id", Uuid, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("opened_by", BigInteger),
    ForeignKey(["shop_id", "booking_id"], ["bookings.shop_id", "bookings.booking_id"], ondelete="CASCADE"),
    key=("booking_id",),
)

consultations = shop_table(
    "consultations",
    Column("booking_id", Uuid, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("stage", Text, nullable=False),
    # What was written down at each stage, by stage.
    Column("captured", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # When each field was typed, by field: what a device sends late never undoes what was typed since.
    Column("typed_at", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("outcome", Text),  # bought | will_decide | custom_piece | not_now | no_show
    # What was said at the close. An order that follows says "bought" over it, and is taken back with it.
    Column("outcome_said", Text),
    Column("minutes", Integer),
    Column("closed_at", DateTime(timezone=True)),
    ForeignKey(["shop_id", "booking_id"], ["bookings.shop_id", "bookings.booking_id"], ondelete="CASCADE"),
    key=("booking_id",),
)


@dataclass(frozen=True, slots=True)
class Booking:
    """A consultation that is held; `zone` is the shopper's, `uid` and `sequence` are its invitation's."""

    booking_id: UUID
    advisor_id: int
    customer_id: str
    decision_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    state: str
    place: str
    zone: str
    note: str
    key: str
    fingerprint: str
    uid: str
    sequence: int


_FIELDS = tuple(bookings.c[name] for name in Booking.__dataclass_fields__)
# What a person would call a booking: it was made, and stands or took place.
STANDS = bookings.c.state.not_in(("cancelled", "held"))


class UnableToHold(Exception):
    """The advisor's time is taken, says the database itself. Another slot may be free."""


def hold_customer(tx: Transaction, customer_id: str) -> None:
    """This function will let nobody else book for this customer until the transaction ends."""
    where = (customers.c.shop_id == tx.shop_id, customers.c.customer_id == customer_id)
    # Not a plain FOR UPDATE: webhooks may go on writing orders, whose foreign key shares this row.
    tx.execute(select(customers.c.customer_id).where(*where).with_for_update(key_share=True))


def hold_advisor(tx: Transaction, advisor_id: int) -> None:
    """This function will let nobody else book this advisor until the transaction ends.

    Take it after `hold_customer`, always in this order, so that no two bookings wait for each other.
    """
    where = (advisors.c.shop_id == tx.shop_id, advisors.c.advisor_id == advisor_id)
    tx.execute(select(advisors.c.advisor_id).where(*where).with_for_update())


def busy_times(
    tx: Transaction, *, now: datetime, advisor_id: int | None = None, asked_by: str | None = None
) -> dict[int, Sequence[Busy]]:
    """This function will give what is taken from now on, buffers and time off included, by advisor.

    Bookings, times held for others than `asked_by`, time off, and what her calendars elsewhere say.
    """
    taken = [
        _periods(tx, bookings.c.advisor_id, bookings.c.busy, now, advisor_id).where(
            takes_time(now, asked_by)
        ),
        _periods(tx, away_times.c.advisor_id, away_times.c.away, now, advisor_id),
        calendar_feeds.taken(tx, now=now, advisor_id=advisor_id),
        calendar_feeds.unknown(tx, now=now, advisor_id=advisor_id),
    ]
    busy: dict[int, list[Busy]] = {}
    for advisor, begins, ends in tx.execute(union_all(*taken)):
        busy.setdefault(advisor, []).append((begins, ends))
    return dict(busy)


def takes_time(now: datetime, asked_by: str | None) -> ColumnElement[bool]:
    """This function will tell what takes the advisor's time from somebody else than `asked_by`."""
    still_held = and_(bookings.c.state == "held", bookings.c.held_until > now)
    if asked_by is not None:
        still_held = and_(still_held, bookings.c.customer_id != asked_by)
    return or_(STANDS, still_held)


def starts(
    tx: Transaction,
    *,
    since: datetime,
    now: datetime,
    advisor_id: int | None = None,
    asked_by: str | None = None,
) -> dict[int, list[datetime]]:
    """This function will list when consultations begin since an instant, by advisor, to count a day's."""
    where = [bookings.c.shop_id == tx.shop_id, bookings.c.starts_at >= since, takes_time(now, asked_by)]
    if advisor_id is not None:
        where.append(bookings.c.advisor_id == advisor_id)
    begun: dict[int, list[datetime]] = {}
    for advisor, at in tx.execute(select(bookings.c.advisor_id, bookings.c.starts_at).where(*where)):
        begun.setdefault(advisor, []).append(at)
    return begun


def _periods(
    tx: Transaction, advisor: Column[int], period: Column[Any], now: datetime, advisor_id: int | None
) -> Select[int, datetime, datetime]:
    """A table's periods that are not over: whose, and from when to when."""
    begin, end = (edge(period, type_=DateTime(timezone=True)) for edge in (func.lower, func.upper))
    where = [period.table.c.shop_id == tx.shop_id, period.overlaps(Range(now, None))]
    if advisor_id is not None:
        where.append(advisor == advisor_id)
    return select(advisor, begin, end).where(*where)


def add(tx: Transaction, booking: Booking, slot: Slot) -> None:
    """This function will hold a slot. Raises UnableToHold where it overlaps another, buffers included."""
    row = {name: getattr(booking, name) for name in Booking.__dataclass_fields__}
    statement = insert(bookings).values(shop_id=tx.shop_id, busy=Range(*slot.busy), **row)
    try:
        with tx.connection.begin_nested():
            tx.execute(statement)
    except IntegrityError as error:
        if isinstance(error.orig, ExclusionViolation):
            raise UnableToHold("this time is taken") from error
        raise


def one(tx: Transaction, booking_id: UUID) -> Booking | None:
    """This function will read one booking, or None."""
    return _first(tx, bookings.c.booking_id == booking_id)


def under_key(tx: Transaction, customer_id: str, key: str) -> Booking | None:
    """This function will find what a customer booked under an idempotency key, or None."""
    return _first(tx, bookings.c.customer_id == customer_id, bookings.c.key == key)


def upcoming(tx: Transaction, customer_id: str, *, now: datetime) -> Booking | None:
    """This function will find the booking a customer has before her, or is in; None without one."""
    ahead = (bookings.c.state == "booked", bookings.c.ends_at > now)
    return _first(tx, bookings.c.customer_id == customer_id, *ahead)


def cancel(tx: Transaction, booking_id: UUID) -> Booking | None:
    """This function will cancel a booking that still stands, one step up in its invitation's sequence.

    None where it is cancelled, over or unknown: then nothing changes.
    """
    row = tx.execute(
        update(bookings)
        .where(
            bookings.c.shop_id == tx.shop_id,
            bookings.c.booking_id == booking_id,
            bookings.c.state == "booked",
        )
        .values(state="cancelled", sequence=bookings.c.sequence + 1)
        .returning(*_FIELDS)
    ).one_or_none()
    return Booking(*row) if row is not None else None


def uids(tx: Transaction, *, since: datetime) -> set[str]:
    """This function will list the UIDs of the invitations to what ends after an instant, cancelled or not."""
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.ends_at > since, bookings.c.state != "held")
    return set(tx.execute(select(bookings.c.uid).where(*where)).scalars())


def _first(tx: Transaction, *where: Any) -> Booking | None:
    own = (bookings.c.shop_id == tx.shop_id, *where)
    row = tx.execute(select(*_FIELDS).where(*own).order_by(bookings.c.starts_at).limit(1)).one_or_none()
    return Booking(*row) if row is not None else None
