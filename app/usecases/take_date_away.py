"""Take a date away because the client who told it asks for it: here, in every brief, and in the shop."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stores import clients, date_removals, kept_dates, worklist
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.find_told_date import find_told_date
from app.usecases.update_relationship import update_relationship
from app.usecases.write_brief import write_briefs_again


def take_date_away(
    tx: Transaction, live: Live, customer_id: str, milestone_id: UUID, *, now: datetime
) -> None:
    """This function will forget a date that a client told us. Raises UnableToFindDate."""
    kept = find_told_date(tx, customer_id, milestone_id)
    handle = clients.remove_milestone(tx, customer_id, kept.milestone_id)
    date_removals.let_go(tx, [date_removals.entry_handle(kept.milestone_id, handle)])
    kept_dates.owe(tx, customer_id)  # what was written of it a moment ago is looked at again
    worklist.forget(tx, customer_id, str(kept.milestone_id))
    update_relationship(tx, live, customer_id, now=now)
    write_briefs_again(tx, customer_id, now=now)
