"""What is usual in the whole shop."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
