"""Try Shopify's messages again that were given up."""

from __future__ import annotations

from app.queue import Queue
from app.stores import inbox
from app.stores.database import Transaction


def try_messages_again(tx: Transaction, queue: Queue) -> int:
    """This function will set free the messages that failed ten times, ask for the work, and count them.

    What fails once more comes back to whoever asked.
    """
    freed = inbox.set_free(tx)
    if freed:
        tx.after_commit(lambda: queue.ask_once("jobs.inbox.work_on", tx.shop_id))
    return freed
