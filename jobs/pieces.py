"""Pieces that a merchant has placed by hand: the orders on record hear of it; what was missed is swept up."""

from __future__ import annotations

import structlog

from app.stores import learnings, placings
from app.usecases.ask_learning import note_learning
from app.usecases.replace_kinds import replace_kinds as place_anew
from jobs.at_work import at_work
from jobs.each_shop import each_shop
from jobs.worker import services

log = structlog.get_logger(__name__)

# Twice the sweep's interval: a busy queue reaches it, and the same question never piles up.
ASKED_FOR_SECONDS = 120


def replace_kinds(shop_id: int) -> None:
    """This function will apply a shop's waiting placings, unless somebody is at it."""
    parts = services()
    with at_work(parts.database, shop_id, "place") as taken:
        if taken is None:
            return
        changed = place_anew(parts.database, parts.live, shop_id, now=parts.clock())
        with parts.database.shop(shop_id) as tx:
            learnings.finish(tx, taken, now=parts.clock())
        log.info("pieces.placed", shop_id=shop_id, lines=changed)


def sweep() -> None:
    """This function will ask again for the shops whose placings wait."""
    each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        if placings.waiting(tx) and learnings.state(tx, "place").asked_at is None:
            note_learning(tx, "place", now=parts.clock())
        waits = bool(learnings.waiting_parts(tx, "place"))
    if waits:
        parts.queue.ask("jobs.pieces.replace_kinds", shop_id, expires_after=ASKED_FOR_SECONDS)
