"""Stop scoring a client, or begin again: her right, in one tap."""

from __future__ import annotations

from datetime import datetime

from app.stores import clients
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.read_client import UnableToFindClient
from app.usecases.update_relationship import update_relationship


def switch_scoring(tx: Transaction, live: Live, customer_id: str, *, off: bool, now: datetime) -> None:
    """This function will switch scoring off or on for a client. Raises UnableToFindClient."""
    if clients.one(tx, customer_id) is None:
        raise UnableToFindClient("the house has no such client")
    clients.set_opted_out(tx, customer_id, off)
    update_relationship(tx, live, customer_id, now=now)
