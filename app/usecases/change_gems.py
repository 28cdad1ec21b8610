"""Put the house's own lists of gems and materials in force."""

from __future__ import annotations

from dataclasses import replace

from app.domain.gems import GemLists
from app.stores import gems
from app.stores.database import Transaction


class UnableToChangeGemsSince(Exception):
    """Somebody else saved a newer version meanwhile. Look at it, then try again."""


def change_gems(tx: Transaction, lists: GemLists, *, based_on: int, by: str) -> GemLists:
    """This function will keep lists as the version after `based_on`. Raises UnableToChangeGemsSince."""
    kept = replace(lists, version=based_on + 1)
    if gems.read(tx).version != based_on or not gems.add(tx, kept, by=by):
        raise UnableToChangeGemsSince(f"version {based_on} is not the newest")
    return kept
