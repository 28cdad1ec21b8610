"""Who has an invitation in hand: a time with that advisor may be asked for at any moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select

from app.stores.bookings import bookings
from app.stores.database import Transaction
from app.stores.decisions import decisions


def promised(tx: Transaction, *, since: datetime) -> dict[int, frozenset[str]]:
    """This function will give, by advisor, the customers invited since an instant who may still book.

    Neither declined nor booked.
    """
    booked = exists().where(
        bookings.c.shop_id == decisions.c.shop_id, bookings.c.decision_id == decisions.c.decision_id
    )
    statement = select(decisions.c.advisor_id, decisions.c.customer_id).where(
        decisions.c.shop_id == tx.shop_id,
        decisions.c.at >= since,
        decisions.c.eligible,
        decisions.c.verdict == "offer",
        decisions.c.customer_id.is_not(None),
        decisions.c.advisor_id.is_not(None),
        or_(decisions.c.answer.is_(None), decisions.c.answer == "accepted"),
        ~booked,
    )
    found: dict[int, set[str]] = {}
    for advisor_id, customer_id in tx.execute(statement):
        found.setdefault(advisor_id, set()).add(customer_id)
    return {advisor_id: frozenset(customers) for advisor_id, customers in found.items()}
