"""Advisors' calendars elsewhere are read again and again; who has fallen silent is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.usecases.fetch_calendar import fetch_calendar
from app.usecases.sweep_calendars import sweep_calendars
from jobs.each_shop import each_shop
from jobs.worker import services


def fetch(shop_id: int, feed_id: str) -> str:
    """This function will read one calendar, and say what became of it."""
    parts = services()
    return fetch_calendar(
        parts.database,
        parts.reach,
        shop_id=shop_id,
        feed_id=UUID(feed_id),
        lease=timedelta(seconds=parts.settings.lease_seconds),
        now=parts.clock(),
    )


def sweep() -> int:
    """This function will ask for every calendar that is due, shop by shop; how many those are."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    url, now = parts.settings.url, parts.clock()
    return sweep_calendars(parts.database, parts.queue, shop_id=shop_id, url=url, now=now)
