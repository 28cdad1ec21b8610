"""Offer the times at which an advisor can be met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.slots import Calendar, Hours, Slot, first_opening, openings
from app.domain.wording import known_zone
from app.stores import advisors, bookings, shops
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.usecases.find_offer import find_offer

# What is offered can still be booked after this long over the form. A guess of 2026-11.
TIME_TO_CHOOSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Picker:
    """What a shopper chooses from: whose time, how it lies in her zone, and the house's own zone."""

    advisor: Advisor
    slots: tuple[Slot, ...]
    zone: str
    house_zone: str


def offer_slots(tx: Transaction, decision_id: UUID, customer_id: str, *, zone: str, now: datetime) -> Picker:
    """This function will give what can be booked on an offer; an unknown zone becomes the house's own.

    Raises UnableToFindOffer where the offer is not this customer's.
    """
    offer = find_offer(tx, decision_id, customer_id)
    return pick(tx, offer.advisor_id, zone=zone, now=now)


def pick(tx: Transaction, advisor_id: int, *, zone: str, now: datetime) -> Picker:
    """This function will give what can be booked with an advisor."""
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None  # advisors are never removed, only made inactive
    house_zone = shops.read(tx).timezone
    slots = openings_of(tx, advisor, now=now, patience=TIME_TO_CHOOSE)
    return Picker(advisor, tuple(slots), known_zone(zone) or house_zone, house_zone)


def openings_of(
    tx: Transaction, advisor: Advisor, *, now: datetime, patience: timedelta = timedelta()
) -> list[Slot]:
    """This function will list an advisor's openings as the transaction sees them; none where she has left."""
    if not advisor.active:
        return []
    busy = bookings.busy_times(tx, advisor_id=advisor.advisor_id, now=now)
    return openings(calendar_of(advisor), busy.get(advisor.advisor_id, ()), now=now, patience=patience)


def next_openings(tx: Transaction, *, now: datetime) -> dict[int, datetime | None]:
    """This function will give the first opening of each advisor, by number; None where there is none."""
    busy = bookings.busy_times(tx, now=now)
    return {
        advisor.advisor_id: first_opening(calendar_of(advisor), busy.get(advisor.advisor_id, ()), now=now)
        if advisor.active
        else None
        for advisor in advisors.every(tx)
    }


def calendar_of(advisor: Advisor) -> Calendar:
    """This function will translate an advisor's settings into the calendar the rules know."""
    return Calendar(
        zone=ZoneInfo(advisor.timezone),
        hours=tuple(Hours(kept.weekday, kept.from_time, kept.to_time) for kept in advisor.hours),
        length=timedelta(minutes=advisor.minutes),
        buffer_before=timedelta(minutes=advisor.buffer_before),
        buffer_after=timedelta(minutes=advisor.buffer_after),
        notice=timedelta(hours=advisor.notice_hours),
        horizon=timedelta(days=advisor.horizon_days),
    )
