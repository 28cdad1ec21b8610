"""Read the calls that wait at a desk, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.stores import advisors, calls_back, stand_ins
from app.stores.advisors import Advisor
from app.stores.database import Transaction


@dataclass(frozen=True, slots=True)
class DeskCalls:
    """The calls an advisor has to make (`others`: her colleagues', seen by the owner), and her stand-in."""

    own: Sequence[Any]
    others: Sequence[Any]
    stand_in: Advisor | None
    colleagues: Sequence[Advisor]
    advisors: dict[int, Advisor]


def read_calls(tx: Transaction, advisor: Advisor) -> DeskCalls:
    """This function will read the calls nobody has made yet, the oldest first, and who stands in for her."""
    of = None if advisor.role == "owner" else advisor.advisor_id
    waiting, house = calls_back.open_calls(tx, advisor_id=of), advisors.every(tx)
    return DeskCalls(
        own=[row for row in waiting if row.advisor_id == advisor.advisor_id],
        others=[row for row in waiting if row.advisor_id != advisor.advisor_id],
        stand_in=stand_ins.of(tx, advisor.advisor_id),
        colleagues=[each for each in house if each.active and each.advisor_id != advisor.advisor_id],
        advisors={each.advisor_id: each for each in house},
    )
