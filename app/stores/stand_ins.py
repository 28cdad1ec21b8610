"""Who stands in for whom: one colleague for each advisor, briefed before any client is told her name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Text, delete, select
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import insert

from app.stores import advisors
from app.stores.advisors import Advisor
from app.stores.database import Transaction, shop_table

stand_ins = shop_table(
    "stand_ins",
    Column("advisor_id", BigInteger, nullable=False),
    Column("stand_in_id", BigInteger, nullable=False),
    Column("chosen_by", Text, nullable=False),  # lead | house
    Column("chosen_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("advisor_id <> stand_in_id", name="another"),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    ForeignKey(["shop_id", "stand_in_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    key=("advisor_id",),
)


def of(tx: Transaction, advisor_id: int) -> Advisor | None:
    """This function will find who stands in for an advisor; None where nobody does, or she has left too."""
    where = (stand_ins.c.shop_id == tx.shop_id, stand_ins.c.advisor_id == advisor_id)
    found = tx.execute(select(stand_ins.c.stand_in_id).where(*where)).scalar_one_or_none()
    stand_in = advisors.one(tx, found) if found is not None else None
    return stand_in if stand_in is not None and stand_in.active else None


def choose(tx: Transaction, advisor_id: int, stand_in_id: int, *, by: str, now: datetime) -> None:
    """This function will have a colleague stand in for an advisor, in place of whoever did."""
    row = {"stand_in_id": stand_in_id, "chosen_by": by, "chosen_at": now}
    statement = insert(stand_ins).values(shop_id=tx.shop_id, advisor_id=advisor_id, **row)
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id", "advisor_id"], set_=row))


def drop(tx: Transaction, advisor_id: int) -> None:
    """This function will leave an advisor without a stand-in."""
    where = (stand_ins.c.shop_id == tx.shop_id, stand_ins.c.advisor_id == advisor_id)
    tx.execute(delete(stand_ins).where(*where))
