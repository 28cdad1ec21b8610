"""Hours of one day, a day's and a week's most, times held while a form is open, and calendars elsewhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "advisor_hours", sa.Column("reserved", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("advisors", sa.Column("most_a_day", sa.Integer(), nullable=True))
    op.add_column("advisors", sa.Column("most_a_week", sa.Integer(), nullable=True))
    op.add_column("bookings", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "bookings", sa.Column("extended", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_check_constraint(
        op.f("bookings_held_check"), "bookings", "(state = 'held') = (held_until is not null)"
    )
    _create_other_days()
    _create_feeds()
    _create_feed_times()


def _create_other_days() -> None:
    op.create_table(
        "other_days",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("to_time", sa.Time(), nullable=True),
        sa.Column("reserved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_of_advisor("other_days"),
        sa.PrimaryKeyConstraint("shop_id", "advisor_id", "day", "place", name=op.f("other_days_pkey")),
    )
    isolate("other_days")


def _create_feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        *_of_advisor("calendar_feeds"),
        sa.PrimaryKeyConstraint("shop_id", "feed_id", name=op.f("calendar_feeds_pkey")),
        sa.UniqueConstraint(
            "shop_id", "advisor_id", "address", name=op.f("calendar_feeds_shop_id_advisor_id_address_key")
        ),
    )
    isolate("calendar_feeds")


def _create_feed_times() -> None:
    op.create_table(
        "calendar_feed_times",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("taken", postgresql.TSTZRANGE(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "feed_id"],
            ["calendar_feeds.shop_id", "calendar_feeds.feed_id"],
            name=op.f("calendar_feed_times_shop_id_feed_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("calendar_feed_times_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "feed_id", "taken", name=op.f("calendar_feed_times_pkey")),
    )
    isolate("calendar_feed_times")


def _of_advisor(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["shop_id", "advisor_id"],
            ["advisors.shop_id", "advisors.advisor_id"],
            name=op.f(f"{table}_shop_id_advisor_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f(f"{table}_shop_id_fkey"), ondelete="CASCADE"
        ),
    ]
