"""Read an advisor's day: who comes, what was promised for soon, what is left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.stores import advisors, calendar_feeds, calls_back, day
from app.stores.advisors import Advisor
from app.stores.calendar_feeds import Feed
from app.stores.database import Transaction

# As far as an advisor looks ahead; a booking may be made four weeks ahead.
DAYS_AHEAD = 28
# What is due within two weeks can still be done in time.
DUE_WITHIN_DAYS = 14


@dataclass(frozen=True, slots=True)
class DeskDay:
    """A day at the desk; `others` are what colleagues hold: in her place, or for the owner all."""

    now: datetime
    today: date
    own: Sequence[Any]
    others: Sequence[Any]
    due: Sequence[Any]
    left_open: Sequence[Any]
    advisors: dict[int, Advisor]
    calls: Sequence[Any] = ()  # asked for, and not made yet
    silent: Sequence[Feed] = ()  # calendars elsewhere that have not answered for an hour


def read_day(tx: Transaction, advisor: Advisor, *, now: datetime) -> DeskDay:
    """This function will read an advisor's day in her own zone; the owner sees everybody's, hers first."""
    zone = ZoneInfo(advisor.timezone)
    today = now.astimezone(zone).date()
    since = datetime.combine(today, time(), zone)
    until = datetime.combine(today + timedelta(days=DAYS_AHEAD), time(), zone)
    of = None if advisor.role == "owner" else advisor.advisor_id
    booked = day.booked_between(tx, since=since, until=until, advisor_id=of)
    return DeskDay(
        now=now,
        today=today,
        own=[row for row in booked if row.advisor_id == advisor.advisor_id],
        others=[row for row in booked if row.advisor_id != advisor.advisor_id],
        due=day.due_items(tx, until=today + timedelta(days=DUE_WITHIN_DAYS), advisor_id=of),
        left_open=day.left_open(tx, now=now, advisor_id=of),
        advisors={each.advisor_id: each for each in advisors.every(tx)},
        calls=calls_back.open_calls(tx, advisor_id=of),
        silent=calendar_feeds.silent(tx, now=now, advisor_id=of),
    )
