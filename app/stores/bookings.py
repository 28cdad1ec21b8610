"""The bookings. That two of one advisor never overlap is a constraint here, whatever runs in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
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
    delete,
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
    # Whose place a stand-in takes, and when she said that this is right with her.
    Column("stand_in_for", BigInteger),
    Column("consented_at", DateTime(timezone=True)),
    Column("moved_from", BigInteger),  # with whom it was before that advisor's book was given to others
    Column("phone", Text, nullable=False, server_default=""),  # the shopper's, where she is called
    # When the time was last agreed; null in rows older than this column.
    Column("arranged_at", DateTime(timezone=True)),
    Column("cancelled_by", Text, nullable=False, server_default=""),  # customer | advisor
    Column("reason", Text, nullable=False, server_default=""),  # kept inside, told to nobody
    CheckConstraint("stand_in_for is null or consented_at is not null", name="stand_in"),
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
    stand_in_for: int | None = None  # the lead's number, where a colleague takes her place
    consented_at: datetime | None = None
    phone: str = ""
    arranged_at: datetime | None = None


# Who gave a time back.
Who = Literal["customer", "advisor"]

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
    tx: Transaction,
    *,
    now: datetime,
    advisor_id: int | None = None,
    asked_by: str | None = None,
    moving: UUID | None = None,
) -> dict[int, Sequence[Busy]]:
    """This function will give what is taken from now on, buffers and time off included, by advisor.

    Bookings but the one that is `moving`, times held for others than `asked_by`, time off, and what her
    calendars elsewhere say.
    """
    taken = [
        _periods(tx, bookings.c.advisor_id, bookings.c.busy, now, advisor_id).where(
            takes_time(now, asked_by, moving)
        ),
        _periods(tx, away_times.c.advisor_id, away_times.c.away, now, advisor_id),
        calendar_feeds.taken(tx, now=now, advisor_id=advisor_id),
        calendar_feeds.unknown(tx, now=now, advisor_id=advisor_id),
    ]
    busy: dict[int, list[Busy]] = {}
    for advisor, begins, ends in tx.execute(union_all(*taken)):
        busy.setdefault(advisor, []).append((begins, ends))
    return dict(busy)


def takes_time(now: datetime, asked_by: str | None, moving: UUID | None = None) -> ColumnElement[bool]:
    """This function will tell what takes the advisor's time from somebody else than `asked_by`.

    A booking that is `moving` gives its own time free.
    """
    still_held = and_(bookings.c.state == "held", bookings.c.held_until > now)
    if asked_by is not None:
        still_held = and_(still_held, bookings.c.customer_id != asked_by)
    takes = or_(STANDS, still_held)
    return takes if moving is None else and_(takes, bookings.c.booking_id != moving)


def starts(
    tx: Transaction,
    *,
    since: datetime,
    now: datetime,
    advisor_id: int | None = None,
    asked_by: str | None = None,
    moving: UUID | None = None,
) -> dict[int, list[datetime]]:
    """This function will list when consultations begin since an instant, by advisor, to count a day's."""
    takes = takes_time(now, asked_by, moving)
    where = [bookings.c.shop_id == tx.shop_id, bookings.c.starts_at >= since, takes]
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
    _hold(tx, insert(bookings).values(shop_id=tx.shop_id, busy=Range(*slot.busy), **row))


def move(
    tx: Transaction, booking: Booking, slot: Slot, *, advisor_id: int, zone: str, now: datetime
) -> Booking:
    """This function will give a booking another time with the lead, one step up in its invitation's sequence.

    Call it with the booking's own lock. A brief written for somebody else goes: the worker writes another.
    Raises UnableToHold where the time is taken.
    """
    values = {"advisor_id": advisor_id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
    values |= {"zone": zone, "arranged_at": now, "sequence": bookings.c.sequence + 1}
    if advisor_id != booking.advisor_id:
        values |= {"stand_in_for": None, "consented_at": None}
    its = (bookings.c.shop_id == tx.shop_id, bookings.c.booking_id == booking.booking_id)
    statement = update(bookings).where(*its).values(busy=Range(*slot.busy), **values)
    moved = Booking(*_hold(tx, statement.returning(*_FIELDS)).one())
    if advisor_id != booking.advisor_id:
        its_brief = (briefs.c.shop_id == tx.shop_id, briefs.c.booking_id == booking.booking_id)
        tx.execute(delete(briefs).where(*its_brief))
    return moved


def _hold(tx: Transaction, statement: Any) -> Any:
    try:
        with tx.connection.begin_nested():
            return tx.execute(statement)
    except IntegrityError as error:
        if isinstance(error.orig, ExclusionViolation):
            raise UnableToHold("this time is taken") from error
        raise


def one(tx: Transaction, booking_id: UUID, *, lock: bool = False) -> Booking | None:
    """This function will read one booking, or None; with `lock` nobody else changes it meanwhile."""
    its = (bookings.c.shop_id == tx.shop_id, bookings.c.booking_id == booking_id)
    statement = select(*_FIELDS).where(*its)
    row = tx.execute(statement.with_for_update(key_share=True) if lock else statement).one_or_none()
    return Booking(*row) if row is not None else None


def under_key(tx: Transaction, customer_id: str, key: str) -> Booking | None:
    """This function will find what a customer booked under an idempotency key, or None."""
    return _first(tx, bookings.c.customer_id == customer_id, bookings.c.key == key)


def upcoming(tx: Transaction, customer_id: str, *, now: datetime) -> Booking | None:
    """This function will find the booking a customer has before her, or is in; None without one."""
    ahead = (bookings.c.state == "booked", bookings.c.ends_at > now)
    return _first(tx, bookings.c.customer_id == customer_id, *ahead)


def cancel(tx: Transaction, booking_id: UUID, *, by: Who = "customer", reason: str = "") -> Booking | None:
    """This function will cancel a booking that still stands, one step up in its invitation's sequence.

    None where it is cancelled, over or unknown: then nothing changes. The reason stays inside the house.
    """
    row = tx.execute(
        update(bookings)
        .where(
            bookings.c.shop_id == tx.shop_id,
            bookings.c.booking_id == booking_id,
            bookings.c.state == "booked",
        )
        .values(state="cancelled", sequence=bookings.c.sequence + 1, cancelled_by=by, reason=reason)
        .returning(*_FIELDS)
    ).one_or_none()
    return Booking(*row) if row is not None else None


def keep_phone(tx: Transaction, booking_id: UUID, phone: str) -> None:
    """This function will keep the number at which a customer wants to be called."""
    its = (bookings.c.shop_id == tx.shop_id, bookings.c.booking_id == booking_id)
    tx.execute(update(bookings).where(*its).values(phone=phone))


def of_advisor(tx: Transaction, advisor_id: int, *, since: datetime) -> list[Booking]:
    """This function will list an advisor's consultations that end after an instant, the first first."""
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.advisor_id == advisor_id)
    statement = select(*_FIELDS).where(*where, STANDS, bookings.c.ends_at > since)
    return [Booking(*row) for row in tx.execute(statement.order_by(bookings.c.starts_at))]


def ahead(tx: Transaction, *, now: datetime, until: datetime) -> list[tuple[Booking, datetime]]:
    """This function will take up the bookings that begin in a period, each with when it was agreed on.

    Those that somebody is changing are left out.
    """
    agreed = func.coalesce(bookings.c.arranged_at, bookings.c.created_at)
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.state == "booked")
    statement = select(agreed, *_FIELDS).where(
        *where, bookings.c.starts_at > now, bookings.c.starts_at <= until
    )
    rows = tx.execute(statement.with_for_update(key_share=True, skip_locked=True))
    return [(Booking(*row[1:]), row[0]) for row in rows]


def missed(tx: Transaction, *, since: datetime) -> list[Booking]:
    """This function will list the consultations after an instant to which nobody came."""
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.state == "no_show", bookings.c.ends_at > since)
    return [Booking(*row) for row in tx.execute(select(*_FIELDS).where(*where))]


def uids(tx: Transaction, *, since: datetime) -> set[str]:
    """This function will list the UIDs of the invitations to what ends after an instant, cancelled or not."""
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.ends_at > since, bookings.c.state != "held")
    return set(tx.execute(select(bookings.c.uid).where(*where)).scalars())


def _first(tx: Transaction, *where: Any) -> Booking | None:
    own = (bookings.c.shop_id == tx.shop_id, *where)
    row = tx.execute(select(*_FIELDS).where(*own).order_by(bookings.c.starts_at).limit(1)).one_or_none()
    return Booking(*row) if row is not None else None
