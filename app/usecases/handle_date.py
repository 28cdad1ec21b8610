"""Mark how a date may be used: as it is, sensitive, or not at all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.domain.brief import in_force
from app.domain.learned import Handling, LearnedDate
from app.stores import clients, kept_dates
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.learn_date import keep_date
from app.usecases.read_client import UnableToFindClient
from app.usecases.update_relationship import update_relationship
from app.usecases.write_brief import write_briefs_again


def handle_date(
    tx: Transaction, live: Live, customer_id: str, milestone_id: UUID, handling: Handling, *, now: datetime
) -> None:
    """This function will mark a date of the record. Raises UnableToFindClient where there is no such date."""
    sensitive, do_not_use = handling == "sensitive", handling == "do_not_use"
    mark_date(tx, live, customer_id, milestone_id, sensitive=sensitive, do_not_use=do_not_use, now=now)


def mark_date(
    tx: Transaction,
    live: Live,
    customer_id: str,
    milestone_id: UUID,
    *,
    sensitive: bool,
    do_not_use: bool,
    now: datetime,
) -> None:
    """This function will keep both marks of a date. Raises UnableToFindClient where there is no such date."""
    if not clients.handle_milestone(
        tx, customer_id, milestone_id, sensitive=sensitive, do_not_use=do_not_use
    ):
        raise UnableToFindClient("the house has no such date")
    kept_dates.owe(tx, customer_id)
    update_relationship(tx, live, customer_id, now=now)
    # Frozen or not: a date must not be met by the back door.
    write_briefs_again(tx, customer_id, now=now)


def silence_guess(
    tx: Transaction, live: Live, customer_id: str, month: int, day: int | None, *, now: datetime
) -> None:
    """This function will keep a date that was only inferred from being used.

    It becomes a date of the record that is not to be used, and that silences the guess. Raises
    UnableToFindClient where there is no such guess.
    """
    client = clients.one(tx, customer_id)
    stated = [kept.milestone for kept in clients.milestones_of(tx, customer_id)]
    guesses = in_force(stated, client.relationship)[len(stated) :] if client is not None else ()
    guess = next((each for each in guesses if (each.month, each.day) == (month, day)), None)
    if guess is None:
        raise UnableToFindClient("the house has no such date")
    silenced = LearnedDate(guess.occasion, "", month, day, guess.year, told=False, handling="do_not_use")
    keep_date(tx, customer_id, silenced, now=now)
    update_relationship(tx, live, customer_id, now=now)
