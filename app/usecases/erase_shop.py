"""Forget a shop: every row and every key of it."""

from __future__ import annotations

from app.stores import erasures
from app.stores.database import Transaction
from app.stores.live import Live


def erase_shop(tx: Transaction, live: Live) -> None:
    """This function will remove a shop and all that was kept of it.

    Raises redis.exceptions.RedisError where Redis is away; then nothing is done, and it must be asked again.
    """
    erasures.remove_shop(tx)
    live.erase_shop(tx.shop_id)
    # Again: a visit before the commit may have brought something back.
    tx.after_commit(lambda: live.erase_shop(tx.shop_id))
