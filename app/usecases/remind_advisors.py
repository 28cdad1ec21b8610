"""Remind advisors of what they promised, shortly before its day."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from app.mail import letters
from app.queue import Queue
from app.stores import advisors, consultations, outbox, shops
from app.stores.database import Database

# Two days leave time to prepare and are not so long that it is forgotten again. A guess of 2026-11.
AHEAD = timedelta(days=2)


def remind_advisors(database: Database, queue: Queue, shop_id: int, *, url: str, now: datetime) -> int:
    """This function will owe each advisor one letter for all her items that come due; how many letters.

    The letter is neutral and leads to the desk; an item is reminded of once.
    """
    with database.shop(shop_id) as tx:
        shop = shops.read(tx)
        due = consultations.remind(tx, until=shop.day(now + AHEAD), now=now)
        addresses = {advisor.advisor_id: advisor.email for advisor in advisors.every(tx) if advisor.active}
        letter = letters.reminder(house=shop.name, link=f"{url}/desk")
        told = 0
        for advisor_id in sorted(set(due)):
            if not addresses.get(advisor_id):
                continue
            message_id = outbox.write(
                tx,
                recipient=addresses[advisor_id],
                subject=letter.subject,
                body=letter.text,
                html=letter.html,
                now=now,
            )
            tx.after_commit(partial(queue.ask, "jobs.post.send", shop_id, str(message_id)))
            told += 1
    return told
