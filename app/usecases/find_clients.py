"""Find a client of the house by name."""

from __future__ import annotations

from app.stores import clients
from app.stores.clients import Client
from app.stores.database import Transaction

MOST_FOUND = 20


def find_clients(tx: Transaction, words: str) -> list[Client]:
    """This function will find at most twenty clients by words of their names."""
    return clients.search(tx, words[:100], limit=MOST_FOUND)
