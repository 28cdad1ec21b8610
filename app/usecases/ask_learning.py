"""Ask for a work of learning: its rows are kept, and the worker hears of each after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from app.queue import JobName, Queue
from app.stores import learnings, relationships
from app.stores.database import Transaction
from app.stores.learnings import Work

JOBS: Mapping[Work, JobName] = {
    "learn": "jobs.learning.learn",
    "foretell": "jobs.learning.foretell",
    "replay": "jobs.learning.replay",
    "place": "jobs.pieces.replace_kinds",
}
# What new orders change at once; who they foretell what follows once somebody has approved it.
AFTER_AN_IMPORT: tuple[Work, ...] = ("learn", "replay")
# So many clients are foretold at one go in some seconds and a few hundred megabytes; more are parted by hash.
# Dated guess, 2026-11.
CLIENTS_A_PART = 100_000


def ask_learning(tx: Transaction, queue: Queue, work: Work, *, now: datetime) -> None:
    """This function will have weights learned anew ("learn"), every client foretold anew ("foretell"), the
    last year replayed anew ("replay"), or what was placed by hand told to the orders on record ("place").
    """
    note_learning(tx, work, now=now)
    for part in learnings.waiting_parts(tx, work):
        tx.after_commit(partial(queue.ask, JOBS[work], *ids_of(tx.shop_id, part)))


def ids_of(shop_id: int, part: int) -> tuple[int, ...]:
    """This function will give the ids a job is asked for with: of a work in one part the shop's alone."""
    return (shop_id, part) if part else (shop_id,)


def note_learning(tx: Transaction, work: Work, *, now: datetime) -> None:
    """This function will note a work as wanted, in as many parts as the shop is large."""
    parts = 1 + relationships.count(tx) // CLIENTS_A_PART if work == "foretell" else 1
    learnings.ask(tx, work, now=now, parts=parts)
