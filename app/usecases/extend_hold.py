"""Hold a time a little longer, once, for whoever is not done with the form."""

from __future__ import annotations

from datetime import datetime

from app.stores import bookings, holds
from app.stores.database import Transaction
from app.stores.holds import Hold
from app.usecases.offer_slots import HOLD


class UnableToExtend(Exception):
    """Nothing is held for her any more. The time may be free still: it can be chosen again."""


def extend_hold(tx: Transaction, *, customer_id: str, now: datetime) -> Hold:
    """This function will hold a customer's time ten minutes longer, once; asked again it changes nothing.

    Raises UnableToExtend where the hold has lapsed.
    """
    bookings.hold_customer(tx, customer_id)
    held = holds.of_customer(tx, customer_id, now=now)
    if held is None:
        raise UnableToExtend("nothing is held")
    if held.extended:
        return held
    longer = holds.extend(tx, customer_id, until=held.held_until + HOLD)
    if longer is None:  # it was swept away, or somebody else's booking took it, between the two statements
        raise UnableToExtend("nothing is held any longer")
    return longer
