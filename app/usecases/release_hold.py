"""Give up a time that is held, when she leaves the form."""

from __future__ import annotations

from app.stores import bookings, holds
from app.stores.database import Transaction


def release_hold(tx: Transaction, *, customer_id: str) -> None:
    """This function will free what is held for a customer; where nothing is, nothing changes."""
    bookings.hold_customer(tx, customer_id)
    holds.release(tx, customer_id)
