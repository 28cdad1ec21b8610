"""Place what was sold anew, where the merchant has said what it is, and build the relationships on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.progress import Progress
from app.stores import placings
from app.stores.database import Database
from app.stores.live import Live
from app.stores.placings import Words
from app.usecases.update_every_relationship import update_every_relationship
from scoring.kinds import kind_of, pattern_of, placed_by_hand


def replace_kinds(database: Database, live: Live, shop_id: int, *, now: datetime) -> int:
    """This function will apply the placings that wait to the orders on record, and count the lines changed.

    Killed at any moment, it is simply run again: a placing waits until the relationships know of it.
    """
    with database.shop(shop_id) as tx:
        applied = placings.waiting(tx)
        if not applied:
            return 0
        by_hand, touched = placings.read(tx), {placing.pattern for placing in applied}
        anew = [_placed(each, by_hand) for each in placings.words(tx) if _is_touched(each, touched)]
        changed = placings.change_kinds(tx, anew)
    update_every_relationship(database, live, shop_id, now=now, on_progress=_quietly)
    with database.shop(shop_id) as tx:
        placings.settle(tx, applied)
    return changed


def _is_touched(words: Words, patterns: set[str]) -> bool:
    return pattern_of(words.title) in patterns or pattern_of(words.product_type) in patterns


def _placed(words: Words, by_hand: Mapping[str, str]) -> Words:
    """Where a placing was taken back, the words decide again; a kind the file itself named is not kept."""
    kind = placed_by_hand(by_hand, product_type=words.product_type, title=words.title)
    read = kind_of(product_type=words.product_type, tags=words.tags, title=words.title)
    return replace(words, kind=kind or read)


def _quietly(_: Progress) -> None:
    """Nobody waits at a screen."""
