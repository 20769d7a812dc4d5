"""Kits that were opened, reminders of scorecards and cards entered for somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ENTERED_BY = "fk_revision_entered_by_id_person"


def upgrade() -> None:
    """Go forward."""
    _entered_by()
    op.create_table(
        "kit_opening",
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        _refers("kit_opening", "interview_id", "interview"),
        _refers("kit_opening", "person_id", "person"),
        sa.PrimaryKeyConstraint("interview_id", "person_id", name=op.f("pk_kit_opening")),
    )
    op.create_table(
        "card_reminder",
        sa.Column("scorecard_id", sa.Uuid(), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        _refers("card_reminder", "scorecard_id", "scorecard"),
        sa.PrimaryKeyConstraint("scorecard_id", "counts_from", "occasion", name=op.f("pk_card_reminder")),
    )
    op.create_table(
        "seat_offer",
        sa.Column("scorecard_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _refers("seat_offer", "scorecard_id", "scorecard"),
        _refers("seat_offer", "person_id", "person"),
        sa.PrimaryKeyConstraint("scorecard_id", name=op.f("pk_seat_offer")),
    )


def downgrade() -> None:
    """Go back; who entered a card for somebody is kept in the audit trail only."""
    op.drop_table("seat_offer")
    op.drop_table("card_reminder")
    op.drop_table("kit_opening")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE revision DROP COLUMN entered_by_id")
        return
    op.drop_column("revision", "entered_by_id")


def _entered_by() -> None:
    # A table that is copied, as SQLite's other changes are, would lose the guards that keep it unchangeable.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE revision ADD COLUMN entered_by_id CHAR(32) CONSTRAINT {_ENTERED_BY} REFERENCES person (id)"
        )
        return
    op.add_column("revision", sa.Column("entered_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(_ENTERED_BY, "revision", "person", ["entered_by_id"], ["id"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT")
