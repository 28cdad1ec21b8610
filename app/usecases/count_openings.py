"""Count what is left of each advisor's coming days: room, what is promised, what is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.capacity import Capacity, room
from app.stores import advisors, bookings
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.stores.promised import promised
from app.usecases.offer_slots import A_WEEK_AND_A_DAY, calendar_of

# Who was invited yesterday may still choose a time today; later, somebody else may have it. Dated guess,
# 2026-11.
PROMISED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Openings:
    """An advisor's room for consultations, and who has been invited to take some of it."""

    room: int
    invited: frozenset[str] = frozenset()

    def left_for(self, customer_id: str) -> int:
        """This method will count what is left for a customer: her own invitation takes nothing from her."""
        return max(0, self.room - len(self.invited - {customer_id}))


def count_openings(tx: Transaction, *, days: int, now: datetime) -> dict[int, Openings]:
    """This function will count, by advisor, what can be booked within some days and who was invited."""
    invited = promised(tx, since=now - PROMISED_FOR)
    busy = bookings.busy_times(tx, now=now)
    starts = bookings.starts(tx, since=now - A_WEEK_AND_A_DAY, now=now)
    counted = {}
    for each in advisors.every(tx):
        whose = each.advisor_id
        free = _room(each, busy.get(whose, ()), starts.get(whose, ()), days=days, now=now)
        counted[whose] = Openings(free, invited.get(whose, frozenset()))
    return counted


def read_capacity(tx: Transaction, *, days: int, now: datetime) -> dict[int, Capacity]:
    """This function will read what the merchant sees of each advisor's coming days, by number."""
    counted = count_openings(tx, days=days, now=now)
    starts = bookings.starts(tx, since=now, now=now)
    until = now + timedelta(days=days)
    return {
        each.advisor_id: Capacity(
            room=counted[each.advisor_id].room,
            promised=len(counted[each.advisor_id].invited),
            held=sum(at < until for at in starts.get(each.advisor_id, ())),
            minutes=each.minutes + each.buffer_before + each.buffer_after,
        )
        for each in advisors.every(tx)
    }


def _room(
    advisor: Advisor,
    busy: Sequence[tuple[datetime, datetime]],
    kept: Sequence[datetime],
    *,
    days: int,
    now: datetime,
) -> int:
    if not advisor.active:
        return 0
    return room(calendar_of(advisor), busy, now=now, within=timedelta(days=days), kept=kept)
