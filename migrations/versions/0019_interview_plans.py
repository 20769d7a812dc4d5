"""Interview plans of requisitions, training and conflicts of interest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_KINDS = ("screen", "conversation", "case_study", "presentation", "reference")
_INTERESTS = ("relative", "friend", "colleague", "referrer", "manager_line", "other")


def upgrade() -> None:
    """Go forward."""
    _plans()
    _people()
    _conflicts()
    with op.batch_alter_table("candidate") as batch:
        batch.add_column(sa.Column("referrer_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_candidate_referrer_id_person"), "person", ["referrer_id"], ["id"], ondelete="RESTRICT"
        )


def _plans() -> None:
    op.create_table(
        "panel_plan",
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 2880", name=op.f("ck_panel_plan_minutes_range")),
        _refers("panel_plan", "requisition_id", "requisition"),
        _refers("panel_plan", "saved_by_id", "person"),
        sa.PrimaryKeyConstraint("requisition_id", name=op.f("pk_panel_plan")),
    )
    op.create_table(
        "panel_plan_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("interview_kind", _KINDS), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("raters", sa.Integer(), nullable=False),
        sa.Column("case_study", sa.String(length=80), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_panel_plan_row_minutes_range")),
        sa.CheckConstraint("raters BETWEEN 1 AND 20", name=op.f("ck_panel_plan_row_raters_range")),
        _refers("panel_plan_row", "requisition_id", "panel_plan", "requisition_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_plan_row")),
        sa.UniqueConstraint("requisition_id", "position", name=op.f("uq_panel_plan_row_requisition_id_position")),
    )
    op.create_table(
        "panel_plan_focus",
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        _refers("panel_plan_focus", "row_id", "panel_plan_row"),
        sa.PrimaryKeyConstraint("row_id", "dimension", name=op.f("pk_panel_plan_focus")),
    )


def _people() -> None:
    op.create_table(
        "training",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        _refers("training", "person_id", "person"),
        _refers("training", "recorded_by_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "role", "topic", name=op.f("pk_training")),
    )
    op.create_table(
        "interview_limit",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("a_week", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("a_week BETWEEN 0 AND 40", name=op.f("ck_interview_limit_a_week_range")),
        _refers("interview_limit", "person_id", "person"),
        _refers("interview_limit", "set_by_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_interview_limit")),
    )


def _conflicts() -> None:
    table = "conflict_of_interest"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("interest_kind", _INTERESTS), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        _refers(table, "person_id", "person"),
        _refers(table, "candidate_id", "candidate"),
        _refers(table, "declared_by_id", "person"),
        _refers(table, "withdrawn_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"], unique=False)
    op.create_index(f"ix_{table}_candidate_person", table, ["candidate_id", "person_id"], unique=False)


def _refers(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=name, ondelete="RESTRICT")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("candidate") as batch:
        batch.drop_constraint(op.f("fk_candidate_referrer_id_person"), type_="foreignkey")
        batch.drop_column("referrer_id")
    for table in (
        "conflict_of_interest",
        "interview_limit",
        "training",
        "panel_plan_focus",
        "panel_plan_row",
        "panel_plan",
    ):
        op.drop_table(table)
