"""Take out of the shop's own record what is to be forgotten."""

from __future__ import annotations

import structlog

from app.shopify import kept_dates as shopify
from app.shopify.errors import UnableToAskShopify
from app.shopify.graphql import AdminClient
from app.stores import date_removals
from app.stores.database import Database

log = structlog.get_logger(__name__)

LEASE_SECONDS = 300
# Asked again within the hour: nobody should be remembered longer than Shopify makes us wait.
REST_SECONDS = 1800


def remove_dates_from_shopify(database: Database, client: AdminClient, shop_id: int) -> int:
    """This function will remove the entries that the shop is to lose, and count them.

    What Shopify does not do now rests, and is asked for again; see app/stores/date_removals.py for how long.
    """
    removed = 0
    while True:
        with database.shop(shop_id) as tx:
            handle = date_removals.take(tx, lease_seconds=LEASE_SECONDS)
        if handle is None:
            return removed
        try:
            gid = shopify.find(client, handle)
            if gid is not None:
                shopify.remove(client, gid)
        except UnableToAskShopify as error:
            log.warning("dates.not_removed", shop_id=shop_id, error=type(error).__name__)
            with database.shop(shop_id) as tx:
                date_removals.put_back(tx, handle, rest_seconds=REST_SECONDS)
            continue
        with database.shop(shop_id) as tx:
            date_removals.finish(tx, handle)
        removed += gid is not None
