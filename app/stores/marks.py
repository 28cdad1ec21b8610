"""What a shop's tags say of a customer, and since when: the latest word stands.

customers/* do not carry them since 2025 (facts/shopify.md), so topics of their own decide, in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, DateTime, Text, select, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert

from app.stores.customers import of_customer
from app.stores.database import Transaction, shop_table

marks = shop_table(
    "marks",
    *of_customer(),
    Column("name", Text, nullable=False),  # tag:…
    Column("value", Text, nullable=False),  # added | removed
    Column("said_at", DateTime(timezone=True), nullable=False),
    key=("customer_id", "name"),
)

TAG = "tag:"


def say(tx: Transaction, customer_id: str, words: Mapping[str, str], *, at: datetime) -> None:
    """This function will keep marks (name → value) as they stood at an instant; a later word stays."""
    for name, value in sorted(words.items()):
        row = {"customer_id": customer_id, "name": name, "value": value, "said_at": at}
        _keep(tx, insert(marks).values(shop_id=tx.shop_id, **row))


def move(tx: Transaction, old: str, new: str) -> None:
    """This function will give one customer's marks to another; of two on one matter the later stands."""
    theirs = select(marks.c.shop_id, marks.c.customer_id, marks.c.name, marks.c.value, marks.c.said_at)
    where = (marks.c.shop_id == tx.shop_id, marks.c.customer_id == old)
    for row in tx.execute(theirs.where(*where)).mappings().all():
        _keep(tx, insert(marks).values(**{**row, "customer_id": new}))


def _keep(tx: Transaction, statement: Insert) -> None:
    said = statement.excluded
    # What was said in the same instant has no order of its own: the words' own decides, the same every time.
    later = tuple_(said.said_at, said.value) > tuple_(marks.c.said_at, marks.c.value)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["shop_id", "customer_id", "name"],
            set_={"value": said.value, "said_at": said.said_at},
            where=later,
        )
    )


def of(tx: Transaction, customer_id: str) -> dict[str, str]:
    """This function will read a customer's marks as they stand: name → value."""
    where = (marks.c.shop_id == tx.shop_id, marks.c.customer_id == customer_id)
    return dict(tx.execute(select(marks.c.name, marks.c.value).where(*where).order_by(marks.c.name)).all())
