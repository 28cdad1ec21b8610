"""What a consultation notes down as it goes, the orders that followed it, and the house's own terms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("briefs", sa.Column("opened_by", sa.BigInteger(), nullable=True))
    nothing = sa.text("'{}'::jsonb")
    op.add_column(
        "consultations",
        sa.Column("typed_at", postgresql.JSONB(), server_default=nothing, nullable=False),
    )
    op.add_column("consultations", sa.Column("outcome_said", sa.Text(), nullable=True))
    op.execute("update consultations set outcome_said = outcome")
    _captures()
    _attributions()
    op.create_table(
        "house_terms",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_of_shop("house_terms", "version"),
    )
    for table in ("captures", "attributions", "house_terms"):
        isolate(table)


def _captures() -> None:
    op.create_table(
        "captures",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("capture_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("product_id", sa.Text(), server_default="", nullable=False),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _of_booking("captures"),
        *_of_shop("captures", "capture_id"),
    )
    op.create_index(op.f("captures_shop_id_booking_id_idx"), "captures", ["shop_id", "booking_id"])


def _attributions() -> None:
    op.create_table(
        "attributions",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("attributed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.order_id"],
            name=op.f("attributions_shop_id_order_id_fkey"),
            ondelete="CASCADE",
        ),
        _of_booking("attributions"),
        *_of_shop("attributions", "order_id"),
    )
    op.create_index(op.f("attributions_shop_id_booking_id_idx"), "attributions", ["shop_id", "booking_id"])


def _of_booking(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["shop_id", "booking_id"],
        ["bookings.shop_id", "bookings.booking_id"],
        name=op.f(f"{table}_shop_id_booking_id_fkey"),
        ondelete="CASCADE",
    )


def _of_shop(table: str, key: str) -> tuple[sa.Constraint, ...]:
    shop = sa.ForeignKeyConstraint(
        ["shop_id"], ["shops.shop_id"], name=op.f(f"{table}_shop_id_fkey"), ondelete="CASCADE"
    )
    return (shop, sa.PrimaryKeyConstraint("shop_id", key, name=op.f(f"{table}_pkey")))
