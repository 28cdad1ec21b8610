"""Client books brought from elsewhere, and merges proposed.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """This function will lay out the tables and columns of this step."""


def downgrade() -> None:
    """This function will take them away again."""
