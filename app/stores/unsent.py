"""Letters of the outbox that wait for a person: they failed, or nobody can tell whether they arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, update

from app.stores.advisors import advisors
from app.stores.bookings import bookings
from app.stores.customers import customers
from app.stores.database import Transaction
from app.stores.outbox import outbox

_STATES = ("failed", "uncertain")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter as a person is to see it.

    `name` is the recipient's, of the advisor or else the customer, "" where it is not known; of the address
    only the `domain` is told. `booking_state` and `ends_at` are those of the booking it is about, if any.
    """

    message_id: UUID
    name: str
    domain: str
    subject: str
    ics_method: str
    due_at: datetime
    state: str
    failure: str
    booking_state: str | None
    ends_at: datetime | None
    outdated: bool = False  # the booking was changed after it was written


def every(tx: Transaction) -> list[Unsent]:
    """This function will list the letters that need a person's look, the latest first."""
    latest = _read(tx).order_by(outbox.c.due_at.desc(), outbox.c.message_id)
    return [Unsent(*row) for row in tx.execute(latest)]


def one(tx: Transaction, message_id: UUID) -> Unsent | None:
    """This function will read one of them; None where it needs no look any longer."""
    row = tx.execute(_read(tx).where(outbox.c.message_id == message_id)).one_or_none()
    return Unsent(*row) if row is not None else None


def count(tx: Transaction) -> int:
    """This function will count the letters that need a person's look."""
    counted: int = tx.execute(select(func.count()).where(*_need_a_look(tx))).scalar_one()
    return counted


def send_again(tx: Transaction, message_id: UUID, *, now: datetime) -> bool:
    """This function will make a letter ready once more; False where it needs no look any longer.

    Its attempts go on counting, so that a sender who comes back late cannot take it for its own.
    """
    return _settle(tx, message_id, state="ready", due_at=now, failure="")


def leave(tx: Transaction, message_id: UUID) -> bool:
    """This function will note that a person leaves a letter as it is; False where it needs no look."""
    return _settle(tx, message_id, state="left")


def _settle(tx: Transaction, message_id: UUID, **values: Any) -> bool:
    its = (*_need_a_look(tx), outbox.c.message_id == message_id)
    return bool(tx.execute(update(outbox).where(*its).values(leased_until=None, **values)).rowcount)


def _need_a_look(tx: Transaction) -> tuple[Any, ...]:
    return outbox.c.shop_id == tx.shop_id, outbox.c.state.in_(_STATES)


def _read(tx: Transaction) -> Select[Any]:
    letter, client, booking = outbox.c, customers.c, bookings.c
    return (
        select(
            letter.message_id,
            func.coalesce(_advisor(), func.btrim(client.first_name + " " + client.last_name), ""),
            func.split_part(letter.recipient, "@", 2),
            *(letter.subject, letter.ics_method, letter.due_at, letter.state, letter.failure),
            *(booking.state, booking.ends_at),
            func.coalesce(letter.sequence < booking.sequence, False),
        )
        .select_from(outbox)
        .outerjoin(customers, _of_shop(customers) & (client.customer_id == letter.customer_id))
        .outerjoin(bookings, _of_shop(bookings) & (booking.booking_id == letter.booking_id))
        .where(*_need_a_look(tx))
    )


def _advisor() -> Any:
    """The advisor an address belongs to: a letter to her is kept under the client it is about."""
    hers = and_(_of_shop(advisors), func.lower(advisors.c.email) == func.lower(outbox.c.recipient))
    return select(advisors.c.name).where(hers).limit(1).correlate(outbox).scalar_subquery()


def _of_shop(table: Any) -> Any:
    return table.c.shop_id == outbox.c.shop_id
