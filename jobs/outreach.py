"""Letters that wait for the morning go when it has come, if nothing speaks against it by then."""

from __future__ import annotations

from app.usecases.send_outreach import release_outreach
from jobs.each_shop import each_shop
from jobs.worker import services

# One sweep of one shop; the next comes within a minute.
AT_MOST = 100


def sweep() -> int:
    """This function will post what is due in every house; how many letters it looked at.

    A letter is locked while it is looked at, so that several sweeps at once post it once; one that dies
    leaves it waiting.
    """
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        return release_outreach(tx, parts.queue, now=parts.clock(), at_most=AT_MOST)
