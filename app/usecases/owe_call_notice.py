"""Owe an advisor the word that a client waits for her call."""

from __future__ import annotations

from datetime import datetime

from app.mail import letters
from app.queue import Queue
from app.stores import outbox, shops
from app.stores.advisors import Advisor
from app.stores.database import Transaction


def owe_call_notice(tx: Transaction, queue: Queue, advisor: Advisor, *, url: str, now: datetime) -> None:
    """This function will owe an advisor a neutral letter that leads to her calls; none without an address."""
    if not advisor.email:
        return  # the desk shows the call all the same
    letter = letters.call_wanted(house=shops.read(tx).name, link=f"{url}/desk/calls")
    message_id = outbox.write(
        tx, recipient=advisor.email, subject=letter.subject, body=letter.text, html=letter.html, now=now
    )
    tx.after_commit(lambda: queue.ask("jobs.post.send", tx.shop_id, str(message_id)))
