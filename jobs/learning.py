"""Learning: weights are proposed, clients are foretold; each month, each night, and when somebody asks."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.queue import JobName
from app.stores import learnings, rulebook, shops
from app.stores.database import Transaction
from app.stores.learnings import Work
from jobs.worker import services

log = structlog.get_logger(__name__)

# As long as the queue lets the job run: a killed one's work is free from then on.
LEASE_SECONDS = 1800
REST_SECONDS = 3600  # after an error that nobody has foreseen
RELEARN_AFTER = timedelta(days=30)  # "intercept recalibrated monthly" (the same run does both)
NIGHT_FROM = 2  # o'clock in the shop's zone
# Twice the sweep's interval: a busy queue reaches it, and the same question never piles up.
ASKED_FOR_SECONDS = 600


def learn(shop_id: int) -> None:
    """This function will learn a shop's weights and propose them, where that was asked for."""
    # Here and not above: the worker's other jobs never load pandas or scikit-learn.
    from app.usecases.learn_weights import UnableToLearn, learn_weights

    parts = services()
    asked_at = _take(shop_id, "learn")
    if asked_at is None:
        return
    error = ""
    try:
        learn_weights(parts.database, shop_id, now=parts.clock())
    except UnableToLearn as unable:
        error = type(unable).__name__
    except Exception as unknown:  # whatever it is, it must not end the worker nor lose the work
        _put_back(shop_id, "learn", unknown)
        return
    _finish(shop_id, "learn", asked_at, error=error)
    log.info("learning.learned", shop_id=shop_id, error=error)
    _replay_last_year(shop_id)


def _replay_last_year(shop_id: int) -> None:
    """After a learning: the one place where last year is replayed for the merchant."""
    from app.usecases.replay_last_year import replay_last_year

    parts = services()
    try:
        replay_last_year(parts.database, shop_id, now=parts.clock())
    except Exception as unknown:  # the proposal is kept; the year is replayed after the next learning
        log.warning("learning.not_replayed", shop_id=shop_id, failure=type(unknown).__name__)


def foretell(shop_id: int) -> None:
    """This function will foretell a shop's clients anew, where that was asked for."""
    from app.usecases.foretell_customers import foretell_customers

    parts = services()
    asked_at = _take(shop_id, "foretell")
    if asked_at is None:
        return
    try:
        changed = foretell_customers(parts.database, parts.live, shop_id, now=parts.clock())
    except Exception as unknown:  # as above
        _put_back(shop_id, "foretell", unknown)
        return
    _finish(shop_id, "foretell", asked_at)
    log.info("learning.foretold", shop_id=shop_id, changed=changed)


def _take(shop_id: int, work: Work) -> datetime | None:
    with services().database.shop(shop_id) as tx:
        return learnings.take(tx, work, lease_seconds=LEASE_SECONDS)


def _finish(shop_id: int, work: Work, asked_at: datetime, *, error: str = "") -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        learnings.finish(tx, work, asked_at, now=parts.clock(), error=error)


def _put_back(shop_id: int, work: Work, error: Exception) -> None:
    failure = type(error).__name__
    log.warning("learning.failed", shop_id=shop_id, work=work, failure=failure)
    with services().database.shop(shop_id) as tx:
        learnings.put_back(tx, work, failure, rest_seconds=REST_SECONDS)


def sweep() -> None:
    """This function will ask for what is due: a month after the last learning, a night after the last run.

    What was asked for before and is still wanted, because a worker was killed, is asked for again.
    """
    parts = services()
    for shop_id in parts.database.shop_ids():
        with parts.database.shop(shop_id) as tx:
            _note_what_is_due(tx, now=parts.clock())
            waiting = [job for work, job in _JOBS.items() if learnings.waits(tx, work)]
        for job in waiting:
            parts.queue.ask(job, shop_id, expires_after=ASKED_FOR_SECONDS)


_JOBS: dict[Work, JobName] = {"learn": "jobs.learning.learn", "foretell": "jobs.learning.foretell"}


def _note_what_is_due(tx: Transaction, *, now: datetime) -> None:
    learned, foretold = learnings.state(tx, "learn"), learnings.state(tx, "foretell")
    if learned.asked_at is None and (learned.done_at is None or now - learned.done_at >= RELEARN_AFTER):
        learnings.ask(tx, "learn", now=now)
    if foretold.asked_at is None and _is_night_due(tx, foretold.done_at, now):
        learnings.ask(tx, "foretell", now=now)


def _is_night_due(tx: Transaction, done_at: datetime | None, now: datetime) -> bool:
    """Whether a model is in force and the shop's night has come since it was last asked."""
    shop = shops.read(tx)
    since_night = now - timedelta(hours=NIGHT_FROM)
    if done_at is not None and shop.day(done_at - timedelta(hours=NIGHT_FROM)) >= shop.day(since_night):
        return False
    return rulebook.weights_in_force(tx).learned is not None
