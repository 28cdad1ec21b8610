"""What is sold, what is said of a customer and under which ids, exports, nightly repairs, the first steps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0009"
down_revision = "0008"

TABLES = ("products", "aliases", "marks", "exports", "reconciliations", "onboarding")
DATES = ("date_keepings", "date_removals", "date_readings")


def upgrade() -> None:
    op.add_column("shops", sa.Column("installed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "products",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("product_type", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *_of_shop("products", "product_id"),
    )
    op.create_table(
        "aliases",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        _of_customer("aliases"),
        *_of_shop("aliases", "alias"),
    )
    op.create_index(op.f("aliases_shop_id_customer_id_idx"), "aliases", ["shop_id", "customer_id"])
    op.create_table(
        "marks",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        _of_customer("marks"),
        *_of_shop("marks", "customer_id", "name"),
    )
    op.create_table(
        "exports",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        *_of_shop("exports", "export_id"),
    )
    op.create_index(op.f("exports_shop_id_customer_id_idx"), "exports", ["shop_id", "customer_id"])
    op.create_table(
        "reconciliations",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("orders_added", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("orders_mended", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("customers_added", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("customers_mended", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        *_of_shop("reconciliations", "run_id"),
    )
    op.create_table(
        "onboarding",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_of_shop("onboarding", "name"),
    )
    _dates_in_shopify()
    for table in (*TABLES, *DATES):
        isolate(table)


def _dates_in_shopify() -> None:
    op.add_column("milestones", sa.Column("handle", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "date_keepings",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("owed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("changes", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        _of_customer("date_keepings"),
        *_of_shop("date_keepings", "customer_id"),
    )
    op.create_table(
        "date_removals",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        *_of_shop("date_removals", "handle"),
    )
    op.create_table(
        "date_readings",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        *_of_shop("date_readings"),
    )
    # What was told before there was a place for it in the shop.
    op.execute(
        "insert into date_keepings (shop_id, customer_id) select distinct shop_id, customer_id"
        " from milestones where provenance in ('stated', 'recorded') and not do_not_use"
    )


def _of_shop(table: str, *key: str) -> tuple[sa.Constraint, sa.Constraint]:
    shop = sa.ForeignKeyConstraint(
        ["shop_id"], ["shops.shop_id"], name=op.f(f"{table}_shop_id_fkey"), ondelete="CASCADE"
    )
    return shop, sa.PrimaryKeyConstraint("shop_id", *key, name=op.f(f"{table}_pkey"))


def _of_customer(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["shop_id", "customer_id"],
        ["customers.shop_id", "customers.customer_id"],
        name=op.f(f"{table}_shop_id_customer_id_fkey"),
        onupdate="CASCADE",
        ondelete="CASCADE",
    )
