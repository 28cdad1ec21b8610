"""The memory: consents and their proof, letters and their beginnings, answers to the worklist, lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import isolate

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _consents()
    _outreach()
    _worklist_answers()
    _templates()
    _versions("gem_lists")
    _versions("outreach_rules")
    op.add_column("outbox", sa.Column("reply_to", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("unsubscribe", sa.Text(), server_default="", nullable=False))
    for table in (
        "consents",
        "outreach",
        "worklist_answers",
        "outreach_templates",
        "gem_lists",
        "outreach_rules",
    ):
        isolate(table)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_of_customer("consents", "consent_id"),
    )
    op.create_index(op.f("consents_shop_id_customer_id_idx"), "consents", ["shop_id", "customer_id"])


def _outreach() -> None:
    op.create_table(
        "outreach",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("outreach_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("occasion", sa.Text(), server_default="", nullable=False),
        sa.Column("year", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unsubscribe", sa.Text(), server_default="", nullable=False),
        sa.Column("held_because", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *_of_customer("outreach", "outreach_id"),
    )
    op.create_index(op.f("outreach_shop_id_customer_id_idx"), "outreach", ["shop_id", "customer_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("outreach_waiting_idx", "outreach", ["shop_id", "due_at"], postgresql_where=waiting)


def _worklist_answers() -> None:
    op.create_table(
        "worklist_answers",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("advisor_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_of_customer("worklist_answers", "answer_id"),
    )
    op.create_index(
        op.f("worklist_answers_shop_id_customer_id_idx"), "worklist_answers", ["shop_id", "customer_id"]
    )


def _templates() -> None:
    op.create_table(
        "outreach_templates",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_of_shop("outreach_templates", "template_id"),
    )


def _versions(table: str) -> None:
    op.create_table(
        table,
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_of_shop(table, "version"),
    )


def _of_customer(table: str, key: str) -> tuple[sa.Constraint, ...]:
    customer = sa.ForeignKeyConstraint(
        ["shop_id", "customer_id"],
        ["customers.shop_id", "customers.customer_id"],
        name=op.f(f"{table}_shop_id_customer_id_fkey"),
        ondelete="CASCADE",
        onupdate="CASCADE",
    )
    return (customer, *_of_shop(table, key))


def _of_shop(table: str, key: str) -> tuple[sa.Constraint, ...]:
    shop = sa.ForeignKeyConstraint(
        ["shop_id"], ["shops.shop_id"], name=op.f(f"{table}_shop_id_fkey"), ondelete="CASCADE"
    )
    return (shop, sa.PrimaryKeyConstraint("shop_id", key, name=op.f(f"{table}_pkey")))
