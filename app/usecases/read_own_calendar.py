"""Read an advisor's consultations for her own calendar: when, and nothing of whom or what for."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.calendars import ics
from app.calendars.ics import Taken
from app.stores import advisors, bookings, own_calendars, shops
from app.stores.database import Transaction
from app.usecases.give_own_calendar import digest_of

# As far back as somebody looks in a calendar for when that was. Dated guess, 2026-11.
REACHES_BACK = timedelta(days=30)


class UnableToFindCalendar(Exception):
    """The address is nobody's, or was changed, or its advisor has left: all look the same."""


def read_own_calendar(tx: Transaction, secret: str, *, now: datetime) -> str:
    """This function will write the feed that a secret opens, as iCalendar. Raises UnableToFindCalendar."""
    advisor_id = own_calendars.whose(tx, digest_of(secret))
    advisor = advisors.one(tx, advisor_id) if advisor_id is not None else None
    if advisor is None or not advisor.active:
        raise UnableToFindCalendar("this address opens no calendar")
    kept = bookings.of_advisor(tx, advisor.advisor_id, since=now - REACHES_BACK)
    taken = (Taken(each.uid, each.sequence, each.starts_at, each.ends_at) for each in kept)
    return ics.feed(taken, name=shops.read(tx).name, now=now)
