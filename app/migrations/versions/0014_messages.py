"""Reminders and the other letters of a consultation, where it is held, and the advisor's own feed.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """This function will lay out the tables and columns of this step."""
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(
        "outbox_news_idx",
        "outbox",
        ["shop_id", "booking_id", "kind", "sequence"],
        unique=True,
        postgresql_where=sa.text("kind <> ''"),
    )
    op.create_table(
        "own_calendars",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "advisor_id"],
            ["advisors.shop_id", "advisors.advisor_id"],
            name=op.f("own_calendars_shop_id_advisor_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("own_calendars_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "advisor_id", name=op.f("own_calendars_pkey")),
        sa.UniqueConstraint("shop_id", "digest", name=op.f("own_calendars_shop_id_digest_key")),
    )
    isolate("own_calendars")


def _columns() -> dict[str, list[sa.Column[object]]]:
    """What is added to the tables that are there."""
    return {
        "advisors": [
            sa.Column(
                "places",
                postgresql.ARRAY(sa.Text()),
                server_default=sa.text("'{shop,phone,video}'"),
                nullable=False,
            ),
            sa.Column("room", sa.Text(), server_default="", nullable=False),
        ],
        "shops": [
            sa.Column("address", sa.Text(), server_default="", nullable=False),
            sa.Column("writes_if_missed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        ],
        "bookings": [
            sa.Column("phone", sa.Text(), server_default="", nullable=False),
            sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("cancelled_by", sa.Text(), server_default="", nullable=False),
            sa.Column("reason", sa.Text(), server_default="", nullable=False),
        ],
        "outbox": [
            sa.Column("kind", sa.Text(), server_default="", nullable=False),
            sa.Column("sequence", sa.Integer(), nullable=True),
            sa.Column("night", sa.Text(), server_default="", nullable=False),
            sa.Column("useful_until", sa.DateTime(timezone=True), nullable=True),
        ],
    }


def downgrade() -> None:
    """This function will take them away again."""
    op.drop_table("own_calendars")
    op.drop_index("outbox_news_idx", "outbox")
    for table, columns in _columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
