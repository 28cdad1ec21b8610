"""Remind customers and advisors of the appointments ahead, and write to who did not come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.domain.reminders import FURTHEST, ReminderKind, due, reminders
from app.queue import Queue
from app.stores import advisors, bookings, shops
from app.stores.database import Database, Transaction
from app.usecases.owe_letters import (
    MISSED_FOR,
    Correspondence,
    Guest,
    correspondence,
    owe_missed,
    owe_reminder,
)


def remind_bookings(
    database: Database,
    queue: Queue,
    shop_id: int,
    *,
    url: str,
    link_for: Callable[[int, UUID], str],
    sender: str,
    now: datetime,
) -> int:
    """This function will owe every reminder of a house that is due, once, and count those that are new.

    A booking that somebody is changing waits for the next sweep.
    """
    told = 0
    with database.shop(shop_id) as tx:
        people = {each.advisor_id: each for each in advisors.every(tx)}
        for booking, arranged_at in bookings.ahead(tx, now=now, until=now + FURTHEST):
            about = correspondence(tx, people[booking.advisor_id], booking, sender=sender, now=now)
            for guest, kind in _due(about, arranged_at):
                own_link = link_for(shop_id, booking.booking_id)
                told += owe_reminder(tx, queue, about, guest, kind, url=url, own_link=own_link)
        told += _sorry(tx, queue, link_for, sender=sender, now=now)
    return told


def _due(about: Correspondence, arranged_at: datetime) -> list[tuple[Guest, ReminderKind]]:
    """Who is to be reminded of it now, each by their own clock and night."""
    zones: dict[Guest, str] = {"customer": about.booking.zone, "advisor": about.advisor.timezone}
    found = {
        guest: due(reminders(about.booking.starts_at, zone, arranged_at=arranged_at), now=about.now)
        for guest, zone in zones.items()
    }
    return [(guest, each.kind) for guest, each in found.items() if each is not None]


def _sorry(
    tx: Transaction, queue: Queue, link_for: Callable[[int, UUID], str], *, sender: str, now: datetime
) -> int:
    """Write to those who did not come, where the house wants that."""
    if not shops.read(tx).writes_if_missed:
        return 0
    people = {each.advisor_id: each for each in advisors.every(tx)}
    return sum(
        owe_missed(
            tx,
            queue,
            correspondence(tx, people[each.advisor_id], each, sender=sender, now=now),
            own_link=link_for(tx.shop_id, each.booking_id),
        )
        for each in bookings.missed(tx, since=now - MISSED_FOR)
        if bookings.upcoming(tx, each.customer_id, now=now) is None  # she has chosen another time already
    )
