"""Plan what becomes of a leaver's clients and bookings: the page shows it, handing over carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.client_shares import share
from app.domain.slots import Busy, Slot, openings
from app.stores import advisors, bookings, calls_back, led
from app.stores.advisors import Advisor
from app.stores.bookings import Booking
from app.stores.database import Transaction
from app.usecases.offer_slots import A_WEEK_AND_A_DAY, calendar_of


class UnableToHandOver(Exception):
    """A book goes from somebody who is not the owner to others who work here. Another choice will do."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A booking and who takes it on; `slot` is None where that time is not free for her."""

    booking: Booking
    to: Advisor
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a book: who takes whom (customer → advisor), the bookings ahead, the calls to make."""

    leaver: Advisor
    takers: Sequence[Advisor]
    shares: dict[str, int]
    bookings: Sequence[Moving]
    calls: int

    @property
    def kept(self) -> list[Moving]:
        """This property will list the bookings that keep their time."""
        return [each for each in self.bookings if each.slot is not None]

    @property
    def asked(self) -> list[Moving]:
        """This property will list the bookings whose customers must choose again."""
        return [each for each in self.bookings if each.slot is None]

    def count(self, advisor_id: int) -> int:
        """This method will count the clients that go to an advisor."""
        return sum(taker == advisor_id for taker in self.shares.values())


def plan_handover(
    tx: Transaction, leaver_id: int, to: Sequence[int], *, now: datetime, lock: bool = False
) -> Plan:
    """This function will plan whose a leaver's clients and bookings become; with `lock` none changes.

    Raises UnableToHandOver.
    """
    house = {each.advisor_id: each for each in advisors.every(tx)}
    leaver, takers = house.get(leaver_id), [house[each] for each in sorted(set(to)) if each in house]
    if leaver is None or leaver.role == "owner" or not takers or leaver in takers:
        raise UnableToHandOver("a book goes from an advisor to others")
    if len(takers) < len(set(to)) or not all(each.active for each in takers):
        raise UnableToHandOver("only who works here can take over")
    for advisor_id in sorted({leaver_id, *to}) if lock else ():
        bookings.hold_advisor(tx, advisor_id)
    loads = led.counts(tx)
    clients = led.clients_of(tx, leaver_id, lock=lock)
    shares = share(clients, {each.advisor_id: loads.get(each.advisor_id, 0) for each in takers})
    return Plan(
        leaver, takers, shares, _moving(tx, leaver, takers, shares, now=now, lock=lock),
        calls_back.count_open(tx, leaver_id),
    )  # fmt: skip


def _moving(
    tx: Transaction,
    leaver: Advisor,
    takers: Sequence[Advisor],
    shares: dict[str, int],
    *,
    now: datetime,
    lock: bool,
) -> list[Moving]:
    """Look at each booking ahead, the next first; one that is taken on takes its time from those after it."""
    by_id = {each.advisor_id: each for each in takers}
    busy = {whose: list(times) for whose, times in bookings.busy_times(tx, now=now).items()}
    starts = {
        whose: list(at) for whose, at in bookings.starts(tx, since=now - A_WEEK_AND_A_DAY, now=now).items()
    }
    moving = []
    for booking_id in led.ahead_of(tx, leaver.advisor_id, now=now):
        booking = bookings.one(tx, booking_id, lock=lock)
        if booking is None or booking.state != "booked":
            continue  # cancelled while we waited for its lock
        to = by_id[shares.get(booking.customer_id, takers[0].advisor_id)]
        taken, kept = busy.setdefault(to.advisor_id, []), starts.setdefault(to.advisor_id, [])
        slot = _same_time(to, booking, taken, kept, now=now)
        if slot is not None:
            taken.append(slot.busy)
            kept.append(slot.starts_at)
        moving.append(Moving(booking, to, slot))
    return moving


def _same_time(
    to: Advisor, booking: Booking, busy: Sequence[Busy], kept: Sequence[datetime], *, now: datetime
) -> Slot | None:
    """Her own hours and buffers, as long as was promised; notice and horizon are for those who ask anew."""
    hers = replace(
        calendar_of(to),
        length=booking.ends_at - booking.starts_at,
        notice=timedelta(),
        horizon=booking.ends_at - now,
    )
    free = openings(hers, busy, now=now, kept=kept)
    return next((slot for slot in free if slot.starts_at == booking.starts_at), None)
