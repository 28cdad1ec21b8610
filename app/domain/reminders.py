"""When an appointment is brought to mind: two days before, and two hours before, never by night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.domain.quiet_hours import before_the_night

ReminderKind = Literal["reminder_48", "reminder_2"]

# Forty-eight hours leave time to move it, two to set out: issue 5's.
BEFORE: dict[ReminderKind, timedelta] = {"reminder_48": timedelta(hours=48), "reminder_2": timedelta(hours=2)}
# Whoever has just agreed on a time, or was just reminded, is not told again so soon. Dated guess, 2026-11.
APART = timedelta(hours=2)
# As far ahead as any reminder can lie: a night brings it forward by eleven hours and an hour of change.
FURTHEST = BEFORE["reminder_48"] + timedelta(hours=13)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder and the instant it is due, in UTC."""

    kind: ReminderKind
    due_at: datetime


def reminders(starts_at: datetime, zone: str, *, arranged_at: datetime) -> list[Reminder]:
    """This function will plan the reminders of an appointment for whoever lives in a zone, the first first.

    What would fall into the night goes the evening before. None follows within two hours on the agreement
    or on another one: who books less than 48 hours ahead gets no reminder of 48 hours.
    """
    planned: list[Reminder] = []
    last = arranged_at
    for kind, before in BEFORE.items():
        due_at = before_the_night(starts_at - before, zone)
        if starts_at - before > arranged_at and due_at - last >= APART:
            planned.append(Reminder(kind, due_at))
            last = due_at
    return planned


def due(planned: list[Reminder], *, now: datetime) -> Reminder | None:
    """This function will give the one reminder to owe now: of several that are late the last, none before."""
    return next((each for each in reversed(planned) if each.due_at <= now), None)
