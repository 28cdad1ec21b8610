"""Who looks after a customer, as is said beside her orders: consultations, the shop's field and its tags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from app.stores.bookings import bookings, consultations
from app.stores.database import Transaction, among
from app.stores.marks import ADDED, ADVISOR, TAG, marks


def held_with(
    tx: Transaction, customer_ids: Sequence[str], *, before: datetime | None = None
) -> dict[str, list[tuple[int, datetime]]]:
    """This function will list who held consultations with some customers, and when."""
    b, c = bookings.c, consultations.c
    hers = and_(c.shop_id == b.shop_id, c.booking_id == b.booking_id)
    where = [b.shop_id == tx.shop_id, among(b.customer_id, customer_ids)]
    # A stand-in gives the client back: what she held in the lead's place makes her nobody's lead.
    where += [c.outcome.is_not(None), c.outcome != "no_show", b.stand_in_for.is_(None)]
    if before is not None:
        where.append(c.started_at < before)
    found: dict[str, list[tuple[int, datetime]]] = {}
    statement = select(b.customer_id, b.advisor_id, c.started_at).select_from(
        bookings.join(consultations, hers)
    )
    for customer_id, advisor_id, at in tx.execute(statement.where(*where).order_by(c.started_at)):
        found.setdefault(customer_id, []).append((advisor_id, at))
    return found


def in_field(
    tx: Transaction, customer_ids: Sequence[str], *, before: datetime | None = None
) -> dict[str, str]:
    """This function will say whom the shop's field for her advisor names, casefolded as it is kept."""
    whose = among(marks.c.customer_id, customer_ids)
    where = [marks.c.shop_id == tx.shop_id, whose, marks.c.name == ADVISOR, marks.c.value != ""]
    if before is not None:
        where.append(marks.c.said_at < before)
    return dict(tx.execute(select(marks.c.customer_id, marks.c.value).where(*where)).all())


def tagged(
    tx: Transaction, customer_ids: Sequence[str], prefix: str, *, before: datetime | None = None
) -> dict[str, list[str]]:
    """This function will list whom the shop's tags name, casefolded as tags are kept, the newest first."""
    begins = TAG + prefix.casefold()
    where = [
        marks.c.shop_id == tx.shop_id,
        among(marks.c.customer_id, customer_ids),
    ]
    where += [func.starts_with(marks.c.name, begins), marks.c.value == ADDED]
    if before is not None:
        where.append(marks.c.said_at < before)
    statement = select(marks.c.customer_id, marks.c.name).where(*where)
    found: dict[str, list[str]] = {}
    for customer_id, name in tx.execute(statement.order_by(marks.c.said_at.desc(), marks.c.name)):
        found.setdefault(customer_id, []).append(name.removeprefix(begins).strip())
    return found
