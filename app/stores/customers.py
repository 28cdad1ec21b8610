"""The customers, as Shopify's record names them, and what has been noted and promised about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.database import Transaction, shop_table

customers = shop_table(
    "customers",
    Column("customer_id", Text, nullable=False),
    Column("first_name", Text, nullable=False, server_default=""),
    Column("last_name", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    # From a client book, with its country (E.164); Shopify's own is not asked for.
    Column("phone", Text, nullable=False, server_default=""),
    Column("opted_out", Boolean, nullable=False, server_default=sql("false")),
    # Shopify's own updated_at: an older delivery never overwrites a newer one.
    Column("updated_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # What Shopify says of her beyond the orders an app may read: in its record since, orders ever, the last.
    Column("since", DateTime(timezone=True)),
    Column("orders_ever", Integer),
    Column("last_ordered_at", DateTime(timezone=True)),
    Index("customers_email_idx", "shop_id", func.lower(sql("email"))),
    Index("customers_phone_idx", "shop_id", "phone", postgresql_where=sql("phone <> ''")),
    key=("customer_id",),
)


def of_customer(nullable: bool = False) -> tuple[Column[Any], ForeignKey]:
    """This function will give the column and the key that tie a row to a customer, and end with her."""
    return (
        Column("customer_id", Text, nullable=nullable),
        ForeignKey(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )


milestones = shop_table(
    "milestones",
    Column("milestone_id", Uuid, nullable=False),
    *of_customer(),
    Column("person", Text, nullable=False, server_default=""),
    Column("occasion", Text, nullable=False),
    Column("month", SmallInteger, nullable=False),
    Column("day", SmallInteger),
    Column("year", SmallInteger),
    Column("provenance", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("spread_days", SmallInteger, nullable=False, server_default=sql("0")),
    Column("rests_on", JSONB, nullable=False, server_default=sql("'[]'::jsonb")),
    Column("sensitive", Boolean, nullable=False, server_default=sql("false")),
    Column("do_not_use", Boolean, nullable=False, server_default=sql("false")),
    # Who said so, where it was neither the client nor the advisor at the desk: the client book it is from.
    Column("told_by", Text, nullable=False, server_default=""),
    # The shop's own name for its entry, where the merchant made it; else ours (app/domain/kept_dates.py).
    Column("handle", Text, nullable=False, server_default=""),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "shop_id", "customer_id"),
    key=("milestone_id",),
)

notes = shop_table(
    "notes",
    Column("note_id", Uuid, nullable=False),
    *of_customer(),
    Column("advisor_id", BigInteger),
    Column("booking_id", Uuid),
    Column("stage", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index(None, "shop_id", "customer_id"),
    key=("note_id",),
)

forward_items = shop_table(
    "forward_items",
    Column("item_id", Uuid, nullable=False),
    *of_customer(),
    Column("advisor_id", BigInteger, nullable=False),
    Column("booking_id", Uuid),
    Column("what", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("reminded_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "shop_id", "advisor_id", "due_on"),
    key=("item_id",),
)


def put(
    tx: Transaction,
    customer_id: str,
    *,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    updated_at: datetime | None = None,
) -> None:
    """This function will write what Shopify says of a customer; an older word never replaces a newer one."""
    row = {"first_name": first_name, "last_name": last_name, "email": email, "updated_at": updated_at}
    statement = insert(customers).values(shop_id=tx.shop_id, customer_id=customer_id, **row)
    known = customers.c.updated_at
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["shop_id", "customer_id"],
            set_=row,
            where=(known.is_(None)) | (statement.excluded.updated_at >= known),
        )
    )


def mention(tx: Transaction, customer_ids: Sequence[str]) -> None:
    """This function will make sure that customers have a row, leaving what is known of them as it is."""
    if customer_ids:
        rows = [{"shop_id": tx.shop_id, "customer_id": customer_id} for customer_id in customer_ids]
        tx.execute(insert(customers).values(rows).on_conflict_do_nothing())


def one(tx: Transaction, customer_id: str) -> Any:
    """This function will read one customer's row, or None."""
    where = (customers.c.shop_id == tx.shop_id, customers.c.customer_id == customer_id)
    return tx.execute(select(customers).where(*where)).one_or_none()


def add_note(
    tx: Transaction,
    customer_id: str,
    body: str,
    *,
    at: datetime,
    advisor_id: int | None = None,
    booking_id: UUID | None = None,
    stage: str = "",
) -> UUID:
    """This function will keep a note about a customer."""
    note_id = uuid4()
    row = {"advisor_id": advisor_id, "booking_id": booking_id, "stage": stage, "body": body, "at": at}
    tx.execute(insert(notes).values(shop_id=tx.shop_id, note_id=note_id, customer_id=customer_id, **row))
    return note_id


def notes_of(tx: Transaction, customer_id: str) -> list[Any]:
    """This function will list the notes on a customer, newest first."""
    where = (notes.c.shop_id == tx.shop_id, notes.c.customer_id == customer_id)
    return list(tx.execute(select(notes).where(*where).order_by(notes.c.at.desc())))


def add_milestone(tx: Transaction, customer_id: str, **milestone: object) -> UUID:
    """This function will keep an occasion; the columns are those of `scoring.relationship.Milestone`."""
    milestone_id = uuid4()
    row = {"milestone_id": milestone_id, "customer_id": customer_id, **milestone}
    tx.execute(insert(milestones).values(shop_id=tx.shop_id, **row))
    return milestone_id
