"""Ask for a work of learning: its row is kept, and the worker hears of it after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.queue import JobName, Queue
from app.stores import learnings
from app.stores.database import Transaction
from app.stores.learnings import Work

_JOBS: Mapping[Work, JobName] = {"learn": "jobs.learning.learn", "foretell": "jobs.learning.foretell"}


def ask_learning(tx: Transaction, queue: Queue, work: Work, *, now: datetime) -> None:
    """This function will have weights learned anew ("learn") or every client foretold anew ("foretell")."""
    learnings.ask(tx, work, now=now)
    shop_id = tx.shop_id
    tx.after_commit(lambda: queue.ask(_JOBS[work], shop_id))
