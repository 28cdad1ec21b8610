"""Where a merchant placed what the mapper could not."""

import sqlalchemy as sa
from alembic import op

from app.migrations.isolation import isolate

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "placings",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("placings_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "pattern", name=op.f("placings_pkey")),
    )
    isolate("placings")
