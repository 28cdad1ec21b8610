"""Tokens of quiet shops, renewed before they run out; a shop's row is the work."""

from __future__ import annotations

from app.usecases.keep_tokens_alive import keep_tokens_alive, needs_renewal
from app.wiring import real_clock
from jobs.each_shop import each_shop
from jobs.worker import services


def keep_alive(shop_id: int) -> None:
    """This function will renew one shop's tokens where it is time; a second time changes nothing."""
    parts = services()
    keep_tokens_alive(parts.database, parts.token_office, parts.vault, shop_id, now=real_clock())


def sweep() -> int:
    """This function will ask for each shop whose tokens are to be renewed, and count them."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        is_due = needs_renewal(tx, now=real_clock())
    if is_due:
        parts.queue.ask("jobs.tokens.keep_alive", shop_id)
    return int(is_due)
