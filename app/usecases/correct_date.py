"""Put a date of the record right: it keeps its place, and what was said to it on the worklist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from app.domain.learned import LearnedDate, UnableToLearnDate, read_learned
from app.stores import clients, kept_dates
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.read_client import UnableToFindClient
from app.usecases.update_relationship import update_relationship
from app.usecases.write_brief import write_briefs_again


def correct_date(
    tx: Transaction,
    live: Live,
    customer_id: str,
    milestone_id: UUID,
    typed: Mapping[str, str],
    *,
    today: date,
    now: datetime,
) -> None:
    """This function will correct a date by what was typed into `learned_…` fields.

    Raises UnableToLearnDate with a sentence by field; UnableToFindClient where there is no such date.
    """
    errors: dict[str, str] = {}
    learned = read_learned(typed, errors, today=today)
    if learned is None and not errors:
        errors["learned_occasion"] = "Say what the day is."
    if errors or learned is None:
        raise UnableToLearnDate(errors)
    put_date_right(tx, live, customer_id, milestone_id, learned, now=now)


def put_date_right(
    tx: Transaction, live: Live, customer_id: str, milestone_id: UUID, learned: LearnedDate, *, now: datetime
) -> None:
    """This function will put a date in the place of the one on record, here and in the shop.

    Raises UnableToFindClient where there is no such date.
    """
    if not clients.correct_milestone(tx, customer_id, milestone_id, learned.milestone()):
        raise UnableToFindClient("the house has no such date")
    kept_dates.owe(tx, customer_id)
    update_relationship(tx, live, customer_id, now=now)
    write_briefs_again(tx, customer_id, now=now)
