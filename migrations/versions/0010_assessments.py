"""Answers of assessment cycles, and what was agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Rows of these are only ever added.
APPEND_ONLY = ("assessment_outcome", "assessment_event")
# Rows of these never change once they are sealed.
SEALED = ("assessment_sheet",)
# Rows of these never change once the sheet that they belong to is sealed.
OF_SHEETS = ("expectation_mark", "mark_evidence")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "assessment_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "answerer",
            sa.Enum("self", "manager", "peer", name="answerer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_sheet_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_assessment_sheet_author_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_sheet")),
        sa.UniqueConstraint("assessment_id", "author_id", name=op.f("uq_assessment_sheet_assessment_id_author_id")),
    )
    op.create_index(op.f("ix_assessment_sheet_author_id"), "assessment_sheet", ["author_id"], unique=False)
    op.create_table(
        "expectation_mark",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("competency", sa.String(length=80), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "met",
                "below",
                "not_enough",
                "open",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rung", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("(standing = 'met') = (rung <> '')", name=op.f("ck_expectation_mark_rung_where_met")),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["assessment_sheet.id"],
            name=op.f("fk_expectation_mark_sheet_id_assessment_sheet"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("sheet_id", "competency", name=op.f("pk_expectation_mark")),
    )
    op.create_table(
        "mark_evidence",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("competency", sa.String(length=80), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["log_entry.id"], name=op.f("fk_mark_evidence_entry_id_log_entry"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["assessment_sheet.id"],
            name=op.f("fk_mark_evidence_sheet_id_assessment_sheet"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("sheet_id", "competency", "entry_id", name=op.f("pk_mark_evidence")),
    )
    op.create_table(
        "assessment_outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_outcome_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_assessment_outcome_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_outcome")),
        sa.UniqueConstraint("assessment_id", "number", name=op.f("uq_assessment_outcome_assessment_id_number")),
    )
    op.create_table(
        "assessment_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_event_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_assessment_event_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_event")),
        sa.UniqueConstraint("assessment_id", "number", name=op.f("uq_assessment_event_assessment_id_number")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        for table in APPEND_ONLY:
            _refuse_sqlite(table, act, "", f"{table} rows are never changed")
        for table in SEALED:
            _refuse_sqlite(table, act, "WHEN OLD.sealed_at IS NOT NULL", f"a sealed {table} is never changed")
    for table in OF_SHEETS:
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            sealed = f"(SELECT sealed_at FROM assessment_sheet WHERE id = {row}.sheet_id) IS NOT NULL"  # noqa: S608  fixed words
            _refuse_sqlite(table, act, f"WHEN {sealed}", "answers of a sealed sheet are never changed")


def _refuse_sqlite(table: str, act: str, when: str, why: str) -> None:
    op.execute(
        f"CREATE TRIGGER guard_{table}_{act.lower()} BEFORE {act} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def _guard_postgresql() -> None:
    for act in ("update", "delete"):
        for table in APPEND_ONLY:
            _refuse_postgresql(table, act, "FOR EACH ROW EXECUTE FUNCTION guard_refuse()")
        for table in SEALED:
            when = "WHEN (OLD.sealed_at IS NOT NULL)"
            _refuse_postgresql(table, act, f"FOR EACH ROW {when} EXECUTE FUNCTION guard_refuse()")
    for table in APPEND_ONLY:
        _refuse_postgresql(table, "truncate", "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()")
    if OF_SHEETS:
        _guard_marks()


def _refuse_postgresql(table: str, act: str, how: str) -> None:
    op.execute(f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table} {how}")


def _guard_marks() -> None:
    op.execute(
        "CREATE FUNCTION guard_sheet() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE mine uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.sheet_id ELSE OLD.sheet_id END; "
        "BEGIN IF (SELECT sealed_at FROM assessment_sheet WHERE id = mine) IS NOT NULL THEN "
        "RAISE EXCEPTION 'answers of a sealed sheet are never changed'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for table in OF_SHEETS:
        for act in ("insert", "update", "delete"):
            _refuse_postgresql(table, act, "FOR EACH ROW EXECUTE FUNCTION guard_sheet()")


def downgrade() -> None:
    """Go back."""
    op.drop_table("assessment_event")
    op.drop_table("assessment_outcome")
    op.drop_table("mark_evidence")
    op.drop_table("expectation_mark")
    op.drop_table("assessment_sheet")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION guard_sheet()")
