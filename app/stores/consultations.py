"""What surrounds a booking at the desk: its brief, its consultation, and what was promised for afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import cast, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.bookings import bookings, briefs, consultations
from app.stores.customers import forward_items
from app.stores.database import Transaction


@dataclass(frozen=True, slots=True)
class KeptBrief:
    """A brief as it was written; `content` is an app.domain.brief.Brief as a record."""

    content: Mapping[str, Any]
    written_at: datetime
    opened_at: datetime | None
    opened_by: int | None


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation under way or closed; `captured` is what was typed, by the form's field."""

    booking_id: UUID
    started_at: datetime
    stage: str
    captured: Mapping[str, str]
    typed_at: Mapping[str, str]
    outcome: str | None
    outcome_said: str | None
    minutes: int | None
    closed_at: datetime | None


_FIELDS = tuple(consultations.c[name] for name in Consultation.__dataclass_fields__)


def brief(tx: Transaction, booking_id: UUID) -> KeptBrief | None:
    """This function will read a booking's brief, or None."""
    where = (briefs.c.shop_id == tx.shop_id, briefs.c.booking_id == booking_id)
    columns = (briefs.c[name] for name in KeptBrief.__dataclass_fields__)
    row = tx.execute(select(*columns).where(*where)).one_or_none()
    return KeptBrief(*row) if row is not None else None


def keep_brief(
    tx: Transaction, booking_id: UUID, content: Mapping[str, Any], *, now: datetime, again: bool = False
) -> None:
    """This function will keep a brief, once; `again` replaces its words and leaves when it was opened."""
    row = {"booking_id": booking_id, "content": content, "written_at": now}
    statement = insert(briefs).values(shop_id=tx.shop_id, **row)
    key = ["shop_id", "booking_id"]
    if again:
        changed = {"content": statement.excluded.content, "written_at": statement.excluded.written_at}
        tx.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))
    else:
        tx.execute(statement.on_conflict_do_nothing(index_elements=key))


def mark_opened(tx: Transaction, booking_id: UUID, *, by: int, now: datetime) -> None:
    """This function will note when a brief was first opened, and by whom."""
    where = (briefs.c.shop_id == tx.shop_id, briefs.c.booking_id == booking_id, briefs.c.opened_at.is_(None))
    tx.execute(update(briefs).where(*where).values(opened_at=now, opened_by=by))


def without_brief(tx: Transaction, *, now: datetime) -> list[UUID]:
    """This function will list the bookings still to come that have no brief, the nearest first."""
    written = select(briefs.c.booking_id).where(
        briefs.c.shop_id == tx.shop_id, briefs.c.booking_id == bookings.c.booking_id
    )
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.state == "booked", bookings.c.ends_at > now)
    statement = select(bookings.c.booking_id).where(*where, ~written.exists())
    return list(tx.execute(statement.order_by(bookings.c.starts_at)).scalars())


def briefed(tx: Transaction, customer_id: str) -> list[UUID]:
    """This function will list a client's bookings that stand and have a brief."""
    both = (briefs.c.shop_id == bookings.c.shop_id) & (briefs.c.booking_id == bookings.c.booking_id)
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.customer_id == customer_id)
    statement = select(bookings.c.booking_id).select_from(bookings.join(briefs, both))
    return list(tx.execute(statement.where(*where, bookings.c.state != "cancelled")).scalars())


def one(tx: Transaction, booking_id: UUID, *, lock: bool = False) -> Consultation | None:
    """This function will read a consultation, or None; `lock` keeps it for this transaction."""
    where = (consultations.c.shop_id == tx.shop_id, consultations.c.booking_id == booking_id)
    statement = select(*_FIELDS).where(*where)
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return Consultation(*row) if row is not None else None


def start(tx: Transaction, booking_id: UUID, *, stage: str, now: datetime) -> None:
    """This function will begin a consultation, once."""
    row = {"booking_id": booking_id, "started_at": now, "stage": stage}
    statement = insert(consultations).values(shop_id=tx.shop_id, **row)
    tx.execute(statement.on_conflict_do_nothing(index_elements=["shop_id", "booking_id"]))


def keep_typed(
    tx: Transaction, booking_id: UUID, fields: Mapping[str, str], *, stage: str | None, at: datetime
) -> bool:
    """This function will keep what was typed at an instant; False where nothing is open to keep it in.

    Fields that are not named stay as they are, so that two devices at one counter do not undo each other.
    """
    where = (
        consultations.c.shop_id == tx.shop_id,
        consultations.c.booking_id == booking_id,
        consultations.c.closed_at.is_(None),
    )
    values: dict[str, Any] = {
        "captured": consultations.c.captured.op("||")(cast(dict(fields), JSONB)),
        "typed_at": consultations.c.typed_at.op("||")(cast(dict.fromkeys(fields, at.isoformat()), JSONB)),
    }
    if stage is not None:
        values["stage"] = stage
    return bool(tx.execute(update(consultations).where(*where).values(**values)).rowcount)


def close(tx: Transaction, booking_id: UUID, *, outcome: str, minutes: int | None, now: datetime) -> None:
    """This function will close a consultation and settle its booking's state with it."""
    closed = {"outcome": outcome, "outcome_said": outcome, "minutes": minutes, "closed_at": now}
    closed |= {"stage": "decision"}
    of_booking = (consultations.c.shop_id == tx.shop_id, consultations.c.booking_id == booking_id)
    tx.execute(update(consultations).where(*of_booking).values(**closed))
    state = "no_show" if outcome == "no_show" else "completed"
    mine = (bookings.c.shop_id == tx.shop_id, bookings.c.booking_id == booking_id)
    tx.execute(update(bookings).where(*mine, bookings.c.state != "cancelled").values(state=state))


def promise(
    tx: Transaction,
    customer_id: str,
    what: str,
    due_on: date,
    *,
    advisor_id: int,
    booking_id: UUID | None = None,
) -> UUID:
    """This function will keep a forward item: what is coming next, by when, and who sees to it."""
    item_id = uuid4()
    row = {"customer_id": customer_id, "advisor_id": advisor_id, "booking_id": booking_id}
    row |= {"what": what, "due_on": due_on}
    tx.execute(insert(forward_items).values(shop_id=tx.shop_id, item_id=item_id, **row))
    return item_id


def finish(tx: Transaction, item_id: UUID, *, done_at: datetime | None) -> None:
    """This function will note a forward item as done, or (None) as open again."""
    where = (forward_items.c.shop_id == tx.shop_id, forward_items.c.item_id == item_id)
    tx.execute(update(forward_items).where(*where).values(done_at=done_at))


def promised_to(tx: Transaction, customer_id: str) -> list[Any]:
    """This function will list the forward items of a customer: open ones first, by their day."""
    where = (forward_items.c.shop_id == tx.shop_id, forward_items.c.customer_id == customer_id)
    order = (forward_items.c.done_at.is_not(None), forward_items.c.due_on)
    return list(tx.execute(select(forward_items).where(*where).order_by(*order)))


def item(tx: Transaction, item_id: UUID) -> Any:
    """This function will read one forward item, or None."""
    where = (forward_items.c.shop_id == tx.shop_id, forward_items.c.item_id == item_id)
    return tx.execute(select(forward_items).where(*where)).one_or_none()


def remind(tx: Transaction, *, of: Collection[int], until: date, now: datetime) -> list[int]:
    """This function will mark the open items of these advisors due by a day as reminded of; answers whose."""
    f = forward_items.c
    still = (f.done_at.is_(None), f.reminded_at.is_(None))
    due = (f.shop_id == tx.shop_id, f.advisor_id.in_(of), *still, f.due_on <= until)
    marked = update(forward_items).where(*due).values(reminded_at=now).returning(f.advisor_id)
    return list(tx.execute(marked).scalars())
