"""The night's comparison with Shopify: its row is the work, and what was left is swept up."""

from __future__ import annotations

import structlog

from app.shopify.errors import UnableToAskShopify
from app.stores import reconciliations
from app.usecases.reconcile import due, reconcile
from app.wiring import admin_of
from jobs.each_shop import each_shop
from jobs.worker import services

log = structlog.get_logger(__name__)

# Longer than a page takes, Shopify's patience included; each page lengthens the lease.
LEASE_SECONDS = 300
# Where only opening the admin helps, or Shopify is away: asked again within the night.
REST_SECONDS = 1800


def compare(shop_id: int) -> None:
    """This function will make the comparison that a shop waits for, if nobody else is at it."""
    parts = services()
    with parts.database.shop(shop_id) as tx:
        run = reconciliations.take(tx, lease_seconds=LEASE_SECONDS)
    if run is None:
        return
    now = parts.clock()
    try:
        client = admin_of(parts, shop_id)
        reconcile(parts.database, parts.live, client, shop_id, run, lease_seconds=LEASE_SECONDS, now=now)
    except UnableToAskShopify as error:
        log.warning("reconcile.waits", shop_id=shop_id, error=type(error).__name__)
        with parts.database.shop(shop_id) as tx:
            reconciliations.put_back(tx, run.run_id, type(error).__name__, rest_seconds=REST_SECONDS)


def sweep() -> int:
    """This function will ask for each comparison that is due, and count them."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        is_due = due(tx, now=parts.clock())
    if is_due:
        parts.queue.ask("jobs.reconcile.compare", shop_id, expires_after=REST_SECONDS)
    return int(is_due)
