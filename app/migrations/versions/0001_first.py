"""The first shape: shops, people, history, decisions, bookings, post."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.migrations.isolation import create_doors, create_role, isolate

revision = "0001"
down_revision = None

TABLES = (
    "shops",
    "adjacencies",
    "advisors",
    "counters",
    "customers",
    "decisions",
    "erasures",
    "experiments",
    "inbox",
    "policies",
    "weights",
    "advisor_hours",
    "bookings",
    "forward_items",
    "milestones",
    "notes",
    "orders",
    "outbox",
    "relationships",
    "time_off",
    "briefs",
    "consultations",
    "order_lines",
)


def upgrade() -> None:
    op.create_table(
        "shops",
        sa.Column("shop_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("history_partial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("shops_pkey")),
        sa.UniqueConstraint("domain", name=op.f("shops_domain_key")),
    )
    op.create_table(
        "adjacencies",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("adjacencies_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "version", name=op.f("adjacencies_pkey")),
    )
    op.create_table(
        "advisors",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("minutes", sa.Integer(), server_default=sa.text("45"), nullable=False),
        sa.Column("buffer_before", sa.Integer(), server_default=sa.text("10"), nullable=False),
        sa.Column("buffer_after", sa.Integer(), server_default=sa.text("15"), nullable=False),
        sa.Column("notice_hours", sa.Integer(), server_default=sa.text("24"), nullable=False),
        sa.Column("horizon_days", sa.Integer(), server_default=sa.text("28"), nullable=False),
        sa.Column("pronoun", sa.Text(), server_default="they", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("advisors_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "advisor_id", name=op.f("advisors_pkey")),
    )
    op.create_table(
        "counters",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("counters_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "day", "name", name=op.f("counters_pkey")),
    )
    op.create_table(
        "customers",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("opted_out", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("customers_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "customer_id", name=op.f("customers_pkey")),
    )
    op.create_index(
        "customers_email_idx", "customers", ["shop_id", sa.literal_column("lower(email)")], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("eligible", sa.Boolean(), nullable=False),
        sa.Column("held_out", sa.Boolean(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=True),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("decisions_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "decision_id", name=op.f("decisions_pkey")),
        sa.UniqueConstraint("shop_id", "session_id", name=op.f("decisions_shop_id_session_id_key")),
    )
    op.create_index(op.f("decisions_shop_id_at_idx"), "decisions", ["shop_id", "at"], unique=False)
    op.create_index(
        op.f("decisions_shop_id_customer_id_day_idx"),
        "decisions",
        ["shop_id", "customer_id", "day"],
        unique=False,
    )
    op.create_table(
        "erasures",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("erasures_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "erasure_id", name=op.f("erasures_pkey")),
    )
    op.create_table(
        "experiments",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("experiments_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "experiment_id", name=op.f("experiments_pkey")),
    )
    op.create_table(
        "inbox",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("inbox_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "webhook_id", name=op.f("inbox_pkey")),
    )
    op.create_index(
        "inbox_waiting_idx",
        "inbox",
        ["shop_id", "received_at"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_table(
        "policies",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("policies_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "version", name=op.f("policies_pkey")),
    )
    op.create_table(
        "weights",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("weights_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "version", name=op.f("weights_pkey")),
    )
    op.create_table(
        "advisor_hours",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("to_time", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "advisor_id"],
            ["advisors.shop_id", "advisors.advisor_id"],
            name=op.f("advisor_hours_shop_id_advisor_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("advisor_hours_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "advisor_id", "weekday", "from_time", name=op.f("advisor_hours_pkey")
        ),
    )
    op.create_table(
        "bookings",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(advisor_id, advisor_id, '[]')"), "&&"),
            (sa.column("busy"), "&&"),
            where=sa.text("state <> 'cancelled'"),
            using="gist",
            name="bookings_no_overlap",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "advisor_id"],
            ["advisors.shop_id", "advisors.advisor_id"],
            name=op.f("bookings_shop_id_advisor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("bookings_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("bookings_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "booking_id", name=op.f("bookings_pkey")),
        sa.UniqueConstraint(
            "shop_id", "customer_id", "key", name=op.f("bookings_shop_id_customer_id_key_key")
        ),
    )
    op.create_index(
        op.f("bookings_shop_id_customer_id_idx"), "bookings", ["shop_id", "customer_id"], unique=False
    )
    op.create_table(
        "forward_items",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("forward_items_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("forward_items_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "item_id", name=op.f("forward_items_pkey")),
    )
    op.create_index(
        op.f("forward_items_shop_id_advisor_id_due_on_idx"),
        "forward_items",
        ["shop_id", "advisor_id", "due_on"],
        unique=False,
    )
    op.create_table(
        "milestones",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("milestone_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.SmallInteger(), nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("spread_days", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "rests_on",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("do_not_use", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("milestones_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("milestones_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "milestone_id", name=op.f("milestones_pkey")),
    )
    op.create_index(
        op.f("milestones_shop_id_customer_id_idx"), "milestones", ["shop_id", "customer_id"], unique=False
    )
    op.create_table(
        "notes",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=True),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("notes_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("notes_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "note_id", name=op.f("notes_pkey")),
    )
    op.create_index(op.f("notes_shop_id_customer_id_idx"), "notes", ["shop_id", "customer_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("staff", sa.Text(), server_default="", nullable=False),
        sa.Column("problem", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("orders_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("orders_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("orders_pkey")),
    )
    op.create_index(
        op.f("orders_shop_id_customer_id_ordered_at_idx"),
        "orders",
        ["shop_id", "customer_id", "ordered_at"],
        unique=False,
    )
    op.create_table(
        "outbox",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), server_default="", nullable=False),
        sa.Column("ics", sa.Text(), server_default="", nullable=False),
        sa.Column("ics_method", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="ready", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("outbox_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("outbox_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "message_id", name=op.f("outbox_pkey")),
    )
    op.create_index(
        "outbox_waiting_idx",
        "outbox",
        ["shop_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state in ('ready', 'sending')"),
    )
    op.create_table(
        "relationships",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("lead_advisor_id", sa.BigInteger(), nullable=True),
        sa.Column("lead_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("lead_by_hand", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("dismissals", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rest_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.customer_id"],
            name=op.f("relationships_shop_id_customer_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("relationships_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "customer_id", name=op.f("relationships_pkey")),
    )
    op.create_index(
        op.f("relationships_shop_id_lead_advisor_id_idx"),
        "relationships",
        ["shop_id", "lead_advisor_id"],
        unique=False,
    )
    op.create_table(
        "time_off",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("advisor_id", sa.BigInteger(), nullable=False),
        sa.Column("away", postgresql.TSTZRANGE(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "advisor_id"],
            ["advisors.shop_id", "advisors.advisor_id"],
            name=op.f("time_off_shop_id_advisor_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("time_off_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "advisor_id", "away", name=op.f("time_off_pkey")),
    )
    op.create_table(
        "briefs",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "booking_id"],
            ["bookings.shop_id", "bookings.booking_id"],
            name=op.f("briefs_shop_id_booking_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("briefs_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "booking_id", name=op.f("briefs_pkey")),
    )
    op.create_table(
        "consultations",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column(
            "captured",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "booking_id"],
            ["bookings.shop_id", "bookings.booking_id"],
            name=op.f("consultations_shop_id_booking_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.shop_id"], name=op.f("consultations_shop_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "booking_id", name=op.f("consultations_pkey")),
    )
    op.create_table(
        "order_lines",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("product_type", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "tags",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("engraving", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.order_id"],
            name=op.f("order_lines_shop_id_order_id_fkey"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "line", name=op.f("order_lines_pkey")),
    )

    create_role()
    for table in TABLES:
        isolate(table)
    create_doors()
