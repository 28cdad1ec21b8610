"""When a letter may go: by day, where the client is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.outreach_rules import OutreachRules


def may_go_at(now: datetime, zone: str, rules: OutreachRules) -> datetime:
    """This function will give the next instant, in UTC and not before `now`, at which a letter may go."""
    local = now.astimezone(ZoneInfo(zone))
    if rules.quiet_until <= local.hour < rules.quiet_from:
        return now
    day = local.date() if local.hour < rules.quiet_until else local.date() + timedelta(days=1)
    return datetime.combine(day, time(rules.quiet_until), ZoneInfo(zone)).astimezone(UTC)
