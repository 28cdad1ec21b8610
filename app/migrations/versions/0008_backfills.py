"""History taken in from Shopify: how far it is, and what Shopify says of customers beyond their orders."""

import sqlalchemy as sa
from alembic import op

from app.migrations.isolation import isolate

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "backfills",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.Text(), server_default="", nullable=False),
        sa.Column("operations", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", INSTANT),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("url_until", INSTANT),
        sa.Column("file_bytes", sa.BigInteger()),
        sa.Column("bytes_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger()),
        sa.Column("gathered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("landed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("left_out", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("all_orders", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leased_until", INSTANT),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("stage_at", INSTANT, nullable=False),
        sa.Column("eta", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.shop_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("shop_id", "kind"),
    )
    isolate("backfills")
    for column in (
        sa.Column("since", INSTANT),
        sa.Column("orders_ever", sa.Integer()),
        sa.Column("last_ordered_at", INSTANT),
    ):
        op.add_column("customers", column)
