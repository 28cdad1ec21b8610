"""The house's lists of gems and materials; a house that has said nothing has the trade's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from app.domain.gems import GemLists
from app.stores import versioned
from app.stores.database import Transaction

gem_lists = versioned.versions("gem_lists")

# facts/jewellery.md, "Anniversary lists" and "Birthstones".
_SHIPPED = Path(__file__).with_name("gem_lists.json")


@cache
def shipped() -> GemLists:
    """This function will give the lists every house starts with, as version 0."""
    return GemLists.from_record(json.loads(_SHIPPED.read_text(encoding="utf-8")))


def read(tx: Transaction) -> GemLists:
    """This function will read the lists in force."""
    content = versioned.newest(tx, gem_lists)
    return GemLists.from_record(content) if content is not None else shipped()


def add(tx: Transaction, lists: GemLists, *, by: str) -> bool:
    """This function will put lists in force; False where somebody else has saved that version meanwhile."""
    return versioned.add(tx, gem_lists, lists.to_record(), by=by)
