"""Stop inviting a client, or begin again, because she says so."""

from __future__ import annotations

from datetime import datetime

from app.stores import customers, relationships
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.update_relationship import publish


def allow_invitations(tx: Transaction, live: Live, customer_id: str, *, allowed: bool, now: datetime) -> None:
    """This function will keep that she wants no invitations, or wants them again.

    Her latest word counts: where she allows them, earlier "not now"s no longer rest or stop anything. How
    often the house may invite at all stays as it is.
    """
    customers.mention(tx, [customer_id])
    forgiven = {"dismissals": 0, "rest_until": None} if allowed else {}
    relationships.stand(tx, customer_id, stopped=not allowed, **forgiven)
    publish(tx, live, customer_id, now=now)
