"""Whom a word is about: under which id she is kept, and whether what it says may be written down at all.

One rule for the messages, for the night's comparison and for the history, so that none of them brings back
whom another leaves in peace.
"""

from __future__ import annotations

from datetime import datetime

from app.stores import aliases, customers, erasures
from app.stores.database import Transaction


def whose(
    tx: Transaction, said_id: str, *said_at: datetime | None, ordered_at: datetime | None = None
) -> str | None:
    """This function will say under which id a customer is kept; None where she was forgotten, and stays so.

    `said_at` are the instants at which it was said, or done: an order from before stays forgotten, whoever
    touches it now. Whom we have forgotten, a word on her record does not bring back, however late it is said;
    an order of hers does, and `ordered_at` is when she placed the one that this speaks of.
    """
    kept = aliases.kept_id(tx, said_id)
    known = [at for each in {said_id, kept} if (at := erasures.forgotten_at(tx, each))]
    if not known:
        return kept
    forgotten = max(known)
    if any(at < forgotten for at in said_at if at is not None):
        return None
    begins = ordered_at is not None and ordered_at >= forgotten
    return kept if begins or customers.one(tx, kept) is not None else None
