"""Routing: stand-ins, calls back, and who a booking was with before.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.migrations.isolation import isolate

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """This function will lay out the tables and columns of this step."""
    for column in (
        sa.Column("stand_in_for", sa.BigInteger(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_from", sa.BigInteger(), nullable=True),
    ):
        op.add_column("bookings", column)
    op.create_check_constraint(
        op.f("bookings_stand_in_check"), "bookings", "stand_in_for is null or consented_at is not null"
    )
    _stand_ins()
    _calls_back()


def _stand_ins() -> None:
    op.create_table(
        "stand_ins",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("stand_in_id", sa.BigInteger(), nullable=False),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("advisor_id <> stand_in_id", name=op.f("stand_ins_another_check")),
        _advisor("stand_ins", "advisor_id"),
        _advisor("stand_ins", "stand_in_id"),
        _shop("stand_ins"),
        sa.PrimaryKeyConstraint("shop_id", "advisor_id", name=op.f("stand_ins_pkey")),
    )
    isolate("stand_ins")


def _calls_back() -> None:
    op.create_table(
        "calls_back",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("part", sa.Text(), server_default="any", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("calls_back_shop_id_customer_id_fkey"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        _advisor("calls_back", "advisor_id"),
        _shop("calls_back"),
        sa.PrimaryKeyConstraint("shop_id", "call_id", name=op.f("calls_back_pkey")),
    )
    op.create_index(op.f("calls_back_shop_id_customer_id_idx"), "calls_back", ["shop_id", "customer_id"])
    op.create_index(
        "calls_back_open_idx",
        "calls_back",
        ["shop_id", "advisor_id", "asked_at"],
        postgresql_where=sa.text("done_at is null"),
    )
    isolate("calls_back")


def _advisor(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["shop_id", column],
        ["advisors.shop_id", "advisors.advisor_id"],
        name=op.f(f"{table}_shop_id_{column}_fkey"),
        ondelete="CASCADE",
    )


def _shop(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["shop_id"], ["shops.shop_id"], name=op.f(f"{table}_shop_id_fkey"), ondelete="CASCADE"
    )


def downgrade() -> None:
    """This function will take them away again."""
    op.drop_table("calls_back")
    op.drop_table("stand_ins")
    op.drop_constraint(op.f("bookings_stand_in_check"), "bookings")
    for column in ("moved_from", "consented_at", "stand_in_for"):
        op.drop_column("bookings", column)
