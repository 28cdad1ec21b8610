"""Two customers turn out to be one."""

from __future__ import annotations

from datetime import datetime

from app.stores import aliases, customers, erasures, marks, rekeying
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.update_relationship import update_relationship


def merge_customers(tx: Transaction, live: Live, gone: str, *, kept: str, now: datetime) -> None:
    """This function will give `kept` all that was known of `gone`, and remember the id that went.

    Her name and address stay the kept one's own: Shopify says them apart. A second time changes nothing.
    """
    # An order that a file lands for the one who goes would go with her row.
    erasures.wait_for_imports(tx)
    aliases.hold(tx, {gone, kept})
    kept = aliases.kept_id(tx, kept)
    if gone == kept:
        return
    # First of all, so that the one who stays is not described by a word about the one who went.
    customers.mention(tx, [kept])
    marks.move(tx, gone, kept)
    rekeying.rekey(tx, gone, kept)
    aliases.put(tx, gone, kept)
    update_relationship(tx, live, kept, now=now)
    tx.after_commit(lambda: live.erase(tx.shop_id, gone))
