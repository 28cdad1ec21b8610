"""Keep quiet shops' tokens alive: what renews them lasts ninety days, and only if it is used."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.shopify.errors import UnableToAskShopify
from app.shopify.exchange import TokenOffice
from app.shopify.tokens import Vault
from app.stores import shop_tokens, shops
from app.stores.database import Database, Transaction
from app.usecases.token_of import token_of

# Renewed once a third of the ninety days is gone: sixty days of trying remain. Dated guess, 2026-11.
RENEWED_WITHIN = timedelta(days=60)


def needs_renewal(tx: Transaction, *, now: datetime) -> bool:
    """This function will say whether a shop that is with us has a pair to be renewed. `now` is real time."""
    kept = shop_tokens.read(tx)
    if kept is None or kept.refused_at or shops.has_left(tx):
        return False
    return kept.refresh_until <= now + RENEWED_WITHIN


def keep_tokens_alive(
    database: Database, office: TokenOffice, vault: Vault, shop_id: int, *, now: datetime
) -> bool:
    """This function will renew a shop's pair where it is time; whether it was. `now` is real time.

    A pair that nobody used for a month has an access token long over, so that asking for it renews both.
    """
    with database.shop(shop_id) as tx:
        if not needs_renewal(tx, now=now):
            return False
    try:
        token_of(database, office, vault, shop_id, now=now)
    except UnableToAskShopify:
        return False  # refused for good: its row says so; not reached: tomorrow's sweep asks again
    return True
