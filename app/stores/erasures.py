"""Being forgotten: a customer's rows removed, and the means to know what would bring her back.

Webhooks come in any order and late, and a file exported before an erasure may be imported any day after it.
What is kept for that is a digest and an instant, which say nothing by themselves, for as long as the shop is
with us. What she does after the instant is a new relationship, which she has begun.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Column, DateTime, Text, Uuid, delete, func, null, select, text, update

from app.stores import date_removals, last_years, relationships
from app.stores.bookings import bookings
from app.stores.customers import customers, milestones
from app.stores.database import Transaction, shop_table
from app.stores.decisions import decisions
from app.stores.orders import orders
from app.stores.outbox import outbox
from app.stores.shops import shops

erasures = shop_table(
    "erasures",
    Column("erasure_id", Uuid, nullable=False),
    # Neither id nor address: a digest that only somebody who has the id in hand can compare. A shop's share
    # one salt, so that the customers of a file are compared with all of them by one digest each.
    Column("salt", Text, nullable=False),
    Column("digest", Text, nullable=False),
    # When Shopify sent the request, by its clock, which the late words carry too.
    Column("at", DateTime(timezone=True), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    key=("erasure_id",),
)

# An erasure, or a merge, and the landing of a file's chunk exclude each other (KEEP_ERASURES_OUT in
# order_statements.py).
LOCK = 0x57E4A
# Before any erasure there can be.
EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def remove(tx: Transaction, customer_id: str) -> bool:
    """This function will delete every row of a customer; False where there was none.

    Her decisions stay as counts, without her, without what they rested on and without the session's name.
    """
    # A decision carries no foreign key: one that is just being written is waited for, or it would stay.
    relationships.is_there(tx, customer_id)
    own_bookings = select(bookings.c.booking_id).where(
        bookings.c.shop_id == tx.shop_id, bookings.c.customer_id == customer_id
    )
    # The keys take all else with them; a letter may name only the booking.
    tx.execute(delete(outbox).where(outbox.c.shop_id == tx.shop_id, outbox.c.booking_id.in_(own_bookings)))
    _anonymise_decisions(tx, customer_id)
    date_removals.let_go_of(tx, customer_id)
    hers = (customers.c.shop_id == tx.shop_id, customers.c.customer_id == customer_id)
    gone = bool(tx.execute(delete(customers).where(*hers)).rowcount)
    # Last: a year that was just being written down kept her row from going, and is to be seen now.
    last_years.forget(tx, customer_id)
    return gone


def _anonymise_decisions(tx: Transaction, customer_id: str) -> None:
    nobody = func.gen_random_uuid().cast(Text)  # a session has one decision, so each needs a name
    tx.execute(
        update(decisions)
        .where(decisions.c.shop_id == tx.shop_id, decisions.c.customer_id == customer_id)
        .values(customer_id=None, record=null(), session_id=nobody)
    )


def remove_from_others(tx: Transaction, customer_id: str) -> set[str]:
    """This function will take a customer's name out of the dates others gave us, and list whose those are.

    Her birthday is hers, whoever told it, and goes. An anniversary is the other's as well: it stays, and
    names nobody.
    """
    c, m = customers.c, milestones.c
    full_name = func.btrim(c.first_name + " " + c.last_name)
    name = select(func.lower(full_name)).where(c.shop_id == tx.shop_id, c.customer_id == customer_id)
    named = tx.execute(name).scalar_one_or_none()
    if not named:
        return set()
    theirs = (m.shop_id == tx.shop_id, m.customer_id != customer_id, func.lower(m.person) == named)
    birthdays = delete(milestones).where(*theirs, m.occasion == "birthday")
    gone = tx.execute(birthdays.returning(m.customer_id, m.milestone_id, m.handle)).all()
    date_removals.let_go(tx, {date_removals.entry_handle(row.milestone_id, row.handle) for row in gone})
    unnamed = update(milestones).where(*theirs).values(person="").returning(m.customer_id)
    return {*(row.customer_id for row in gone), *tx.execute(unnamed).scalars()}


def remove_orders(tx: Transaction, order_ids: Collection[str]) -> None:
    """This function will delete orders by their ids, whoever they are kept under."""
    tx.execute(delete(orders).where(orders.c.shop_id == tx.shop_id, orders.c.order_id.in_(order_ids)))


def remove_shop(tx: Transaction) -> None:
    """This function will delete a shop with everything that is its own."""
    tx.execute(delete(shops).where(shops.c.shop_id == tx.shop_id))


def customers_with(tx: Transaction, email: str) -> list[str]:
    """This function will find the customers an address belongs to, however it is capitalised."""
    where = (customers.c.shop_id == tx.shop_id, func.lower(customers.c.email) == email.strip().lower())
    return list(tx.execute(select(customers.c.customer_id).where(*where)).scalars())


def remember(tx: Transaction, customer_ids: Collection[str], *, at: datetime) -> None:
    """This function will remember, not knowing whom, that who has these ids was forgotten at `at`."""
    salt = _salt(tx)
    told = {"shop_id": tx.shop_id, "salt": salt, "at": at}
    rows = [told | {"erasure_id": uuid4(), "digest": _digest(salt, each)} for each in customer_ids]
    tx.execute(erasures.insert(), rows)


def wait_for_imports(tx: Transaction) -> None:
    """This function will let no import land orders until this transaction ends; call it before all else."""
    tx.execute(text("select pg_advisory_xact_lock(:key, :shop)"), {"key": LOCK, "shop": tx.shop_id})


def keep_out(tx: Transaction) -> None:
    """This function will let nobody be erased or merged until the commit; call it before all else."""
    tx.execute(text("select pg_advisory_xact_lock_shared(:key, :shop)"), {"key": LOCK, "shop": tx.shop_id})


def forgotten_at(tx: Transaction, customer_id: str) -> datetime | None:
    """This function will say when a customer was forgotten, the last time; None where she was not."""
    digests = [_digest(salt, customer_id) for salt in _salts(tx)]
    its = (erasures.c.shop_id == tx.shop_id, erasures.c.digest.in_(digests))
    at: datetime | None = tx.execute(select(func.max(erasures.c.at)).where(*its)).scalar_one()
    return at


def is_late_word(tx: Transaction, customer_id: str, *said_at: datetime | None) -> bool:
    """This function will say whether something was said or done of a customer before she was forgotten.

    What she does afterwards starts anew, so it counts as late only where an instant is known and earlier.
    """
    known = [at for at in said_at if at is not None]
    forgotten = forgotten_at(tx, customer_id) if known else None
    return forgotten is not None and min(known) < forgotten


def late_words(tx: Transaction, said_at: datetime) -> Callable[[str], bool]:
    """This function will answer `is_late_word` for many customers, of what was said at one instant."""
    where = (erasures.c.shop_id == tx.shop_id, erasures.c.at > said_at)
    late = {
        (row.salt, row.digest) for row in tx.execute(select(erasures.c.salt, erasures.c.digest).where(*where))
    }
    salts = {salt for salt, _ in late}
    return lambda customer_id: any((salt, _digest(salt, customer_id)) in late for salt in salts)


def _salt(tx: Transaction) -> str:
    return next(iter(_salts(tx)), "") or secrets.token_hex(16)


def _salts(tx: Transaction) -> list[str]:
    its = select(erasures.c.salt).distinct().where(erasures.c.shop_id == tx.shop_id)
    return list(tx.execute(its.order_by(erasures.c.salt)).scalars())


def _digest(salt: str, customer_id: str) -> str:
    return hashlib.sha256(f"{salt}:{customer_id}".encode()).hexdigest()
