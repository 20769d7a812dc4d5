"""What people say of themselves, under pseudonyms, and the reports released from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Rows of these are only ever added.
APPEND_ONLY = ("impact_release", "impact_part")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "self_identification",
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_self_identification")),
        # Rows lie in the order of their pseudonyms, so that their place does not tell when they came.
        sqlite_with_rowid=False,
    )
    op.create_table(
        "impact_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_impact_release_released_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_release")),
    )
    op.create_index(op.f("ix_impact_release_role"), "impact_release", ["role"], unique=False)
    op.create_table(
        "impact_part",
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["impact_release.id"],
            name=op.f("fk_impact_part_release_id_impact_release"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_impact_part_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("requisition_id", name=op.f("pk_impact_part")),
    )
    op.create_index(op.f("ix_impact_part_release_id"), "impact_part", ["release_id"], unique=False)
    for act in ("UPDATE", "DELETE"):
        for table in APPEND_ONLY:
            _guard(table, act)
    if op.get_bind().dialect.name != "sqlite":
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
            )


def _guard(table: str, act: str) -> None:
    name = f"CREATE TRIGGER guard_{table}_{act.lower()} BEFORE {act} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{name} BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END")
    else:
        op.execute(f"{name} FOR EACH ROW EXECUTE FUNCTION guard_refuse()")


def downgrade() -> None:
    """Go back."""
    op.drop_table("impact_part")
    op.drop_table("impact_release")
    op.drop_table("self_identification")
