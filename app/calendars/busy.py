"""When a calendar from elsewhere says that its owner is taken. Times come out, and none of the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import recurring_ical_events
from icalendar import Calendar, Event, vRecur
from icalendar.error import BrokenCalendarProperty

from app.domain.slots import Busy, joined

# What the library raises over damaged entries, besides its own errors, which are ValueErrors.
_DAMAGED = (
    AttributeError,
    BrokenCalendarProperty,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
)
# More than any person has in half a year; what brings more was made to keep us busy.
MOST_TIMES = 10_000
# Nobody's entry repeats within the hour, or more than hourly; a rule that does was made to keep us busy.
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
_MOST_A_DAY = 24
# Days that all repeating entries together are followed through, from their beginnings: two hundred
# entries of fourteen years. Three seconds on a core that does nothing else.
MOST_DAYS = 1_000_000


class UnableToRead(Exception):
    """The calendar cannot be understood; the message says why in words. It must be changed at its source."""


def busy_times(
    content: bytes, *, since: datetime, until: datetime, zone: ZoneInfo, ours: Collection[str] = ()
) -> list[Busy]:
    """This function will list when the owner is taken, half-open, in UTC, in order and apart.

    Whole days, and times without a zone, are in the calendar's own zone where it names one, else in `zone`.
    Cancelled entries and those marked as free take no time, nor do our own invitations (UIDs in `ours`).
    Raises UnableToRead.
    """
    try:
        calendar = _read(content)
        _refuse_endless(calendar, until)
        found = _occurrences(_without(calendar, ours), since, until)
        return joined(_clipped(found, _zone_of(calendar) or zone, since, until))
    except _DAMAGED as error:
        raise UnableToRead("An entry of the calendar cannot be understood.") from error


def _read(content: bytes) -> Calendar:
    calendar = Calendar.from_ical(content)
    if not isinstance(calendar, Calendar):
        raise UnableToRead("The address answers, but not with a calendar.")
    return calendar


def _without(calendar: Calendar, ours: Collection[str]) -> Calendar:
    kept = calendar.copy()
    if _zone_of(calendar) is None:
        kept.pop("X-WR-TIMEZONE", None)  # the library would stop over a zone that nobody knows
    for part in calendar.subcomponents:
        if not isinstance(part, Event) or str(part.get("UID", "")) not in ours:
            kept.add_component(part)
    return kept


def _refuse_endless(calendar: Calendar, until: datetime) -> None:
    """Refuse what would keep us busy for minutes: the library follows each entry from its very beginning."""
    days = 0
    for event in calendar.events:
        rules = event.get("RRULE") or []
        for rule in rules if isinstance(rules, list) else [rules]:
            _refuse_too_often(rule)
            days += _days_of(event, rule, until)
    if days > MOST_DAYS:
        raise UnableToRead("The calendar has more entries than we can follow.")


def _days_of(event: Event, rule: vRecur, until: datetime) -> int:
    ends: int = min([until.toordinal(), *(at.toordinal() for at in rule.get("UNTIL", ()))])
    return max(0, ends - event.start.toordinal())


def _refuse_too_often(rule: vRecur) -> None:
    times = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= max(1, len(rule.get(part, ())))
    if str((rule.get("FREQ") or [""])[0]).upper() in _TOO_OFTEN or times > _MOST_A_DAY:
        raise UnableToRead("An entry of the calendar repeats within the hour; we cannot follow it.")


def _zone_of(calendar: Calendar) -> ZoneInfo | None:
    named = str(calendar.get("X-WR-TIMEZONE", "")).strip()
    try:
        return ZoneInfo(named) if named else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _occurrences(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Event]:
    """Every entry between, series by series, so that one that never ends is noticed before the next."""
    count = 0
    for series in recurring_ical_events.of(calendar).series:
        # A day more on either side: whole days lie in a zone of their own.
        for each in series.between(since - timedelta(days=1), until + timedelta(days=1)):
            count += 1
            if count > MOST_TIMES:
                raise UnableToRead("The calendar has more entries than we can follow.")
            yield each.as_component(keep_recurrence_attributes=False)


def _clipped(events: Iterator[Event], zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Busy]:
    for event in events:
        if not _takes_time(event):
            continue
        begins, ends = (_instant(edge, zone) for edge in (event.start, event.end))
        begins, ends = max(begins, since), min(ends, until)
        if begins < ends:
            yield begins, ends


def _takes_time(event: Event) -> bool:
    said = {
        name: str(event.get(name, "")).upper() for name in ("TRANSP", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS")
    }
    return (
        said["TRANSP"] != "TRANSPARENT"
        and said["STATUS"] != "CANCELLED"
        and said["X-MICROSOFT-CDO-BUSYSTATUS"] != "FREE"
    )


def _instant(edge: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(edge, datetime):
        edge = datetime.combine(edge, time())
    return (edge.replace(tzinfo=zone) if edge.tzinfo is None else edge).astimezone(UTC)
