"""Place pieces by hand: what the mapper could not, or placed wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.queue import Queue
from app.stores import placings
from app.stores.database import Transaction
from app.stores.placings import Placing, Sold
from app.usecases.ask_learning import ask_learning
from scoring.kinds import KINDS, pattern_of


class UnableToPlace(Exception):
    """A kind is none of ours; `name` is what was to be placed."""

    def __init__(self, name: str) -> None:
        super().__init__("no such kind of piece")
        self.name = name


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A product's type or title that has no kind: what was sold of it, and some of its titles.

    `revenue` in minor units of the shop's currency. `titles` is empty where the name is the title itself.
    """

    name: str
    lines: int
    revenue: int
    titles: tuple[str, ...] = ()


def place_pieces(
    tx: Transaction, queue: Queue, chosen: Sequence[tuple[str, str]], *, by: str, now: datetime
) -> int:
    """This function will place types and titles, (name, kind) each, and count those that were not so before.

    A kind "" takes a placing back. The orders on record hear of it from a job.
    """
    for name, kind in chosen:
        if kind and kind not in KINDS:
            raise UnableToPlace(name)
    wanted = {pattern_of(name): Placing(pattern_of(name), name, kind or None) for name, kind in chosen}
    wanted.pop("", None)
    changed = placings.place(tx, list(wanted.values()), by=by)
    if changed:
        ask_learning(tx, queue, "place", now=now)
    return changed


def unplaced(tx: Transaction, currency: str) -> list[Unplaced]:
    """This function will list what has no kind, the most money first.

    A type of which nothing has a kind stands for its titles. Of a type that is mixed, each title stands for
    itself, so that placing one changes none that was placed well.
    """
    mixed = {pattern_of(each) for each in placings.types_placed(tx)}
    said = {placing.pattern for placing in placings.waiting(tx)}
    found: dict[str, list[Sold]] = {}
    names: dict[str, str] = {}
    for sold in placings.not_placed(tx, currency):
        whole = pattern_of(sold.product_type) not in {"", *mixed}
        name = sold.product_type if whole else sold.title
        names.setdefault(pattern_of(name), name)
        found.setdefault(pattern_of(name), []).append(sold)
    rows = [_together(names[key], its) for key, its in found.items() if key and key not in said]
    return sorted(rows, key=lambda row: (-row.revenue, -row.lines, row.name))


def _together(name: str, its: Sequence[Sold]) -> Unplaced:
    titles = dict.fromkeys(
        one.title for one in its if one.title and pattern_of(one.title) != pattern_of(name)
    )
    lines, revenue = sum(one.lines for one in its), sum(one.revenue for one in its)
    return Unplaced(name, lines, revenue, tuple(titles))
