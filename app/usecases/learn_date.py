"""Keep a date that was learned of a client, with where it is from and how it may be used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from app.domain.learned import LearnedDate, UnableToLearnDate, read_learned
from app.stores import clients, customers, kept_dates
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.read_client import UnableToFindClient
from app.usecases.update_relationship import update_relationship
from app.usecases.write_brief import write_briefs_again


def learn_date(
    tx: Transaction, live: Live, customer_id: str, typed: Mapping[str, str], *, today: date, now: datetime
) -> bool:
    """This function will keep a date typed into `learned_…` fields; False where none was.

    Raises UnableToFindClient, UnableToLearnDate with a sentence by field.
    """
    if clients.one(tx, customer_id) is None:
        raise UnableToFindClient("the house has no such client")
    errors: dict[str, str] = {}
    learned = read_learned(typed, errors, today=today)
    if errors:
        raise UnableToLearnDate(errors)
    if learned is None:
        return False
    keep_date(tx, customer_id, learned, now=now)
    update_relationship(tx, live, customer_id, now=now)
    return True


def keep_date(tx: Transaction, customer_id: str, learned: LearnedDate, *, now: datetime) -> UUID:
    """This function will put a learned date into the record and give its id.

    One to be left alone leaves every brief.
    """
    said = learned.milestone().to_record()
    del said["in_years"]  # of orders alone; what was said rests on none
    milestone_id = customers.add_milestone(tx, customer_id, **said)
    kept_dates.owe(tx, customer_id)
    if learned.handling != "usable":
        write_briefs_again(tx, customer_id, now=now)
    return milestone_id
