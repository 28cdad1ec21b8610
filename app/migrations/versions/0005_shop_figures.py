"""What is usual in the whole shop, counted once a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "shop_figures",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("median", sa.BigInteger(), nullable=True),
        sa.Column("season", postgresql.JSONB(), nullable=False),
        sa.Column("money", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("shop_figures_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("shop_figures_pkey")),
    )
    isolate("shop_figures")
