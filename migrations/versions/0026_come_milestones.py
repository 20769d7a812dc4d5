"""From which day a milestone counts as come is kept beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

FILL = """
UPDATE plan_milestone SET counts_from = CASE
    WHEN pieces IS NULL THEN NULL
    WHEN settled IS NOT NULL THEN '1970-01-01'
    WHEN (SELECT ended_on FROM plan WHERE plan.id = plan_milestone.plan_id) IS NULL THEN due_on
    WHEN due_on <= (SELECT ended_on FROM plan WHERE plan.id = plan_milestone.plan_id) THEN '1970-01-01'
END
"""


def upgrade() -> None:
    """Go forward."""
    op.add_column("plan_milestone", sa.Column("counts_from", sa.Date(), nullable=True))
    op.execute(FILL)
    op.create_index("ix_plan_milestone_counts", "plan_milestone", ["counts_from", "pieces", "plan_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_plan_milestone_counts", table_name="plan_milestone")
    op.drop_column("plan_milestone", "counts_from")
