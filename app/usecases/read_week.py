"""Read how many hours a week the house can be met, and how long one consultation takes it."""

from __future__ import annotations

from app.domain.open_hours import Week, open_minutes, week_of
from app.domain.slots import Hours
from app.stores import advisors
from app.stores.database import Transaction


def read_week(tx: Transaction) -> Week:
    """This function will read the week of the advisors at work."""
    there = [advisor for advisor in advisors.every(tx) if advisor.active]
    kept = [[Hours(each.weekday, each.from_time, each.to_time) for each in one.hours] for one in there]
    return week_of(
        [open_minutes(hours) for hours in kept],
        [one.minutes + one.buffer_before + one.buffer_after for one in there],
    )
