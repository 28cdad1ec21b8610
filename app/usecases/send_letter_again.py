"""Send a letter once more that failed, or that may not have arrived: a person has decided so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.queue import Queue
from app.stores import unsent
from app.stores.database import Transaction
from app.usecases.read_unsent import described


class UnableToSendAgain(Exception):
    """The letter has been seen to meanwhile, or what it says is over. The message says it to a person."""


def send_letter_again(tx: Transaction, queue: Queue, message_id: UUID, *, now: datetime) -> None:
    """This function will owe a letter once more. Raises UnableToSendAgain."""
    letter = unsent.one(tx, message_id)
    if letter is not None and (reason := described(letter, now=now).overtaken):
        raise UnableToSendAgain(reason)
    if not unsent.send_again(tx, message_id, now=now):
        raise UnableToSendAgain("Somebody has seen to this letter meanwhile.")
    tx.after_commit(lambda: queue.ask("jobs.post.send", tx.shop_id, str(message_id)))
