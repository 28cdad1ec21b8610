"""Have somebody else lead a relationship: the owner's decision, which no later order changes."""

from __future__ import annotations

from datetime import datetime

from app.stores import advisors, clients
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.read_client import UnableToFindClient
from app.usecases.update_relationship import update_relationship


class UnableToChangeLead(Exception):
    """Only the owner chooses, and only among those who work here."""


def change_lead(
    tx: Transaction, live: Live, customer_id: str, *, lead_id: int, chosen_by: int, now: datetime
) -> None:
    """This function will have somebody lead a relationship. Raises UnableToChangeLead, UnableToFindClient."""
    owner, lead = advisors.owner(tx), advisors.one(tx, lead_id)
    if chosen_by != owner.advisor_id or lead is None or not lead.active:
        raise UnableToChangeLead("only the owner chooses, among those who work here")
    if clients.one(tx, customer_id) is None:
        raise UnableToFindClient("the house has no such client")
    clients.lead(tx, customer_id, lead_id, f"{owner.first_name} chose {lead.first_name}.")
    update_relationship(tx, live, customer_id, now=now)
