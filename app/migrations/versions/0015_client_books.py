"""Client books brought from elsewhere, what they say of a client, and who is not the same as whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.Text(), server_default="", nullable=False))
    op.add_column("milestones", sa.Column("told_by", sa.Text(), server_default="", nullable=False))
    told = sa.text("phone <> ''")
    op.create_index("customers_phone_idx", "customers", ["shop_id", "phone"], postgresql_where=told)
    _client_books()
    _of_a_book()
    _book_entries()
    _two_people()
    for table in ("client_books", "client_book_parts", "client_book_rejects", "book_entries", "two_people"):
        isolate(table)


def _client_books() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "client_books",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("counts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", instant, nullable=True),
        sa.Column("uploaded_at", instant, nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("began_at", instant, nullable=True),
        sa.Column("done_at", instant, nullable=True),
        *_of_shop("client_books", "book_id"),
    )


def _of_a_book() -> None:
    op.create_table(
        "client_book_parts",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _book("client_book_parts"),
        *_of_shop("client_book_parts", "book_id", "part"),
    )
    op.create_table(
        "client_book_rejects",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("taken_in", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _book("client_book_rejects"),
        *_of_shop("client_book_rejects", "book_id", "line"),
    )


def _book_entries() -> None:
    op.create_table(
        "book_entries",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        _customer("book_entries", "customer_id"),
        *_of_shop("book_entries", "entry_id"),
    )
    op.create_index(op.f("book_entries_shop_id_customer_id_idx"), "book_entries", ["shop_id", "customer_id"])


def _two_people() -> None:
    op.create_table(
        "two_people",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        _customer("two_people", "customer_id"),
        _customer("two_people", "other_id"),
        *_of_shop("two_people", "customer_id", "other_id"),
    )


def _book(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["shop_id", "book_id"],
        ["client_books.shop_id", "client_books.book_id"],
        name=op.f(f"{table}_shop_id_book_id_fkey"),
        ondelete="CASCADE",
    )


def _customer(table: str, column: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["shop_id", column],
        ["customers.shop_id", "customers.customer_id"],
        name=op.f(f"{table}_shop_id_{column}_fkey"),
        ondelete="CASCADE",
        onupdate="CASCADE",
    )


def _of_shop(table: str, *key: str) -> tuple[sa.Constraint, ...]:
    shop = sa.ForeignKeyConstraint(
        ["shop_id"], ["shops.shop_id"], name=op.f(f"{table}_shop_id_fkey"), ondelete="CASCADE"
    )
    return (shop, sa.PrimaryKeyConstraint("shop_id", *key, name=op.f(f"{table}_pkey")))
