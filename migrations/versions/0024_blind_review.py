"""Blind review, structured résumés and redaction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("requisition", sa.Column("blind", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "resume",
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_candidate("resume"),
        _of_person("resume", "imported_by_id"),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_resume")),
    )
    op.create_table(
        "redaction",
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("redacted", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_candidate("redaction"),
        _of_person("redaction", "made_by_id"),
        _of_person("redaction", "released_by_id"),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_redaction")),
    )


def _of_candidate(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_candidate_id_candidate")
    return sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=name, ondelete="RESTRICT")


def _of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_person")
    return sa.ForeignKeyConstraint([column], ["person.id"], name=name, ondelete="RESTRICT")


def downgrade() -> None:
    """Go back."""
    op.drop_table("redaction")
    op.drop_table("resume")
    op.drop_column("requisition", "blind")
