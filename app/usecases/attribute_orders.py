"""Let an order that follows a consultation say so: it belongs to one consultation, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.stores import attributions, terms
from app.stores.database import Transaction

# An order may reach us a while after it was placed: a bulk import, a webhook that was lost. Dated guess,
# 2026-11.
LATE_WORDS_DAYS = 14


def attribute_orders(tx: Transaction, customer_id: str, *, now: datetime) -> None:
    """This function will give a client's orders to the consultations they followed, in the house's window.

    The outcome becomes "bought", and what was said at the close where no such order is left (cancelled,
    returned, or somebody else's). Run again, it changes nothing.
    """
    withdrawn = attributions.withdraw(tx, customer_id)
    within = timedelta(days=terms.read(tx).attribution_days)
    given = attributions.attribute(tx, customer_id, within=within, now=now)
    attributions.settle_outcomes(tx, withdrawn | given)


def customers_to_look_at(tx: Transaction, *, now: datetime) -> list[str]:
    """This function will list the clients whose orders may still follow a consultation."""
    days = terms.read(tx).attribution_days + LATE_WORDS_DAYS
    return attributions.customers_since(tx, now - timedelta(days=days))
