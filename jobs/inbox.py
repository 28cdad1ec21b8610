"""The inbox: webhooks that were acknowledged are worked on, once in effect, whatever is killed meanwhile."""

from __future__ import annotations

import time

import structlog

from app.domain import keeping
from app.stores import inbox
from app.stores.database import Transaction
from app.stores.inbox import Held
from app.wiring import Services
from jobs.each_shop import each_shop
from jobs.worker import services
from webhooks.payload import TooEarly, UnableToReadWebhook
from webhooks.topics import CALLERS, HANDLERS

log = structlog.get_logger(__name__)

# The tenth attempt comes some two hours after the first.
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 15, 3600
# A shop's share of a worker before it queues again: a fork (a tenth of a second) is lost in it, another
# shop's letter hardly notices it, and RQ's own limit of 180 seconds is far. Dated guess, 2026-11.
SHARE_SECONDS = 5.0
# Longer than a sweep, so that a busy queue reaches it; short enough that the same question never piles up.
ASKED_FOR_SECONDS = 60


def work_on(shop_id: int) -> None:
    """This function will work on the webhooks of a shop that wait, one by one, the oldest first.

    Several may do so at once. When its share of time is over it asks for itself again, behind the others.
    """
    parts = services()
    parts.queue.begun("jobs.inbox.work_on", shop_id)
    until = time.monotonic() + SHARE_SECONDS
    while _work_on_next(parts, shop_id):
        if time.monotonic() >= until:
            parts.queue.ask_once("jobs.inbox.work_on", shop_id)
            return


def _work_on_next(parts: Services, shop_id: int) -> bool:
    """Work on the oldest webhook that nobody holds; False where none waits.

    The lease is its own transaction; the work and the mark that it is done are one. A kill at any moment
    means that both are there, or that the lease runs out and the sweep asks again.
    """
    with parts.database.shop(shop_id) as tx:
        held = inbox.take(tx, lease_seconds=parts.settings.lease_seconds)
    if held is None:
        return False
    try:
        _work(parts, shop_id, held)
    except Exception as error:  # whatever it is, it must neither stop the others nor lose the webhook
        _put_back(parts, shop_id, held, error)
    return True


def _work(parts: Services, shop_id: int, held: Held) -> None:
    with parts.database.shop(shop_id) as tx:
        if not inbox.hold(tx, held):
            return
        _understand(parts, tx, held)
        inbox.finish(tx, held.webhook_id)


def _understand(parts: Services, tx: Transaction, held: Held) -> None:
    body, at, now = held.body.encode(), held.triggered_at, parts.clock()
    if held.topic in CALLERS:
        CALLERS[held.topic](tx, parts.queue, body, triggered_at=at, now=now)
    else:
        HANDLERS[held.topic](tx, parts.live, body, triggered_at=at, now=now)


def _put_back(parts: Services, shop_id: int, held: Held, error: Exception) -> None:
    """Write down the kind of error, and its words only where they are ours: others' quote the customer."""
    failure, rest = type(error).__name__, rest_seconds(held.attempts)
    if isinstance(error, UnableToReadWebhook):
        failure = f"{failure}: {error}"
    if isinstance(error, TooEarly):
        rest = max(rest, error.seconds)
    log.warning("inbox.put_back", topic=held.topic, attempts=held.attempts, failure=failure)
    with parts.database.shop(shop_id) as tx:
        inbox.put_back(tx, held, failure, rest_seconds=rest)


def rest_seconds(attempts: int) -> int:
    """This function will say how long a webhook rests after so many failed attempts."""
    # What is never given up has failed thousands of times one day: no need to reckon with such powers.
    doubled: int = FIRST_REST_SECONDS * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_REST_SECONDS)


def sweep() -> int:
    """This function will ask again for each shop where a webhook waits or a lease ran out, and count them."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        inbox.forget_done(tx, days=keeping.MESSAGES.days)
        waits = bool(inbox.waiting(tx, limit=1))
    if waits:  # whatever was asked before: a worker may have been killed before it began
        parts.queue.ask("jobs.inbox.work_on", shop_id, expires_after=ASKED_FOR_SECONDS)
    return int(waits)
