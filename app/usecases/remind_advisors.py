"""Remind advisors of what they promised, shortly before its day."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from app.mail import letters
from app.queue import Queue
from app.stores import advisors, consultations, outbox, shops
from app.stores.advisors import Advisor
from app.stores.database import Database, Transaction

# Two days leave time to prepare and are not so long that it is forgotten again. A guess of 2026-11.
AHEAD = timedelta(days=2)


def remind_advisors(database: Database, queue: Queue, shop_id: int, *, url: str, now: datetime) -> int:
    """This function will owe each advisor one letter for all her items that come due; how many letters.

    Of what somebody promised who has left the owner is told, who sees it at the desk. The letter is neutral
    and leads there; an item is reminded of once, and waits while there is no address to write to.
    """
    with database.shop(shop_id) as tx:
        shop = shops.read(tx)
        whose = _readers(tx)
        due = consultations.remind(tx, of=whose.keys(), until=shop.day(now + AHEAD), now=now)
        told = {whose[advisor_id].advisor_id: whose[advisor_id] for advisor_id in due}
        for reader in told.values():
            letter = letters.reminder(house=shop.name, link=f"{url}/desk", own=reader.advisor_id in due)
            message_id = outbox.write(
                tx,
                recipient=reader.email,
                subject=letter.subject,
                body=letter.text,
                html=letter.html,
                now=now,
            )
            tx.after_commit(partial(queue.ask, "jobs.post.send", shop_id, str(message_id)))
    return len(told)


def _readers(tx: Transaction) -> dict[int, Advisor]:
    """Who is told of whose promises: herself, or the owner of one who has left; none without an address."""
    everyone = advisors.every(tx)
    owner = next(advisor for advisor in everyone if advisor.role == "owner")
    readers = {one.advisor_id: one if one.active else owner for one in everyone}
    return {advisor_id: reader for advisor_id, reader in readers.items() if reader.email}
