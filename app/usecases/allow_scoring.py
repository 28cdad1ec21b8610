"""Stop using a client's visits, or begin again, because she says so: opted out means not scored."""

from __future__ import annotations

from datetime import datetime

from app.stores import customers
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.switch_scoring import switch_scoring


def allow_scoring(tx: Transaction, live: Live, customer_id: str, *, allowed: bool, now: datetime) -> None:
    """This function will keep whether her visits may be used, also of one who has no order yet."""
    customers.mention(tx, [customer_id])
    switch_scoring(tx, live, customer_id, off=not allowed, now=now)
