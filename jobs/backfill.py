"""A shop's history comes in from Shopify: its row is the work, and what was left is swept up."""

from __future__ import annotations

from typing import cast

from app.domain.backfill import Kind
from app.shopify.result_files import blocks_of
from app.stores import backfills
from app.usecases.take_backfill_in import Work, take_backfill_in
from app.wiring import admin_of
from jobs.each_shop import each_shop
from jobs.worker import services

# Longer than a sweep, so that a busy queue reaches it; short enough that the same question never piles up.
ASKED_FOR_SECONDS = 60


def work_on(shop_id: int, kind: str) -> None:
    """This function will take one kind of a shop's history as far as it goes now."""
    parts = services()
    work = Work(
        database=parts.database,
        live=parts.live,
        queue=parts.queue,
        client=admin_of(parts, shop_id),
        fetch=lambda url, size: blocks_of(parts.http, url, size=size),
        shop_id=shop_id,
        clock=parts.clock,
        lease_seconds=parts.settings.lease_seconds,
    )
    take_backfill_in(work, cast(Kind, kind))


def sweep() -> int:
    """This function will ask again for each history that waits or whose lease ran out, and count them."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        waiting = backfills.waiting(tx)
    for kind in waiting:
        parts.queue.ask("jobs.backfill.work_on", shop_id, kind, expires_after=ASKED_FOR_SECONDS)
    return len(waiting)
