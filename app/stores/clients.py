"""What the desk reads about a client: her row, her orders as the rules know them, her dates, her bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, update

from app.stores.bookings import bookings, briefs, consultations
from app.stores.customers import customers, forward_items, milestones
from app.stores.database import Transaction
from app.stores.orders import order_lines, orders
from app.stores.relationships import relationships
from scoring.history import Milestone, Order, OrderLine
from scoring.relationship import Relationship


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the house, with who leads and why. `relationship` is None while there is no order."""

    customer_id: str
    first_name: str
    last_name: str
    opted_out: bool
    stopped: bool
    rest_until: datetime | None
    lead_advisor_id: int | None
    lead_reason: str
    lead_by_hand: bool
    relationship: Relationship | None

    @property
    def name(self) -> str:
        """This method will give the name as she gave it; one without a name is still called something."""
        return f"{self.first_name} {self.last_name}".strip() or "A client without a name"


@dataclass(frozen=True, slots=True)
class KeptMilestone:
    """A date in the record, with its id."""

    milestone_id: UUID
    milestone: Milestone


def one(tx: Transaction, customer_id: str) -> Client | None:
    """This function will read one client, or None."""
    row = tx.execute(_clients(tx).where(customers.c.customer_id == customer_id)).one_or_none()
    return _client(row) if row is not None else None


def search(tx: Transaction, words: str, *, limit: int) -> list[Client]:
    """This function will find clients whose name holds every word, in alphabetical order.

    With no word it lists those who changed last.
    """
    name = func.concat_ws(" ", customers.c.first_name, customers.c.last_name)
    held = [name.icontains(word, autoescape=True) for word in words.split()]
    by = (customers.c.last_name, customers.c.first_name) if held else (relationships.c.updated_at.desc(),)
    statement = _clients(tx).where(*held)
    if not held:
        statement = statement.where(relationships.c.snapshot.is_not(None))
    return [_client(row) for row in tx.execute(statement.order_by(*by, customers.c.customer_id).limit(limit))]


def _clients(tx: Transaction) -> Select[Any]:
    r = relationships.c
    known = (r.stopped, r.rest_until, r.lead_advisor_id, r.lead_reason, r.lead_by_hand, r.snapshot)
    hers = and_(r.shop_id == customers.c.shop_id, r.customer_id == customers.c.customer_id)
    return (
        select(customers, *known)
        .select_from(customers.outerjoin(relationships, hers))
        .where(customers.c.shop_id == tx.shop_id)
    )


def _client(row: Any) -> Client:
    return Client(
        customer_id=row.customer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        opted_out=row.opted_out,
        stopped=bool(row.stopped),
        rest_until=row.rest_until,
        lead_advisor_id=row.lead_advisor_id,
        lead_reason=row.lead_reason or "",
        lead_by_hand=bool(row.lead_by_hand),
        relationship=Relationship.from_record(row.snapshot) if row.snapshot else None,
    )


def orders_of(tx: Transaction, customer_id: str) -> list[Order]:
    """This function will read a client's orders as the rules know them, oldest first."""
    where = (orders.c.shop_id == tx.shop_id, orders.c.customer_id == customer_id)
    heads = tx.execute(select(orders).where(*where).order_by(orders.c.ordered_at, orders.c.order_id)).all()
    lines: dict[str, list[OrderLine]] = {head.order_id: [] for head in heads}
    for row in tx.execute(_lines(tx, list(lines))):
        line = OrderLine(row.kind or "other", row.price, row.quantity, row.title, row.engraving)
        lines[row.order_id].append(line)
    return [_order(head, lines[head.order_id]) for head in heads]


def _lines(tx: Transaction, order_ids: Sequence[str]) -> Select[Any]:
    where = (order_lines.c.shop_id == tx.shop_id, order_lines.c.order_id.in_(order_ids))
    return select(order_lines).where(*where).order_by(order_lines.c.order_id, order_lines.c.line)


def _order(head: Any, lines: Sequence[OrderLine]) -> Order:
    return Order(
        order_id=head.order_id,
        ordered_at=head.ordered_at,
        currency=head.currency,
        lines=tuple(lines),
        status=head.status,
        staff=head.staff,
        source=head.source,
    )


def milestones_of(tx: Transaction, customer_id: str) -> list[KeptMilestone]:
    """This function will read the dates in a client's record, through the year."""
    where = (milestones.c.shop_id == tx.shop_id, milestones.c.customer_id == customer_id)
    rows = tx.execute(select(milestones).where(*where).order_by(milestones.c.month, milestones.c.day))
    return [KeptMilestone(row.milestone_id, _milestone(row)) for row in rows]


def _milestone(row: Any) -> Milestone:
    named = {name: getattr(row, name) for name in Milestone.__dataclass_fields__}
    return Milestone(**{**named, "rests_on": tuple(row.rests_on)})


def handle_milestone(
    tx: Transaction, customer_id: str, milestone_id: UUID, *, sensitive: bool, do_not_use: bool
) -> bool:
    """This function will mark how a date may be used; False where there is no such date."""
    statement = (
        update(milestones)
        .where(
            milestones.c.shop_id == tx.shop_id,
            milestones.c.customer_id == customer_id,
            milestones.c.milestone_id == milestone_id,
        )
        .values(sensitive=sensitive, do_not_use=do_not_use)
    )
    return bool(tx.execute(statement).rowcount)


def set_opted_out(tx: Transaction, customer_id: str, opted_out: bool) -> None:
    """This function will switch scoring off for a client, or on again."""
    where = (customers.c.shop_id == tx.shop_id, customers.c.customer_id == customer_id)
    tx.execute(update(customers).where(*where).values(opted_out=opted_out))


def bookings_of(tx: Transaction, customer_id: str) -> list[Any]:
    """This function will list a client's bookings with their outcome, newest first."""
    statement = _with_outcome(tx).where(bookings.c.customer_id == customer_id)
    return list(tx.execute(statement.order_by(bookings.c.starts_at.desc())))


def booked_between(
    tx: Transaction, *, since: datetime, until: datetime, advisor_id: int | None = None
) -> list[Any]:
    """This function will list the bookings that stand, from `since` to before `until`, with the client's name.

    Of one advisor, or of all. Each row has the brief's `relationship` line where it is written.
    """
    line = briefs.c.content["relationship"].astext.label("relationship")
    statement = _with_outcome(tx, customers.c.first_name, customers.c.last_name, line, briefs.c.opened_at).where(
        bookings.c.state != "cancelled", bookings.c.ends_at >= since, bookings.c.starts_at < until
    )
    if advisor_id is not None:
        statement = statement.where(bookings.c.advisor_id == advisor_id)
    return list(tx.execute(statement.order_by(bookings.c.starts_at)))


def _with_outcome(tx: Transaction, *more: Any) -> Select[Any]:
    b, held, said = bookings.c, consultations.c, briefs.c
    plain = (b.booking_id, b.advisor_id, b.customer_id, b.starts_at, b.ends_at, b.state, b.place, b.note)
    joined = (
        bookings.join(customers, and_(customers.c.shop_id == b.shop_id, customers.c.customer_id == b.customer_id))
        .outerjoin(consultations, and_(held.shop_id == b.shop_id, held.booking_id == b.booking_id))
        .outerjoin(briefs, and_(said.shop_id == b.shop_id, said.booking_id == b.booking_id))
    )
    return (
        select(*plain, held.outcome, held.started_at, held.closed_at, *more)
        .select_from(joined)
        .where(b.shop_id == tx.shop_id)
    )


def left_open(tx: Transaction, *, now: datetime, advisor_id: int | None = None) -> list[Any]:
    """This function will list bookings that are over and not closed, the oldest first."""
    statement = _with_outcome(tx, customers.c.first_name, customers.c.last_name).where(
        bookings.c.state == "booked", bookings.c.ends_at < now
    )
    if advisor_id is not None:
        statement = statement.where(bookings.c.advisor_id == advisor_id)
    return list(tx.execute(statement.order_by(bookings.c.starts_at)))


def due_items(tx: Transaction, *, until: date, advisor_id: int | None = None) -> list[Any]:
    """This function will list the open forward items due by a day, with the client's name, the oldest first."""
    f = forward_items.c
    hers = and_(customers.c.shop_id == f.shop_id, customers.c.customer_id == f.customer_id)
    statement = (
        select(f.item_id, f.customer_id, f.advisor_id, f.what, f.due_on)
        .add_columns(customers.c.first_name, customers.c.last_name)
        .select_from(forward_items.join(customers, hers))
        .where(f.shop_id == tx.shop_id, f.done_at.is_(None), f.due_on <= until)
    )
    if advisor_id is not None:
        statement = statement.where(or_(f.advisor_id == advisor_id))
    return list(tx.execute(statement.order_by(f.due_on, f.created_at)))
