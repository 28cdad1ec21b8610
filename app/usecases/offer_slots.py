"""Offer the times at which an advisor can be met."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.slots import Calendar, Slot, first_opening, openings
from app.domain.wording import known_zone
from app.stores import advisors, bookings, shops
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.usecases.find_offer import find_offer
from app.usecases.offer_choices import Choices, choices_of, whose_time

# What is offered can still be chosen after this long over the picker. A guess of 2026-11.
TIME_TO_CHOOSE = timedelta(minutes=15)
# A chosen time is held this long, and once more when she asks. Ten minutes: issue 5's.
HOLD = timedelta(minutes=10)
LONGEST_HOLD = 2 * HOLD
# The consultations of this week's past days count towards its most, whatever the zone.
A_WEEK_AND_A_DAY = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Picker:
    """What a shopper chooses from: whose time, how it lies in her zone, and the house's own zone.

    `choices` where the lead has no time soon: then she is asked before any time is shown to her.
    """

    advisor: Advisor
    slots: tuple[Slot, ...]
    zone: str
    house_zone: str
    choices: Choices | None = None


def offer_slots(
    tx: Transaction,
    decision_id: UUID,
    customer_id: str,
    *,
    zone: str,
    now: datetime,
    stand_in: bool = False,
) -> Picker:
    """This function will give what can be booked on an offer; an unknown zone becomes the house's own.

    `stand_in`: she has chosen to see who stands in. Raises UnableToFindOffer where the offer is not this
    customer's, UnableToStandIn where nobody stands in.
    """
    offer = find_offer(tx, decision_id, customer_id)
    whose = whose_time(tx, offer, stand_in=stand_in)
    picker = pick(tx, whose.advisor_id, zone=zone, now=now, asked_by=customer_id)
    if stand_in:
        return picker
    return replace(picker, choices=choices_of(tx, offer, next_openings(tx, now=now), now=now))


def pick(
    tx: Transaction,
    advisor_id: int,
    *,
    zone: str,
    now: datetime,
    asked_by: str | None = None,
    moving: UUID | None = None,
) -> Picker:
    """This function will give what can be booked with an advisor; what is held for `asked_by` is hers."""
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None  # advisors are never removed, only made inactive
    house_zone = shops.read(tx).timezone
    patience = TIME_TO_CHOOSE + LONGEST_HOLD
    slots = openings_of(tx, advisor, now=now, patience=patience, asked_by=asked_by, moving=moving)
    return Picker(advisor, tuple(slots), known_zone(zone) or house_zone, house_zone)


class _Whose(TypedDict):
    advisor_id: int
    asked_by: str | None
    moving: UUID | None


def openings_of(
    tx: Transaction,
    advisor: Advisor,
    *,
    now: datetime,
    patience: timedelta = timedelta(),
    asked_by: str | None = None,
    moving: UUID | None = None,
) -> list[Slot]:
    """This function will list an advisor's openings as the transaction sees them; none where she has left.

    The time of the booking that is `moving` is free for it.
    """
    if not advisor.active:
        return []
    whose, since = advisor.advisor_id, now - A_WEEK_AND_A_DAY
    hers: _Whose = {"advisor_id": whose, "asked_by": asked_by, "moving": moving}
    busy = bookings.busy_times(tx, now=now, **hers).get(whose, ())
    kept = bookings.starts(tx, since=since, now=now, **hers).get(whose, ())
    return openings(calendar_of(advisor), busy, now=now, patience=patience, kept=kept)


def next_openings(tx: Transaction, *, now: datetime) -> dict[int, datetime | None]:
    """This function will give the first opening of each advisor, by number; None where there is none."""
    busy = bookings.busy_times(tx, now=now)
    kept = bookings.starts(tx, since=now - A_WEEK_AND_A_DAY, now=now)
    return {
        each.advisor_id: first_opening(
            calendar_of(each), busy.get(each.advisor_id, ()), now=now, kept=kept.get(each.advisor_id, ())
        )
        if each.active
        else None
        for each in advisors.every(tx)
    }


def calendar_of(advisor: Advisor) -> Calendar:
    """This function will translate an advisor's settings into the calendar the rules know."""
    return Calendar(
        zone=ZoneInfo(advisor.timezone),
        hours=advisor.hours,
        length=timedelta(minutes=advisor.minutes),
        buffer_before=timedelta(minutes=advisor.buffer_before),
        buffer_after=timedelta(minutes=advisor.buffer_after),
        notice=timedelta(hours=advisor.notice_hours),
        horizon=timedelta(days=advisor.horizon_days),
        other_days={each.day: each.hours for each in advisor.other_days},
        most_a_day=advisor.most_a_day,
        most_a_week=advisor.most_a_week,
    )
