"""Keep a date that a client tells us herself: the top rung of what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.domain.learned import UnableToLearnDate
from app.domain.told import MOST_DATES, read_told, same_date
from app.stores import bookings, consultations, customers
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.find_told_date import told_dates
from app.usecases.learn_date import keep_date
from app.usecases.update_relationship import update_relationship
from app.usecases.write_brief import write_brief


@dataclass(frozen=True, slots=True)
class Told:
    """The date she told, by its id; `new` is False where it was on record already."""

    milestone_id: UUID
    new: bool


def tell_date(
    tx: Transaction, live: Live, customer_id: str, typed: Mapping[str, str], *, today: date, now: datetime
) -> Told:
    """This function will keep a date typed into `learned_…` fields; told twice, it is kept once.

    `today` is the shop's day. Raises UnableToLearnDate with a sentence by field.
    """
    learned = read_told(typed, today=today)
    customers.mention(tx, [customer_id])  # she may have an account and no order yet
    bookings.hold_customer(tx, customer_id)  # a button pressed twice is two requests at once
    known = told_dates(tx, customer_id)
    for each in known:
        if same_date(each.milestone, learned.milestone()):
            return Told(each.milestone_id, new=False)
    if len(known) >= MOST_DATES:
        full = f"There are {MOST_DATES} dates here already. Take one away first."
        raise UnableToLearnDate({"learned_occasion": full})
    milestone_id = keep_date(tx, customer_id, learned, now=now)
    update_relationship(tx, live, customer_id, now=now)
    _let_the_next_brief_know(tx, customer_id, now)
    return Told(milestone_id, new=True)


def _let_the_next_brief_know(tx: Transaction, customer_id: str, now: datetime) -> None:
    """Briefs say what was known on their day; the one of a conversation to come is to know what she told."""
    coming = bookings.upcoming(tx, customer_id, now=now)
    if coming is not None and consultations.brief(tx, coming.booking_id) is not None:
        write_brief(tx, coming.booking_id, now=now, again=True)
