"""What a house has been told and has done on its way in: a few notes, each with its time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, DateTime, Text, select
from sqlalchemy.dialects.postgresql import insert

from app.domain.onboarding import Note
from app.stores.database import Transaction, shop_table

# embed: what Shopify said of the theme block, "on" or "off". steps: whether they are "shown" or "hidden".
# last_year: the replayed year was "read". policy: a person has "chosen" one, be it the one in force.
NoteName = Literal["embed", "steps", "last_year", "policy"]

onboarding = shop_table(
    "onboarding",
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    key=("name",),
)


def note(tx: Transaction, name: NoteName, state: str, *, now: datetime) -> None:
    """This function will write a note in place of the one before it."""
    row = insert(onboarding).values(shop_id=tx.shop_id, name=name, state=state, at=now)
    tx.execute(
        row.on_conflict_do_update(index_elements=["shop_id", "name"], set_={"state": state, "at": now})
    )


def read(tx: Transaction) -> dict[str, Note]:
    """This function will read the notes by their names; what was never noted is not there."""
    columns = (onboarding.c.name, onboarding.c.state, onboarding.c.at)
    rows = tx.execute(select(*columns).where(onboarding.c.shop_id == tx.shop_id))
    return {name: Note(state, at) for name, state, at in rows}
