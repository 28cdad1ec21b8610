"""Days, times, zones and places as a shopper or an advisor reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, get_timezone_location

from app.domain.slots import Slot

PLACES = {"shop": "In the shop", "phone": "By phone", "video": "By video"}

# A short list beside the shopper's own zone and the house's: one city for most hours of the day.
USUAL_ZONES = (
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Paris",
    "Europe/Athens",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
# Names in the zone database that are no place a person could be in.
_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone to choose, named by its city."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time to choose; `starts` in UTC, the label in the shopper's zone."""

    starts: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day with the times to choose on it."""

    label: str
    slots: tuple[Time, ...]


def known_zone(name: str) -> str | None:
    """This function will give a zone's name back if it is one of the zone database's, else None."""
    return name if name in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACE


@lru_cache(maxsize=1024)
def zone_name(zone: str) -> str:
    """This function will name a zone by its city: "London time", "Buenos Aires time", "UTC−5"."""
    city = str(get_timezone_location(zone, locale="en", return_city=True)).rsplit("/", 1)[-1].split(",")[0]
    if city.startswith(("GMT", "UTC")):
        # The database counts these against the clock: its GMT+5 is five hours behind.
        return city.replace("GMT", "UTC").translate(str.maketrans("+-", "−+"))
    return f"{city} time"


def day(at: datetime, zone: str) -> str:
    """This function will write out a day: "Friday 15 January"."""
    return str(format_date(at.astimezone(ZoneInfo(zone)), "EEEE d MMMM", locale="en_GB"))


def clock(at: datetime, zone: str) -> str:
    """This function will write a time of day: "4:00 pm"."""
    # By hand: a picker writes three hundred of them, and Babel takes a third of a millisecond for each.
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02} {'am' if local.hour < 12 else 'pm'}"


def when(at: datetime, zone: str) -> str:
    """This function will write out an instant: "Friday 15 January, 4:00 pm London time"."""
    return f"{day(at, zone)}, {clock(at, zone)} {zone_name(zone)}"


def days(slots: Iterable[Slot], zone: str) -> list[Day]:
    """This function will sort slots, earliest first, into the days they fall on in a zone."""
    by_day = groupby(slots, key=lambda slot: slot.starts_at.astimezone(ZoneInfo(zone)).date())
    return [_day(tuple(of_day), zone) for _, of_day in by_day]


def _day(slots: tuple[Slot, ...], zone: str) -> Day:
    times = tuple(Time(slot.starts_at, clock(slot.starts_at, zone)) for slot in slots)
    return Day(day(slots[0].starts_at, zone), times)


def zones_to_choose(*own: str, now: datetime) -> list[Zone]:
    """This function will list zones from west to east: one's own, and a short list beside them.

    Two names of one city ("Asia/Calcutta", "Asia/Kolkata") are one choice, and it keeps the name first given.
    """
    by_name: dict[str, str] = {}
    for zone in (*own, *USUAL_ZONES):
        by_name.setdefault(zone_name(zone), zone)
    ordered = sorted(
        by_name.items(), key=lambda item: (now.astimezone(ZoneInfo(item[1])).utcoffset(), item[0])
    )
    return [Zone(zone, name) for name, zone in ordered]
