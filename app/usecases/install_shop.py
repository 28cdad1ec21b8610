"""Let a shop in that opens us for the first time, comes back, or whose tokens Shopify no longer accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from app.queue import Queue
from app.shopify.documents import document
from app.shopify.errors import UnableToAskShopify
from app.shopify.exchange import TokenOffice, UnableToGetTokens
from app.shopify.graphql import AdminClient
from app.shopify.session_token import SessionToken
from app.shopify.tokens import UnableToOpenTokens, Vault
from app.stores import shop_tokens, shops
from app.stores.database import Database, Transaction
from app.usecases.begin_backfill import ensure_backfill
from app.usecases.describe_shop import describe_shop
from app.usecases.open_shop import furnish
from app.usecases.token_of import keep_pair

log = structlog.get_logger(__name__)

# Until the shop has told us more, a house is known by its domain and keeps the world's time.
UNTOLD = {"timezone": "UTC", "currency": "USD"}


def is_settled(tx: Transaction, vault: Vault, *, now: datetime) -> bool:
    """This function will say whether a shop is with us, described, and has tokens. `now` is real time."""
    kept = shop_tokens.read(tx)
    described = kept is not None and kept.described_at is not None
    return described and not shops.has_left(tx) and _lives(tx, vault, now=now)


def install_shop(
    database: Database,
    office: TokenOffice,
    vault: Vault,
    queue: Queue,
    client_of: Callable[[int], AdminClient],
    vouched: SessionToken,
    *,
    now: datetime,
    real_now: datetime,
) -> int:
    """This function will give a shop its house, its tokens and its name, whatever of these it lacks; its id.

    Where Shopify does not answer the house opens all the same, and the next opening tries again. `now` is the
    house's time, `real_now` that of tokens; `client_of` must be impatient: a person waits.
    """
    name = vouched.shop.removesuffix(".myshopify.com").replace("-", " ").capitalize()
    shop_id = database.open_shop(vouched.shop, name=name, **UNTOLD)
    _forget_stale(database, shop_id)
    if _take_tokens(database, office, vault, queue, shop_id, vouched, now=now, real_now=real_now):
        _describe(database, client_of, shop_id, now=real_now)
    # Last, so that the first owner keeps the house's own name and hours.
    with database.shop(shop_id) as tx:
        furnish(tx, now=now)
    return shop_id


def _forget_stale(database: Database, shop_id: int) -> None:
    """Forget the tokens of a shop that had left: Shopify has. In a commit of its own, whatever comes next."""
    with database.shop(shop_id) as tx:
        if shops.has_left(tx):
            shop_tokens.forget(tx)


def _lives(tx: Transaction, vault: Vault, *, now: datetime) -> bool:
    """Whether there is a pair that we can open and Shopify will still renew."""
    kept = shop_tokens.read(tx)
    if kept is None or kept.refused_at or kept.refresh_until <= now:
        return False
    try:
        vault.open(tx.shop_id, kept.sealed)
    except UnableToOpenTokens:
        return False
    return True


def _take_tokens(
    database: Database,
    office: TokenOffice,
    vault: Vault,
    queue: Queue,
    shop_id: int,
    vouched: SessionToken,
    *,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Exchange where there is no living pair, and begin to read the shop's history with it.

    False where there is still none. A shop that had left is back with us then, unless Shopify will not hear
    of it: the page of an app that was just removed vouches for a minute longer.
    """
    with database.shop(shop_id) as tx:
        # Two windows opened at once: one asks, the other does not wait for it.
        if _lives(tx, vault, now=real_now):
            return True
        if not shop_tokens.try_lock(tx):
            return False
        try:
            pair = office.exchange(vouched, now=real_now)
        except UnableToGetTokens as error:
            log.warning("tokens.not_exchanged", shop_id=shop_id, word=error.word)
            if error.retry:
                shops.come_back(tx, now)
            return False
        shops.come_back(tx, now)  # its row before that of the tokens, as in app/uninstalled
        keep_pair(tx, vault, pair, now=real_now)
        ensure_backfill(tx, queue, pair.scopes.split(","), now=now)
    log.info("tokens.exchanged", shop_id=shop_id)
    return True


def _describe(
    database: Database, client_of: Callable[[int], AdminClient], shop_id: int, *, now: datetime
) -> None:
    with database.shop(shop_id) as tx:
        kept = shop_tokens.read(tx)
    if kept is None or kept.described_at:
        return
    try:
        told = client_of(shop_id).ask(document("ShopDetails")).data.get("shop")
    except UnableToAskShopify as error:
        log.warning("shop.undescribed", shop_id=shop_id, error=type(error).__name__)
        return
    if isinstance(told, Mapping):
        with database.shop(shop_id) as tx:
            describe_shop(
                tx,
                name=str(told.get("name") or ""),
                timezone=str(told.get("ianaTimezone") or ""),
                currency=str(told.get("currencyCode") or ""),
            )
            shop_tokens.mark_described(tx, now)
