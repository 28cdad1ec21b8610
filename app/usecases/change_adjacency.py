"""Put a new version of what leads to what in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.stores import rulebook
from app.stores.database import Transaction
from scoring.kinds import KINDS
from scoring.weights import LEADS_NOWHERE, Adjacency

# The kinds that a step may lead from and to.
PIECES = tuple(kind for kind in KINDS if kind not in LEADS_NOWHERE)


class UnableToChangeAdjacency(Exception):
    """A step names no kind of ours, or its strength is not 0 to 1. Another one will do."""


class UnableToChangeAdjacencySince(Exception):
    """Somebody put a newer version in force meanwhile. Look at it, then try again."""


def change_adjacency(
    tx: Transaction, adjacency: Adjacency, *, based_on: int, by: str, now: datetime
) -> Adjacency:
    """This function will put a table in force as a new version, and answer it with its number.

    `based_on` is the version that was on the screen; a table that says the same makes no new version.
    """
    for bought, steps in adjacency.table.items():
        for then, strength in steps.items():
            if bought not in PIECES or then not in PIECES or not 0 <= strength <= 1:
                raise UnableToChangeAdjacency(f"{bought} to {then}: {strength}")
    current = rulebook.read(tx).adjacency
    if current.version != based_on:
        raise UnableToChangeAdjacencySince(f"version {current.version} is in force")
    strict = Adjacency(table=_strict(adjacency))
    if strict.table == _strict(current):
        return current
    try:
        with tx.connection.begin_nested():
            return rulebook.change_adjacency(tx, strict, by=by, now=now)
    except IntegrityError:  # two at the same moment: the first has the number
        raise UnableToChangeAdjacencySince("another version came first") from None


def _strict(adjacency: Adjacency) -> dict[str, dict[str, float]]:
    """What is not named is 0, so a 0 need not be."""
    rows = {
        bought: {then: near for then, near in steps.items() if near > 0}
        for bought, steps in adjacency.table.items()
    }
    return {bought: steps for bought, steps in rows.items() if steps}
