"""Forget a shop: every row and every key of it."""

from __future__ import annotations

from app.stores import erasures, tally
from app.stores.database import Transaction
from app.stores.live import Live


def erase_shop(tx: Transaction, live: Live) -> None:
    """This function will remove a shop and all that was kept of it.

    Raises redis.exceptions.RedisError where Redis is away; then nothing is done, and it must be asked again.
    """
    erasures.remove_shop(tx)
    _erase_live(live, tx.shop_id)
    # Again: a visit before the commit may have brought something back.
    tx.after_commit(lambda: _erase_live(live, tx.shop_id))


def _erase_live(live: Live, shop_id: int) -> None:
    live.erase_shop(shop_id)
    tally.forget(live, shop_id)
