"""Last year, replayed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "last_years",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("pictures", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("last_years_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("last_years_pkey")),
    )
    isolate("last_years")
