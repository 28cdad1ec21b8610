"""Learning: weights are proposed, clients foretold, last year is replayed; in time, and when somebody asks.

A work is a leased row (`jobs/at_work.py`), in parts where a shop is large.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.stores import last_years, learnings, rulebook, shops
from app.stores.database import Transaction
from app.stores.learnings import Taken, Work
from app.usecases.ask_learning import JOBS, ask_learning, ids_of, note_learning
from jobs.at_work import at_work
from jobs.each_shop import each_shop
from jobs.worker import services

log = structlog.get_logger(__name__)

# What is asked for here; placing anew has a sweep of its own (`jobs/pieces.py`).
WORKS: tuple[Work, ...] = ("learn", "foretell", "replay")
RELEARN_AFTER = timedelta(days=30)  # "intercept recalibrated monthly" (the same run does both)
NIGHT_FROM = 2  # o'clock in the shop's zone
# Twice the sweep's interval: a busy queue reaches it, and the same question never piles up.
ASKED_FOR_SECONDS = 600


def learn(shop_id: int) -> None:
    """This function will learn a shop's weights and propose them, where that was asked for.

    Whatever came of it, the last year is then replayed with the weights that stand.
    """
    # Here and not above: the worker's other jobs never load pandas or scikit-learn.
    from app.usecases.learn_weights import UnableToLearn, learn_weights

    parts = services()
    with at_work(parts.database, shop_id, "learn") as taken:
        if taken is None:
            return
        error = ""
        try:
            learn_weights(parts.database, shop_id, now=parts.clock())
        except UnableToLearn as unable:
            error = type(unable).__name__
        _finish(shop_id, taken, error=error)
        with parts.database.shop(shop_id) as tx:
            ask_learning(tx, parts.queue, "replay", now=parts.clock())
        log.info("learning.learned", shop_id=shop_id, error=error)


def replay(shop_id: int) -> None:
    """This function will replay a shop's last year anew, where that was asked for."""
    from app.usecases.replay_last_year import replay_last_year

    parts = services()
    with at_work(parts.database, shop_id, "replay") as taken:
        if taken is None:
            return
        replay_last_year(parts.database, shop_id, now=parts.clock())
        _finish(shop_id, taken)
        log.info("learning.replayed", shop_id=shop_id)


def foretell(shop_id: int, part: int = 0) -> None:
    """This function will foretell a part of a shop's clients anew, where that was asked for."""
    from app.usecases.foretell_customers import foretell_customers

    parts = services()
    with at_work(parts.database, shop_id, "foretell", part) as taken:
        if taken is None:
            return
        changed = foretell_customers(
            parts.database, parts.live, shop_id, now=parts.clock(), part=part, of=taken.parts
        )
        _finish(shop_id, taken)
        log.info("learning.foretold", shop_id=shop_id, part=part, of=taken.parts, changed=changed)


def _finish(shop_id: int, taken: Taken, *, error: str = "") -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        learnings.finish(tx, taken, now=parts.clock(), error=error)


def sweep() -> None:
    """This function will ask for what is due: a month after the last learning, a night after the last run,
    and at once where there are orders and no year that can be shown.

    What was asked for before and is still wanted, because a worker was killed, is asked for again.
    """
    each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        _note_what_is_due(tx, now=parts.clock())
        waiting = [(JOBS[work], part) for work in WORKS for part in learnings.waiting_parts(tx, work)]
    for job, part in waiting:
        parts.queue.ask(job, *ids_of(shop_id, part), expires_after=ASKED_FOR_SECONDS)


def _note_what_is_due(tx: Transaction, *, now: datetime) -> None:
    learned, foretold = learnings.state(tx, "learn"), learnings.state(tx, "foretell")
    if learned.asked_at is None and (learned.done_at is None or now - learned.done_at >= RELEARN_AFTER):
        note_learning(tx, "learn", now=now)
    if foretold.asked_at is None and _is_night_due(tx, foretold.done_at, now):
        note_learning(tx, "foretell", now=now)
    # Nothing was kept yet, or an engine before kept it.
    if learnings.state(tx, "replay").asked_at is None and last_years.is_missing(tx):
        note_learning(tx, "replay", now=now)


def _is_night_due(tx: Transaction, done_at: datetime | None, now: datetime) -> bool:
    """Whether a model is in force and the shop's night has come since it was last asked."""
    shop = shops.read(tx)
    since_night = now - timedelta(hours=NIGHT_FROM)
    if done_at is not None and shop.day(done_at - timedelta(hours=NIGHT_FROM)) >= shop.day(since_night):
        return False
    return rulebook.weights_in_force(tx).learned is not None
