"""Ask for the calendars that are due, and tell whose calendar has fallen silent."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.mail import letters
from app.queue import Queue
from app.stores import advisors, calendar_feeds, holds, outbox, shops
from app.stores.database import Database, Transaction

# Twice the sweep's interval: a busy queue reaches it, and the same question never piles up.
ASKED_FOR_SECONDS = 120


def sweep_calendars(database: Database, queue: Queue, *, shop_id: int, url: str, now: datetime) -> int:
    """This function will ask for one shop's calendars that are due; how many those are.

    An advisor whose calendar has been silent for an hour has one letter about it, until it answers again.
    Times that are held for nobody any more go, too. `url` is the product's own address.
    """
    with database.shop(shop_id) as tx:
        holds.release_lapsed(tx, now=now)
        _tell(tx, queue, url=url, now=now)
        due = calendar_feeds.due(tx, now=now)
    for feed_id in due:
        queue.ask("jobs.calendars.fetch", shop_id, str(feed_id), expires_after=ASKED_FOR_SECONDS)
    return len(due)


def _tell(tx: Transaction, queue: Queue, *, url: str, now: datetime) -> None:
    # Without a problem nobody has tried: the worker was away, and the next try may do.
    untold = [feed for feed in calendar_feeds.silent(tx, now=now) if feed.problem and feed.told_at is None]
    if not untold:
        return
    letter = letters.silent_calendar(house=shops.read(tx).name, link=f"{url}/desk")
    whose = {feed.advisor_id for feed in untold}
    for advisor in advisors.every(tx):
        if advisor.advisor_id in whose and advisor.active and advisor.email:
            message_id = outbox.write(
                tx,
                recipient=advisor.email,
                subject=letter.subject,
                body=letter.text,
                html=letter.html,
                now=now,
            )
            tx.after_commit(partial(queue.ask, "jobs.post.send", tx.shop_id, str(message_id)))
    for feed in untold:
        calendar_feeds.note_told(tx, feed.feed_id, now=now)
