"""Ask again for letters that were left lying."""

from __future__ import annotations

from datetime import datetime

from app.queue import Queue
from app.stores import outbox
from app.stores.database import Database

# One sweep of one shop; the next comes within a minute.
AT_MOST = 200


def sweep_outbox(database: Database, queue: Queue, *, shop_id: int, now: datetime) -> int:
    """This function will ask for one shop's letters that are due; how many those are.

    A letter whose sender died while saying it to a server is left to a person, because it may have arrived;
    one whose news is over is withdrawn.
    """
    with database.shop(shop_id) as tx:
        outbox.doubt_abandoned(tx)
        outbox.withdraw_overtaken(tx, now=now)
        due = outbox.due(tx, now=now, at_most=AT_MOST)
    for message_id in due:
        queue.ask("jobs.post.send", shop_id, str(message_id))
    return len(due)
