"""Make one client of two, as the merchant says, or remember that they are two people."""

from __future__ import annotations

from datetime import datetime

from app.stores import customers, merges
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.merge_customers import merge_customers
from app.usecases.propose_merges import is_open
from app.usecases.write_brief import write_briefs_again


class UnableToMerge(Exception):
    """One of the two is no longer there: somebody has merged or erased her meanwhile. Nothing was changed."""


def merge_clients(tx: Transaction, live: Live, gone: str, *, kept: str, now: datetime) -> None:
    """This function will give `kept` all that is known of `gone`. Raises UnableToMerge.

    What is blank with her is filled in; a date both have is one; a caution or a no said of either holds.
    """
    if not is_open(tx, gone, kept):
        raise UnableToMerge("one of the two is no longer there")
    customers.mention(tx, [kept])
    merges.fill_in(tx, gone, kept)
    merges.join_dates(tx, gone, kept)
    merge_customers(tx, live, gone, kept=kept, now=now)
    write_briefs_again(tx, kept, now=now)


def keep_apart(tx: Transaction, one: str, other: str, *, by: str, now: datetime) -> None:
    """This function will remember that two clients are two people. Raises UnableToMerge."""
    if not is_open(tx, one, other):
        raise UnableToMerge("one of the two is no longer there")
    merges.say_two(tx, one, other, by=by, now=now)
