"""Read an advisor's calendar again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.calendars.busy import UnableToRead
from app.calendars.feeds import Reach, UnableToFetch
from app.stores import calendar_feeds
from app.stores.database import Database
from app.usecases.add_calendar import read_calendar, what_to_read_with

log = structlog.get_logger(__name__)


def fetch_calendar(
    database: Database, reach: Reach, *, shop_id: int, feed_id: UUID, lease: timedelta, now: datetime
) -> str:
    """This function will replace a calendar's copy and say what became of it: "kept" or "silent".

    "nothing" where it is not due or somebody else reads it. Where it cannot be read the last good copy stays,
    and why is kept beside it. `lease` is how long nobody else may try.
    """
    with database.shop(shop_id) as tx:
        feed = calendar_feeds.lease(tx, feed_id, until=now + lease, now=now)
        if feed is None:
            return "nothing"
        zone, ours = what_to_read_with(tx, feed.advisor_id, now=now)
    try:
        times = read_calendar(reach, feed.address, zone=zone, ours=ours, now=now)
    except (UnableToFetch, UnableToRead) as error:
        with database.shop(shop_id) as tx:
            became = "silent" if calendar_feeds.note_problem(tx, feed, str(error), now=now) else "nothing"
    else:
        with database.shop(shop_id) as tx:
            became = "kept" if calendar_feeds.keep(tx, feed, times, now=now) else "nothing"
    log.info("calendars.read", shop_id=shop_id, feed_id=str(feed_id), became=became)
    return became
