"""When a letter may go: by day, where the client is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.outreach_rules import OutreachRules

# News of an appointment may come earlier and later than a letter nobody asked for, and never at night: the
# hours in which calls are allowed by law in the United States (47 CFR 64.1200(c)(1)).
NIGHT_FROM = 21
NIGHT_UNTIL = 8
# What would fall into a night and must be known before it ends goes at this hour of the evening. Dated guess,
# 2026-11: late enough to be at home, an hour before the night.
EVENING = time(20)


def may_go_at(now: datetime, zone: str, rules: OutreachRules) -> datetime:
    """This function will give the next instant, in UTC and not before `now`, at which a letter may go."""
    return _open_at(now, zone, rules.quiet_until, rules.quiet_from)


def after_the_night(now: datetime, zone: str) -> datetime:
    """This function will give the next instant, not before `now`, at which it is not night in a zone."""
    return _open_at(now, zone, NIGHT_UNTIL, NIGHT_FROM)


def before_the_night(at: datetime, zone: str) -> datetime:
    """This function will give an instant in UTC, or the evening before where it falls into a night."""
    local = at.astimezone(ZoneInfo(zone))
    if NIGHT_UNTIL <= local.hour < NIGHT_FROM:
        return at
    day = local.date() if local.hour >= NIGHT_FROM else local.date() - timedelta(days=1)
    return datetime.combine(day, EVENING, ZoneInfo(zone)).astimezone(UTC)


def _open_at(now: datetime, zone: str, opens: int, closes: int) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    if opens <= local.hour < closes:
        return now
    day = local.date() if local.hour < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, time(opens), ZoneInfo(zone)).astimezone(UTC)
