"""Learned weights wait for a person."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    pass
