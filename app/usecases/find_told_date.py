"""Find a date that a client told us herself: of all that is on record, she may change these alone."""

from __future__ import annotations

from uuid import UUID

from app.stores import clients
from app.stores.clients import KeptMilestone
from app.stores.database import Transaction


class UnableToFindDate(Exception):
    """There is no such date, or it is not one that she told us: both look the same."""


def told_dates(tx: Transaction, customer_id: str) -> list[KeptMilestone]:
    """This function will list the dates that a client told us herself, through the year."""
    kept = clients.milestones_of(tx, customer_id)
    return [each for each in kept if each.milestone.provenance == "stated"]


def find_told_date(tx: Transaction, customer_id: str, milestone_id: UUID) -> KeptMilestone:
    """This function will find one of them by its id. Raises UnableToFindDate."""
    for each in told_dates(tx, customer_id):
        if each.milestone_id == milestone_id:
            return each
    raise UnableToFindDate("she told us no such date")
