"""Somebody can be taken out of a cycle, and a peer can decline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("assessment", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assessment_sheet", sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assessment_sheet", sa.Column("declined_words", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("assessment_sheet", "declined_words")
    op.drop_column("assessment_sheet", "declined_at")
    op.drop_column("assessment", "left_at")
