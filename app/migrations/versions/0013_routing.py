"""Stand-ins, calls back, and what an invitation waits for.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """This function will lay out the tables and columns of this step."""


def downgrade() -> None:
    """This function will take them away again."""
