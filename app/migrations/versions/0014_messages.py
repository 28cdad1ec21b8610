"""Reminders and the other letters of a consultation, and the advisor's own feed.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """This function will lay out the tables and columns of this step."""


def downgrade() -> None:
    """This function will take them away again."""
