"""The addresses at which advisors read their own consultations; of each only a digest is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, Text, UniqueConstraint, delete, select
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import insert

from app.stores.database import Transaction, shop_table

own_calendars = shop_table(
    "own_calendars",
    Column("advisor_id", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of the secret in the address, in hex
    Column("made_at", DateTime(timezone=True), nullable=False),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    UniqueConstraint("shop_id", "digest"),
    key=("advisor_id",),
)


def put(tx: Transaction, advisor_id: int, digest: str, *, now: datetime) -> None:
    """This function will give an advisor an address; the one before it leads nowhere any more."""
    values = {"digest": digest, "made_at": now}
    row = insert(own_calendars).values(shop_id=tx.shop_id, advisor_id=advisor_id, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["shop_id", "advisor_id"], set_=values))


def remove(tx: Transaction, advisor_id: int) -> None:
    """This function will close an advisor's address, if there is one."""
    hers = (own_calendars.c.shop_id == tx.shop_id, own_calendars.c.advisor_id == advisor_id)
    tx.execute(delete(own_calendars).where(*hers))


def made_at(tx: Transaction, advisor_id: int) -> datetime | None:
    """This function will say since when an advisor has her address; None where she has none."""
    hers = (own_calendars.c.shop_id == tx.shop_id, own_calendars.c.advisor_id == advisor_id)
    found: datetime | None = tx.execute(select(own_calendars.c.made_at).where(*hers)).scalar_one_or_none()
    return found


def whose(tx: Transaction, digest: str) -> int | None:
    """This function will find whose an address is, by its digest; None where it is nobody's.

    The index compares digests, which nobody can steer: how long that takes tells nothing about the secret.
    """
    where = (own_calendars.c.shop_id == tx.shop_id, own_calendars.c.digest == digest)
    found: int | None = tx.execute(select(own_calendars.c.advisor_id).where(*where)).scalar_one_or_none()
    return found
