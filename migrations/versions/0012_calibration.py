"""Calibration sessions, sealed votes and every change of one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Rows of these are only ever added.
APPEND_ONLY = ("calibration_conflict", "vote_change")
# Rows of these never change once they are sealed.
SEALED = ("pre_vote",)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "calibration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "voting",
                "discussing",
                "locked",
                name="calibration_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes_each", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("voting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discussing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_without", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes_each BETWEEN 1 AND 120", name=op.f("ck_calibration_minutes_range")),
        sa.ForeignKeyConstraint(
            ["chair_id"], ["person.id"], name=op.f("fk_calibration_chair_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_calibration_created_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    op.create_index(op.f("ix_calibration_chair_id"), "calibration", ["chair_id"], unique=False)
    op.create_table(
        "calibration_member",
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.id"],
            name=op.f("fk_calibration_member_calibration_id_calibration"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calibration_member_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("calibration_id", "person_id", name=op.f("pk_calibration_member")),
    )
    op.create_index(op.f("ix_calibration_member_person_id"), "calibration_member", ["person_id"], unique=False)
    op.create_table(
        "calibration_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discussed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.String(length=80), nullable=False),
        sa.Column("agreed_words", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(case_id IS NULL) <> (assessment_id IS NULL)", name=op.f("ck_calibration_item_one_of_two")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_calibration_item_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.id"],
            name=op.f("fk_calibration_item_calibration_id_calibration"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["promotion_case.id"],
            name=op.f("fk_calibration_item_case_id_promotion_case"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_item")),
        sa.UniqueConstraint(
            "calibration_id", "assessment_id", name=op.f("uq_calibration_item_calibration_id_assessment_id")
        ),
        sa.UniqueConstraint("calibration_id", "case_id", name=op.f("uq_calibration_item_calibration_id_case_id")),
        sa.UniqueConstraint("calibration_id", "position", name=op.f("uq_calibration_item_calibration_id_position")),
    )
    op.create_index(op.f("ix_calibration_item_assessment_id"), "calibration_item", ["assessment_id"], unique=False)
    op.create_index(op.f("ix_calibration_item_case_id"), "calibration_item", ["case_id"], unique=False)
    op.create_table(
        "calibration_conflict",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "self",
                "own_report",
                "declared",
                name="conflict_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["calibration_item.id"],
            name=op.f("fk_calibration_conflict_item_id_calibration_item"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["person.id"], name=op.f("fk_calibration_conflict_member_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("item_id", "member_id", name=op.f("pk_calibration_conflict")),
    )
    op.create_table(
        "pre_vote",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["calibration_item.id"], name=op.f("fk_pre_vote_item_id_calibration_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["person.id"], name=op.f("fk_pre_vote_member_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("item_id", "member_id", name=op.f("pk_pre_vote")),
    )
    op.create_table(
        "vote_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=80), nullable=False),
        sa.Column("after", sa.String(length=80), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "evidence_heard",
                "standard_clearer",
                "misread",
                "compared",
                name="change_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["calibration_item.id"],
            name=op.f("fk_vote_change_item_id_calibration_item"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["person.id"], name=op.f("fk_vote_change_member_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_change")),
        sa.UniqueConstraint("item_id", "member_id", "number", name=op.f("uq_vote_change_item_id_member_id_number")),
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


def _refuse_postgresql(table: str, act: str, how: str) -> None:
    op.execute(f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table} {how}")


def downgrade() -> None:
    """Go back."""
    op.drop_table("vote_change")
    op.drop_table("pre_vote")
    op.drop_table("calibration_conflict")
    op.drop_table("calibration_item")
    op.drop_table("calibration_member")
    op.drop_table("calibration")
