"""Add a calendar that an advisor keeps elsewhere, once it has been read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from app.calendars.busy import UnableToRead, busy_times
from app.calendars.feeds import Reach, UnableToFetch, clean_address, fetch
from app.domain.slots import Busy
from app.stores import advisors, bookings, calendar_feeds
from app.stores.calendar_feeds import WINDOW
from app.stores.database import Database, Transaction

# One for work, one for home, one for the family and two to spare. A guess of 2026-11.
MOST_CALENDARS = 5
LONGEST_NAME = 60
# An appointment that has just ended may still be in somebody's calendar.
A_DAY = timedelta(days=1)


class UnableToAddCalendar(Exception):
    """The calendar is not added; the message says why to whoever entered it. Nothing has changed."""


def add_calendar(
    database: Database,
    reach: Reach,
    *,
    shop_id: int,
    advisor_id: int,
    name: str,
    address: str,
    now: datetime,
) -> UUID:
    """This function will read a calendar and, where that works, keep it with the times it says are taken.

    No transaction is open while it is read, up to ten seconds. Raises UnableToAddCalendar.
    """
    address = clean_address(address)
    with database.shop(shop_id) as tx:
        zone, ours = what_to_read_with(tx, advisor_id, now=now)
        _refuse(tx, advisor_id, name, address)
    try:
        times = read_calendar(reach, address, zone=zone, ours=ours, now=now)
    except (UnableToFetch, UnableToRead) as error:
        raise UnableToAddCalendar(str(error)) from error
    with database.shop(shop_id) as tx:
        bookings.hold_advisor(tx, advisor_id)
        _refuse(tx, advisor_id, name, address)
        return calendar_feeds.add(tx, advisor_id, name or _host(address), address, times, now=now)


def what_to_read_with(tx: Transaction, advisor_id: int, *, now: datetime) -> tuple[ZoneInfo, Collection[str]]:
    """This function will give an advisor's zone, and the UIDs of our own invitations."""
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None  # advisors are never removed
    return ZoneInfo(advisor.timezone), bookings.uids(tx, since=now - A_DAY)


def read_calendar(
    reach: Reach, address: str, *, zone: ZoneInfo, ours: Collection[str], now: datetime
) -> list[Busy]:
    """This function will read when a calendar's owner is taken. Raises UnableToFetch and UnableToRead."""
    return busy_times(fetch(address, reach), since=now, until=now + WINDOW, zone=zone, ours=ours)


def _refuse(tx: Transaction, advisor_id: int, name: str, address: str) -> None:
    kept = calendar_feeds.of_advisor(tx, advisor_id)
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UnableToAddCalendar(f"Keep the name to {LONGEST_NAME} plain characters.")
    if any(feed.address == address for feed in kept):
        raise UnableToAddCalendar("This calendar is there already.")
    if len(kept) >= MOST_CALENDARS:
        raise UnableToAddCalendar(f"There are {MOST_CALENDARS} calendars already. Remove one first.")


def _host(address: str) -> str:
    return urlsplit(address).hostname or address
