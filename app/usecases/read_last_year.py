"""Read the last year as it was replayed, or why there is none to show yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.stores import last_years, learnings
from app.stores.database import Transaction
from app.stores.last_years import Kept
from scoring.replayed import LastYear

# "uncounted": there are orders, and none to go by. "failed": it broke off, and is tried again in an hour.
State = Literal["empty", "working", "failed", "uncounted", "short", "replayed"]


@dataclass(frozen=True, slots=True)
class Shown:
    """`kept`, and the names of those in it; who may not be shown has none."""

    state: State
    kept: Kept | None
    names: dict[str, tuple[str, str]]

    @property
    def year(self) -> LastYear | None:
        return self.kept.found.year if self.kept is not None else None


def read_last_year(tx: Transaction) -> Shown:
    """This function will read what was found last, with the names of the clients in it."""
    kept = last_years.read(tx)
    if kept is not None and kept.found.year is not None:
        return Shown("replayed", kept, last_years.names(tx, last_years.clients_of(kept.found)))
    return Shown(_why_none(tx, kept), kept, {})


def _why_none(tx: Transaction, kept: Kept | None) -> State:
    if not last_years.has_orders(tx):
        return "empty"
    stands = learnings.state(tx, "replay")
    if stands.error is not None:
        return "failed"
    # Where nobody has asked for it yet the sweep does, within minutes (jobs/learning.py).
    if stands.asked_at is not None or kept is None:
        return "working"
    return "short" if kept.found.begins is not None else "uncounted"
