"""Read what a client may see of what is remembered for her: what she told, what she chose, what is booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.consent import CHANNELS
from app.domain.own_words import consent_line, date_in_a_line, date_name, date_person, date_when
from app.domain.wording import PLACES, when
from app.stores import advisors, bookings, clients, consents, day, shops
from app.stores.clients import KeptMilestone
from app.stores.database import Transaction
from app.usecases.book_own_time import may_book
from app.usecases.find_told_date import told_dates


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A date she told us, in words; `line` says all of it."""

    milestone_id: UUID
    name: str
    person: str
    when: str
    line: str


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """A conversation that is booked; `when` in the zone she chose."""

    booking_id: UUID
    when: str
    place: str
    advisor: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """All that her own page shows. `left_alone` are the dates not to be used; `reach` is (channel, words)."""

    house: str
    first_name: str
    dates: Sequence[OwnDate]
    left_alone: Sequence[OwnDate]
    bookings: Sequence[OwnBooking]
    may_book: bool
    invited: bool
    scored: bool
    reach: Sequence[tuple[str, str]]


def read_own_page(tx: Transaction, customer_id: str, *, now: datetime) -> OwnPage:
    """This function will read a client's own page; of somebody unknown to us it is empty.

    What was inferred, what an advisor recorded or noted, and why somebody is invited are not on it.
    """
    client, told = clients.one(tx, customer_id), told_dates(tx, customer_id)
    standing = consents.in_force(tx, customer_id)
    return OwnPage(
        house=shops.read(tx).name,
        first_name=client.first_name if client else "",
        dates=[_date(each) for each in told if not each.milestone.do_not_use],
        left_alone=[_date(each) for each in told if each.milestone.do_not_use],
        bookings=_bookings(tx, customer_id, now),
        may_book=may_book(tx, customer_id),
        invited=client is None or not client.stopped,
        scored=client is None or not client.opted_out,
        reach=[(name, consent_line(standing.get(channel))) for channel, name in CHANNELS.items()],
    )


def _date(kept: KeptMilestone) -> OwnDate:
    said = kept.milestone
    return OwnDate(
        milestone_id=kept.milestone_id,
        name=date_name(said),
        person=date_person(said),
        when=date_when(said),
        line=date_in_a_line(said),
    )


def _bookings(tx: Transaction, customer_id: str, now: datetime) -> list[OwnBooking]:
    """List what is booked and has not begun, the next first."""
    names = {advisor.advisor_id: advisor.name for advisor in advisors.every(tx)}
    rows = [row for row in day.bookings_of(tx, customer_id) if row.state == "booked" and row.starts_at > now]
    found = [bookings.one(tx, row.booking_id) for row in reversed(rows)]
    return [
        OwnBooking(
            each.booking_id, when(each.starts_at, each.zone), PLACES[each.place], names[each.advisor_id]
        )
        for each in found
        if each is not None
    ]
