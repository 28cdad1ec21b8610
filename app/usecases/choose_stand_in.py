"""Say who stands in for an advisor while she has no time: a colleague who has been briefed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.stores import advisors, stand_ins
from app.stores.database import Transaction


class UnableToChooseStandIn(Exception):
    """Only another advisor who works here can stand in. Somebody else will do."""


def choose_stand_in(
    tx: Transaction, advisor_id: int, stand_in_id: int | None, *, by: Literal["lead", "house"], now: datetime
) -> None:
    """This function will have a colleague stand in for an advisor, or nobody.

    Raises UnableToChooseStandIn.
    """
    if stand_in_id is None:
        stand_ins.drop(tx, advisor_id)
        return
    stand_in = advisors.one(tx, stand_in_id)
    if stand_in is None or not stand_in.active or stand_in_id == advisor_id:
        raise UnableToChooseStandIn("only a colleague who works here can stand in")
    stand_ins.choose(tx, advisor_id, stand_in_id, by=by, now=now)
