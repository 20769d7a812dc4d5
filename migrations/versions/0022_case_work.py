"""Case studies that candidates were given and what they hand in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# What was handed in stays as it is; erasure may blank it.
HANDED_IN = "EXISTS (SELECT 1 FROM case_assignment WHERE id = {row}.assignment_id AND handed_in_at IS NOT NULL)"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "case_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("case_study", sa.String(length=80), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("live", "take_home", name="case_mode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("takes_files", sa.Boolean(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_case_task_minutes_range")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_case_task_created_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_case_task_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
    )
    op.create_index(op.f("ix_case_task_requisition_id"), "case_task", ["requisition_id"], unique=False)
    op.create_table(
        "case_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["case_task.id"], name=op.f("fk_case_question_task_id_case_task"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_question")),
        sa.UniqueConstraint("task_id", "number", name=op.f("uq_case_question_task_id_number")),
    )
    op.create_table(
        "case_question_focus",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["case_question.id"],
            name=op.f("fk_case_question_focus_question_id_case_question"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("question_id", "dimension", name=op.f("pk_case_question_focus")),
    )
    op.create_table(
        "case_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_clock", sa.Boolean(), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_for", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_case_assignment_window_forward")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_case_assignment_application_id_application"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_case_assignment_created_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_case_assignment_interview_id_interview"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["case_task.id"], name=op.f("fk_case_assignment_task_id_case_task"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignment")),
        sa.UniqueConstraint("receipt", name=op.f("uq_case_assignment_receipt")),
        sa.UniqueConstraint("task_id", "code", name=op.f("uq_case_assignment_task_id_code")),
    )
    op.create_index(op.f("ix_case_assignment_application_id"), "case_assignment", ["application_id"], unique=False)
    op.create_index(op.f("ix_case_assignment_due_at"), "case_assignment", ["due_at"], unique=False)
    op.create_index(
        "uq_case_assignment_living",
        "case_assignment",
        ["task_id", "application_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "case_allowance",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_case_allowance_minutes_range")),
        sa.CheckConstraint("percent BETWEEN 0 AND 300", name=op.f("ck_case_allowance_percent_range")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_allowance_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_case_allowance_set_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_case_allowance")),
    )
    op.create_table(
        "case_extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "extends",
            sa.Enum("window", "countdown", name="extends", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1000000", name=op.f("ck_case_extension_minutes_range")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_extension_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_case_extension_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_extension")),
    )
    op.create_index(op.f("ix_case_extension_assignment_id"), "case_extension", ["assignment_id"], unique=False)
    op.create_table(
        "case_answer",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_answer_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["case_question.id"],
            name=op.f("fk_case_answer_question_id_case_question"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("assignment_id", "question_id", name=op.f("pk_case_answer")),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["case_assignment.id"],
            name=op.f("fk_case_file_assignment_id_case_assignment"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_case_file_assignment_id_number")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Go back; triggers go with their tables."""
    op.drop_table("case_file")
    op.drop_table("case_answer")
    op.drop_table("case_extension")
    op.drop_table("case_allowance")
    op.drop_table("case_assignment")
    op.drop_table("case_question_focus")
    op.drop_table("case_question")
    op.drop_table("case_task")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION guard_case_answer()")


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_case_extension_{act.lower()} BEFORE {act} ON case_extension "
            "BEGIN SELECT RAISE(ABORT, 'case_extension rows are never changed'); END"
        )
    for act, row, blanks in (("INSERT", "NEW", ""), ("UPDATE", "OLD", " AND NEW.text <> ''"), ("DELETE", "OLD", "")):
        op.execute(
            f"CREATE TRIGGER guard_case_answer_{act.lower()} BEFORE {act} ON case_answer "
            f"WHEN {HANDED_IN.format(row=row)}{blanks} "
            "BEGIN SELECT RAISE(ABORT, 'an answer that was handed in is never changed'); END"
        )


def _guard_postgresql() -> None:
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER guard_case_extension_{act} BEFORE {act.upper()} ON case_extension "
            "FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
        )
    op.execute(
        "CREATE FUNCTION guard_case_answer() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE given case_answer; BEGIN "
        "IF TG_OP = 'INSERT' THEN given := NEW; ELSE given := OLD; END IF; "
        f"IF {HANDED_IN.format(row='given')} THEN "
        "IF TG_OP = 'UPDATE' THEN IF NEW.text = '' THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'an answer that was handed in is never changed' USING ERRCODE = 'restrict_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER guard_case_answer_change BEFORE INSERT OR UPDATE OR DELETE ON case_answer "
        "FOR EACH ROW EXECUTE FUNCTION guard_case_answer()"
    )
    # Row triggers let TRUNCATE pass.
    for table in ("case_extension", "case_answer"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )
