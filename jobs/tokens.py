"""Tokens of quiet shops, renewed before they run out; a shop's row is the work."""

from __future__ import annotations

from app.usecases.keep_tokens_alive import keep_tokens_alive, needs_renewal
from app.wiring import real_clock
from jobs.worker import services


def keep_alive(shop_id: int) -> None:
    """This function will renew one shop's tokens where it is time; a second time changes nothing."""
    parts = services()
    keep_tokens_alive(parts.database, parts.token_office, parts.vault, shop_id, now=real_clock())


def sweep() -> int:
    """This function will ask for each shop whose tokens are to be renewed, and count them."""
    parts = services()
    due = [shop_id for shop_id in parts.database.shop_ids() if _is_due(shop_id)]
    for shop_id in due:
        parts.queue.ask("jobs.tokens.keep_alive", shop_id)
    return len(due)


def _is_due(shop_id: int) -> bool:
    with services().database.shop(shop_id) as tx:
        return needs_renewal(tx, now=real_clock())
