"""How strict interviewers are, as it was worked out from decided openings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "strictness_fit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("blueprint_version_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("history_sha256", sa.String(length=64), nullable=False),
        sa.Column("n_cards", sa.Integer(), nullable=False),
        sa.Column("n_openings", sa.Integer(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("rater", sa.Double(), nullable=False),
        sa.Column("residual", sa.Double(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("hidden_why", sa.String(length=200), nullable=False),
        sa.CheckConstraint("basis IN ('grid', 'reml')", name=op.f("ck_strictness_fit_basis_known")),
        sa.ForeignKeyConstraint(
            ["blueprint_version_id"],
            ["blueprint_version.id"],
            name=op.f("fk_strictness_fit_blueprint_version_id_blueprint_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strictness_fit")),
    )
    op.create_index(
        "ix_strictness_fit_version_made", "strictness_fit", ["blueprint_version_id", "made_at"], unique=False
    )
    op.create_table(
        "strictness_effect",
        sa.Column("fit_id", sa.Uuid(), nullable=False),
        sa.Column("rater_id", sa.Uuid(), nullable=False),
        sa.Column("n_cards", sa.Integer(), nullable=False),
        sa.Column("effect", sa.Double(), nullable=False),
        sa.Column("deviation", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fit_id"],
            ["strictness_fit.id"],
            name=op.f("fk_strictness_effect_fit_id_strictness_fit"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_strictness_effect_rater_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("fit_id", "rater_id", name=op.f("pk_strictness_effect")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("strictness_effect")
    op.drop_table("strictness_fit")
