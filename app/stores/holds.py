"""Times held while a form is open. They are bookings in all but name: one constraint keeps all apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from psycopg.errors import ExclusionViolation
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from app.domain.slots import Slot
from app.stores.bookings import UnableToHold, bookings
from app.stores.database import Transaction

# One key for all holds of a customer: the bookings' unique key lets her hold one time and no second.
# A booking's own key is a uuid and can never be this.
KEY = "held"


@dataclass(frozen=True, slots=True)
class Hold:
    """A time that is held for a customer until an instant; `extended` where she has asked for longer."""

    advisor_id: int
    starts_at: datetime
    held_until: datetime
    extended: bool


_FIELDS = tuple(bookings.c[name] for name in Hold.__dataclass_fields__)


def of_customer(tx: Transaction, customer_id: str, *, now: datetime) -> Hold | None:
    """This function will find the time that is held for a customer, or None."""
    where = (*_hers(tx, customer_id), bookings.c.held_until > now)
    row = tx.execute(select(*_FIELDS).where(*where)).one_or_none()
    return Hold(*row) if row is not None else None


def place(tx: Transaction, customer_id: str, advisor_id: int, slot: Slot, *, until: datetime) -> Hold:
    """This function will hold a slot. Raises UnableToHold where it overlaps another, buffers included."""
    row = {
        "booking_id": uuid4(),
        "advisor_id": advisor_id,
        "customer_id": customer_id,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "busy": Range(*slot.busy),
        "state": "held",
        "held_until": until,
        "key": KEY,
        **dict.fromkeys(("place", "zone", "fingerprint", "uid"), ""),
    }
    try:
        with tx.connection.begin_nested():
            tx.execute(insert(bookings).values(shop_id=tx.shop_id, **row))
    except IntegrityError as error:
        if isinstance(error.orig, ExclusionViolation):
            raise UnableToHold("this time is taken") from error
        raise
    return Hold(advisor_id, slot.starts_at, until, extended=False)


def extend(tx: Transaction, customer_id: str, *, until: datetime) -> Hold | None:
    """This function will keep a hold longer, and remember that she asked; None where it is gone."""
    longer = update(bookings).where(*_hers(tx, customer_id)).values(held_until=until, extended=True)
    row = tx.execute(longer.returning(*_FIELDS)).one_or_none()
    return Hold(*row) if row is not None else None


def release(tx: Transaction, customer_id: str) -> None:
    """This function will give up what is held for a customer, if anything is."""
    tx.execute(delete(bookings).where(*_hers(tx, customer_id)))


def release_lapsed(tx: Transaction, *, now: datetime, advisor_id: int | None = None) -> int:
    """This function will give up the holds whose time is over, and count them.

    The constraint knows no clock: take the advisor's lapsed ones away before anything is inserted.
    """
    lapsed = [bookings.c.shop_id == tx.shop_id, bookings.c.state == "held", bookings.c.held_until <= now]
    if advisor_id is not None:
        lapsed.append(bookings.c.advisor_id == advisor_id)
    return int(tx.execute(delete(bookings).where(*lapsed)).rowcount)


def _hers(tx: Transaction, customer_id: str) -> tuple[Any, ...]:
    return bookings.c.shop_id == tx.shop_id, bookings.c.customer_id == customer_id, bookings.c.state == "held"
