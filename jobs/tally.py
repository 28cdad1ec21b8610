"""What was counted on the storefront is kept, a minute later."""

from __future__ import annotations

from app.usecases.keep_tally import keep_tally
from jobs.each_shop import each_shop
from jobs.worker import services


def sweep() -> int:
    """This function will keep every shop's counts, and answer how many counters have moved."""
    parts = services()
    return each_shop(parts.database, lambda shop_id: keep_tally(parts.database, parts.live, shop_id=shop_id))
