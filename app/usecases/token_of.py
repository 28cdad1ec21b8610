"""Give the token a shop is asked with now: the one kept, or the next."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.shopify.errors import UnableToAuthenticate, UnableToReachShopify
from app.shopify.exchange import TokenOffice, UnableToGetTokens
from app.shopify.tokens import TokenPair, UnableToOpenTokens, Vault
from app.stores import shop_tokens, shops
from app.stores.database import Database, Transaction
from app.stores.shop_tokens import Kept

log = structlog.get_logger(__name__)

# So that a token outlives the request it is used for, waits included.
RENEWED_BEFORE = timedelta(minutes=5)


def token_of(
    database: Database, office: TokenOffice, vault: Vault, shop_id: int, *, now: datetime, refused: str = ""
) -> str:
    """This function will give a shop's access token, renewed where less than five minutes of it are left.

    `now` is real time, UTC; `refused` is a token that Shopify does not accept any more. Opens transactions of
    its own: call it in none. Raises UnableToAuthenticate where only opening the admin helps, and
    UnableToReachShopify where the same may succeed later.
    """
    with database.shop(shop_id) as tx:
        kept = shop_tokens.read(tx)
        access = _still_good(vault, shop_id, kept, now=now, refused=refused)
    if access:
        return access
    with database.shop(shop_id) as tx:
        shop_tokens.lock(tx)
        access = _renewed(tx, office, vault, now=now, refused=refused)
    # Committed: the pair is kept before anybody uses it, and so is that there will be none.
    if not access:
        raise UnableToAuthenticate("new tokens come with the next opening of the admin")
    return access


def keep_pair(tx: Transaction, vault: Vault, pair: TokenPair, *, now: datetime) -> None:
    """This function will write a pair down, sealed, within the transaction that holds the shop's lock."""
    shop_tokens.save(
        tx,
        sealed=vault.seal(tx.shop_id, pair),
        access_until=pair.access_until,
        refresh_until=pair.refresh_until,
        scopes=pair.scopes,
        now=now,
    )


def _still_good(
    vault: Vault,
    shop_id: int,
    kept: Kept | None,
    *,
    now: datetime,
    refused: str,
    left: timedelta = RENEWED_BEFORE,
) -> str:
    if kept is None or kept.refused_at or kept.access_until <= now + left:
        return ""
    access, _ = _opened(vault, shop_id, kept)
    return access if access != refused else ""


def _renewed(tx: Transaction, office: TokenOffice, vault: Vault, *, now: datetime, refused: str) -> str:
    """Give the token of the next pair, or of the one that somebody brought while we waited; "" for none."""
    kept = shop_tokens.read(tx)
    access = _still_good(vault, tx.shop_id, kept, now=now, refused=refused)
    if access or kept is None or kept.refused_at:
        return access
    _, refresh = _opened(vault, tx.shop_id, kept)
    if not refresh:
        return ""  # not given up: with the right keys it opens again
    if kept.refresh_until <= now:
        return _give_up(tx, "refresh_token_expired", now=now)
    try:
        pair = office.refresh(shops.read(tx).domain, refresh, now=now)
    except UnableToGetTokens as error:
        if not error.retry:
            return _give_up(tx, error.word, now=now)
        access = _still_good(vault, tx.shop_id, kept, now=now, refused=refused, left=timedelta())
        if not access:
            raise UnableToReachShopify(error.word) from None
        return access
    keep_pair(tx, vault, pair, now=now)
    return pair.access_token


def _give_up(tx: Transaction, word: str, *, now: datetime) -> str:
    log.warning("tokens.refused", shop_id=tx.shop_id, word=word)
    shop_tokens.refuse(tx, now)
    return ""


def _opened(vault: Vault, shop_id: int, kept: Kept) -> tuple[str, str]:
    """Open a pair; one that cannot be opened is as good as none, and says so."""
    try:
        return vault.open(shop_id, kept.sealed)
    except UnableToOpenTokens as error:
        log.error("tokens.unopened", shop_id=shop_id, word=str(error))
        return "", ""
