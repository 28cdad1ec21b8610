"""How the desk's pages say days and times: in the advisor's own zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import g

from app.domain import wording
from app.web.serving import services


def words() -> dict[str, Callable[..., str]]:
    """This function will give the templates their words."""
    return {
        "day_of": day_of,
        "time_of": time_of,
        "when_of": when_of,
        "date_of": date_of,
        "date_near": date_near,
        "zone_of_seat": zone_of_seat,
        "greeting": greeting,
        "name_of": name_of,
    }


def _zone() -> str:
    return str(g.seat.advisor.timezone)


def zone_of_seat() -> str:
    """This function will name the zone the desk's times are in: "London time"."""
    return wording.zone_name(_zone())


def day_of(at: datetime) -> str:
    """This function will write the day of an instant, near ones as one says them."""
    return date_near(at.astimezone(ZoneInfo(_zone())).date())


def time_of(at: datetime) -> str:
    """This function will write a time of day: "4:00 pm"."""
    return wording.clock(at, _zone())


def when_of(at: datetime) -> str:
    """This function will write out an instant: "Friday 15 January, 4:00 pm London time"."""
    return wording.when(at, _zone())


def date_of(day: date) -> str:
    """This function will write out a date: "12 May 2024"."""
    return f"{day.day} {day:%B %Y}"


def date_near(day: date) -> str:
    """This function will write a day as one says it today: "today", "tomorrow", "Friday 15 January"."""
    today = services().clock().astimezone(ZoneInfo(_zone())).date()
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today).days)
    if near:
        return near
    year = "" if day.year == today.year or 0 < (day - today).days < 180 else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def greeting() -> str:
    """This function will greet by the time of day."""
    hour = services().clock().astimezone(ZoneInfo(_zone())).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def name_of(row: object) -> str:
    """This function will give the name of whoever a row is about."""
    name = f"{getattr(row, 'first_name', '')} {getattr(row, 'last_name', '')}".strip()
    return name or "A client without a name"
