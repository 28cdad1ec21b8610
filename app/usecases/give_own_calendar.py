"""Give an advisor an address at which her own calendar reads her consultations."""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.stores import own_calendars
from app.stores.database import Transaction


def give_own_calendar(tx: Transaction, advisor_id: int, *, secret: str, now: datetime) -> None:
    """This function will let a secret open an advisor's feed, in place of the one before.

    Only its digest is kept: the address is shown once and can be made anew, never looked up.
    """
    own_calendars.put(tx, advisor_id, digest_of(secret), now=now)


def digest_of(secret: str) -> str:
    """This function will give what is kept of a secret. It has 256 bits of chance: no salt, no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
