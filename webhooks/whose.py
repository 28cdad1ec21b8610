"""Whom a word is about: under which id she is kept, and whether it comes too late to be taken in."""

from __future__ import annotations

from datetime import datetime

from app.stores import aliases, erasures
from app.stores.database import Transaction


def whose(tx: Transaction, said_id: str, *said_at: datetime | None) -> str | None:
    """This function will say under which id a customer is kept; None where she was forgotten since.

    `said_at` are the instants at which it was said, or done: an order from before stays forgotten, whoever
    touches it now.
    """
    kept = aliases.kept_id(tx, said_id)
    late = any(erasures.is_late_word(tx, each, *said_at) for each in {said_id, kept})
    return None if late else kept
