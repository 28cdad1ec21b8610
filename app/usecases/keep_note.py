"""Keep a note about a client."""

from __future__ import annotations

from datetime import datetime

from app.domain.consultation import LONGEST_NOTE
from app.stores import clients, customers
from app.stores.database import Transaction
from app.usecases.read_client import UnableToFindClient


def keep_note(tx: Transaction, customer_id: str, body: str, *, advisor_id: int, now: datetime) -> bool:
    """This function will keep a note; False where there is nothing in it. Raises UnableToFindClient."""
    if clients.one(tx, customer_id) is None:
        raise UnableToFindClient("the house has no such client")
    written = body.replace("\x00", "").strip()[:LONGEST_NOTE]
    if written:
        customers.add_note(tx, customer_id, written, at=now, advisor_id=advisor_id)
    return bool(written)
