"""What was promised is brought to mind before its day."""

from __future__ import annotations

from app.usecases.remind_advisors import remind_advisors
from jobs.worker import services


def sweep() -> int:
    """This function will remind the advisors of every house of what comes due, and count the letters."""
    parts, now = services(), services().clock()
    url = parts.settings.url
    return sum(
        remind_advisors(parts.database, parts.queue, shop_id, url=url, now=now)
        for shop_id in parts.database.shop_ids()
    )
