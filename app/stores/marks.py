"""What a shop's tags and its field for her advisor say of a customer, and since when: the latest word stands.

customers/* do not carry tags since 2025 (facts/shopify.md): topics of their own do, in whatever order, and
what we ask for ourselves, the history and each night's comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, DateTime, Text, select, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert

from app.stores.customers import of_customer
from app.stores.database import Transaction, all_of, among, shop_table

marks = shop_table(
    "marks",
    *of_customer(),
    Column("name", Text, nullable=False),  # tag:… | advisor
    Column("value", Text, nullable=False),  # added | removed; of "advisor" the name that the field holds
    Column("said_at", DateTime(timezone=True), nullable=False),
    key=("customer_id", "name"),
)

TAG = "tag:"
ADVISOR = "advisor"
ADDED, REMOVED = "added", "removed"


def say(tx: Transaction, customer_id: str, words: Mapping[str, str], *, at: datetime) -> None:
    """This function will keep marks (name → value) as they stood at an instant; a later word stays."""
    for name, value in sorted(words.items()):
        row = {"customer_id": customer_id, "name": name, "value": value, "said_at": at}
        _keep(tx, insert(marks).values(shop_id=tx.shop_id, **row))


def say_each(tx: Transaction, words: Iterable[tuple[str, str, str, datetime]]) -> None:
    """This function will keep marks (customer, name, value, instant), each once; a later word stays."""
    # In one order for whoever says them, or two that say the same would wait for each other.
    rows = [
        {"customer_id": who, "name": name, "value": value, "said_at": at}
        for who, name, value, at in sorted(words)
    ]
    if rows:
        tx.execute(_unless_later(all_of(tx, marks, rows)))


def of_each(tx: Transaction, customer_ids: Sequence[str]) -> dict[str, dict[str, tuple[str, datetime]]]:
    """This function will read the marks of some customers: customer → name → value and since when."""
    where = (
        marks.c.shop_id == tx.shop_id,
        among(marks.c.customer_id, customer_ids),
    )
    found: dict[str, dict[str, tuple[str, datetime]]] = {}
    named = select(marks.c.customer_id, marks.c.name, marks.c.value, marks.c.said_at)
    for who, name, value, at in tx.execute(named.where(*where)):
        found.setdefault(who, {})[name] = (value, at)
    return found


def move(tx: Transaction, old: str, new: str) -> None:
    """This function will give one customer's marks to another; of two on one matter the later stands."""
    theirs = select(marks.c.shop_id, marks.c.customer_id, marks.c.name, marks.c.value, marks.c.said_at)
    where = (marks.c.shop_id == tx.shop_id, marks.c.customer_id == old)
    for row in tx.execute(theirs.where(*where)).mappings().all():
        _keep(tx, insert(marks).values(**{**row, "customer_id": new}))


def _keep(tx: Transaction, statement: Insert) -> None:
    tx.execute(_unless_later(statement))


def _unless_later(statement: Insert) -> Insert:
    said = statement.excluded
    # What was said in the same instant has no order of its own: the words' own decides, the same every time.
    later = tuple_(said.said_at, said.value) > tuple_(marks.c.said_at, marks.c.value)
    return statement.on_conflict_do_update(
        index_elements=["shop_id", "customer_id", "name"],
        set_={"value": said.value, "said_at": said.said_at},
        where=later,
    )


def of(tx: Transaction, customer_id: str) -> dict[str, str]:
    """This function will read a customer's marks as they stand: name → value."""
    where = (marks.c.shop_id == tx.shop_id, marks.c.customer_id == customer_id)
    return dict(tx.execute(select(marks.c.name, marks.c.value).where(*where).order_by(marks.c.name)).all())
