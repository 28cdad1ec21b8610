"""Read the last year as it was replayed, or why there is none to show yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.stores import last_years
from app.stores.database import Transaction
from app.stores.last_years import Kept
from scoring.replayed import LastYear

State = Literal["empty", "working", "short", "replayed"]


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
    if kept is None:
        return Shown("working" if last_years.has_orders(tx) else "empty", None, {})
    if kept.found.year is None:
        return Shown("short", kept, {})
    return Shown("replayed", kept, last_years.names(tx, last_years.clients_of(kept.found)))
