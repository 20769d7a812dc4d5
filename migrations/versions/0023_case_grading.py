"""Graders and their sealed grades."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Rows of these are only ever added.
APPEND_ONLY = ("case_further_grade", "case_sealed_grade", "case_reveal", "case_credit")
TABLES = (
    "case_credit",
    "case_reveal",
    "case_sealed_grade",
    "case_mark",
    "case_grade",
    "case_further_grade",
    "case_grader",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "case_grader",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointed_by_id", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointed_by_id"], ["person.id"], name=op.f("fk_case_grader_appointed_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_grader_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_case_grader_released_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["case_task.id"], name=op.f("fk_case_grader_task_id_case_task"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_grader")),
        sa.UniqueConstraint("task_id", "person_id", name=op.f("uq_case_grader_task_id_person_id")),
    )
    op.create_index(op.f("ix_case_grader_person_id"), "case_grader", ["person_id"], unique=False)
    op.create_table(
        "case_further_grade",
        sa.Column("grader_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_further_grade_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_case_further_grade_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["grader_id"],
            ["case_grader.id"],
            name=op.f("fk_case_further_grade_grader_id_case_grader"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("grader_id", "assignment_id", name=op.f("pk_case_further_grade")),
    )
    op.create_index(op.f("ix_case_further_grade_assignment_id"), "case_further_grade", ["assignment_id"], unique=False)
    op.create_table(
        "case_grade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grader_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "owed", "sealed", "returned", name="grade_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("draft_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_grade_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["grader_id"], ["case_grader.id"], name=op.f("fk_case_grade_grader_id_case_grader"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_grade")),
        sa.UniqueConstraint("grader_id", "assignment_id", name=op.f("uq_case_grade_grader_id_assignment_id")),
    )
    op.create_index(op.f("ix_case_grade_assignment_id"), "case_grade", ["assignment_id"], unique=False)
    op.create_table(
        "case_mark",
        sa.Column("grade_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("value IS NULL OR marked", name=op.f("ck_case_mark_value_where_marked")),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["case_grade.id"], name=op.f("fk_case_mark_grade_id_case_grade"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["case_question.id"],
            name=op.f("fk_case_mark_question_id_case_question"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("grade_id", "question_id", name=op.f("pk_case_mark")),
    )
    op.create_table(
        "case_sealed_grade",
        sa.Column("grade_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["case_grade.id"], name=op.f("fk_case_sealed_grade_grade_id_case_grade"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("grade_id", name=op.f("pk_case_sealed_grade")),
    )
    op.create_table(
        "case_reveal",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_reveal_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_case_reveal_interview_id_interview"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_case_reveal")),
        sa.UniqueConstraint("interview_id", name=op.f("uq_case_reveal_interview_id")),
    )
    op.create_table(
        "case_credit",
        sa.Column("grade_id", sa.Uuid(), nullable=False),
        sa.Column("scorecard_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["case_grade.id"], name=op.f("fk_case_credit_grade_id_case_grade"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecard.id"], name=op.f("fk_case_credit_scorecard_id_scorecard"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("grade_id", name=op.f("pk_case_credit")),
        sa.UniqueConstraint("scorecard_id", name=op.f("uq_case_credit_scorecard_id")),
    )

    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            _guard(table, act)
    if op.get_bind().dialect.name != "sqlite":
        # Row triggers let TRUNCATE pass.
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
    """Go back; triggers go with their tables."""
    for table in TABLES:
        op.drop_table(table)
