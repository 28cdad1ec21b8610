"""Whom each advisor leads, and handing that over when she leaves. What is past stays with who did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from app.stores.advisors import Advisor
from app.stores.bookings import Booking, bookings, briefs
from app.stores.customers import forward_items
from app.stores.database import Transaction, among
from app.stores.outreach import outreach
from app.stores.relationships import relationships


def clients_of(tx: Transaction, advisor_id: int, *, lock: bool = False) -> list[str]:
    """This function will list whom an advisor leads; with `lock` none changes until the transaction ends."""
    r = relationships.c
    where = (r.shop_id == tx.shop_id, r.lead_advisor_id == advisor_id)
    # In one order for everybody, so that two who lock some of the same never wait for each other.
    statement = select(r.customer_id).where(*where).order_by(r.customer_id)
    return list(tx.execute(statement.with_for_update() if lock else statement).scalars())


def counts(tx: Transaction) -> dict[int, int]:
    """This function will count how many clients each advisor leads."""
    r = relationships.c
    where = (r.shop_id == tx.shop_id, r.lead_advisor_id.is_not(None))
    rows = tx.execute(select(r.lead_advisor_id, func.count()).where(*where).group_by(r.lead_advisor_id))
    return {row[0]: row[1] for row in rows}


def hand_over(tx: Transaction, customers: Sequence[str], to: Advisor, reason: str) -> None:
    """This function will have an advisor lead some clients, as if by hand: no later order changes it."""
    r = relationships.c
    name = func.jsonb_set(r.snapshot, cast(["lead"], ARRAY(Text)), func.to_jsonb(cast(to.first_name, Text)))
    statement = (
        update(relationships)
        .where(r.shop_id == tx.shop_id, among(r.customer_id, customers))
        .values(
            lead_advisor_id=to.advisor_id,
            lead_reason=reason,
            lead_by_hand=True,
            snapshot=name,  # null stays null
            version=r.version + 1,
            updated_at=func.now(),
        )
    )
    tx.execute(statement)


def hand_over_work(tx: Transaction, leaver: int, shares: Mapping[str, int], *, otherwise: int) -> None:
    """This function will give what is promised and not done yet, and letters not sent, to who leads now.

    A letter that waited in the leaver's name is a draft again: whoever signs it reads it over first.
    """
    unsent = outreach.c.state.in_(("draft", "waiting"))
    for table, mine in ((forward_items, forward_items.c.done_at.is_(None)), (outreach, unsent)):
        where = (table.c.shop_id == tx.shop_id, table.c.advisor_id == leaver, mine)
        values: dict[str, object] = {"state": "draft"} if table is outreach else {}
        for to in sorted(set(shares.values())):
            theirs = [customer for customer, advisor in shares.items() if advisor == to]
            hers = among(table.c.customer_id, theirs)
            tx.execute(update(table).where(*where, hers).values(advisor_id=to, **values))
        tx.execute(update(table).where(*where).values(advisor_id=otherwise, **values))


def ahead_of(tx: Transaction, advisor_id: int, *, now: datetime) -> list[UUID]:
    """This function will list the bookings an advisor has before her, the next first."""
    b = bookings.c
    where = (b.shop_id == tx.shop_id, b.advisor_id == advisor_id, b.state == "booked", b.starts_at > now)
    return list(tx.execute(select(b.booking_id).where(*where).order_by(b.starts_at)).scalars())


def note_move(tx: Transaction, booking: Booking, *, was_with: int) -> None:
    """This function will keep with whom a booking was before; its brief is unread by who has it now."""
    own = (bookings.c.shop_id == tx.shop_id, bookings.c.booking_id == booking.booking_id)
    tx.execute(update(bookings).where(*own).values(moved_from=was_with))
    brief = (briefs.c.shop_id == tx.shop_id, briefs.c.booking_id == booking.booking_id)
    tx.execute(update(briefs).where(*brief).values(opened_at=None, opened_by=None))
