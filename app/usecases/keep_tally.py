"""Keep what was counted on the storefront."""

from __future__ import annotations

from app.stores import shops, tally
from app.stores.database import Database
from app.stores.live import Live


def keep_tally(database: Database, live: Live, *, shop_id: int) -> int:
    """This function will move a shop's counts from Redis to PostgreSQL, and answer how many they are.

    With PostgreSQL away they are put back. A process killed in between loses the counts of one minute: better
    than counting them twice, and they are nobody's.
    """
    counts = tally.take(live, shop_id)
    try:
        if counts:
            with database.shop(shop_id) as tx:
                for (day, name), n in counts.items():
                    shops.count(tx, name, day, n)
    except Exception:
        tally.give_back(live, shop_id, counts)
        raise
    return len(counts)
