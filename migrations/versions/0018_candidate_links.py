"""Links of candidates and what is written to them; candidates may take a step of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STAGES = ("applied", "screening", "interviewing", "debrief", "decided", "withdrawn")
_STEPS_ON = (
    "INSERT INTO stage_change (id, application_id, number, from_stage, to_stage, reason, at, by_id) "
    "SELECT id, application_id, number, from_stage, to_stage, reason, at, by_id FROM kept_stage_change"
)
_STEPS_BACK = (
    "INSERT INTO stage_change (id, application_id, number, from_stage, to_stage, reason, at, by_id) "
    "SELECT id, application_id, number, from_stage, to_stage, reason, at, COALESCE(by_id, "
    "(SELECT r.created_by_id FROM requisition r JOIN application a ON a.requisition_id = r.id "
    "WHERE a.id = kept_stage_change.application_id)) FROM kept_stage_change"
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "candidate_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("afterwards", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("generation > 0", name=op.f("ck_candidate_link_generation_positive")),
        _refers("candidate_link", "application_id", "application"),
        _refers("candidate_link", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_link")),
        sa.UniqueConstraint("application_id", name=op.f("uq_candidate_link_application_id")),
    )
    op.create_table(
        "candidate_visit",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        _refers("candidate_visit", "link_id", "candidate_link"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_candidate_visit")),
    )
    op.create_index(op.f("ix_candidate_visit_link_id"), "candidate_visit", ["link_id"], unique=False)
    op.create_table(
        "candidate_feedback",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _refers("candidate_feedback", "application_id", "application"),
        _refers("candidate_feedback", "written_by_id", "person"),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_candidate_feedback")),
    )
    _widen_message()
    _let_steps_be_by(nobody=True)


def downgrade() -> None:
    """Go back. What was written to candidates goes; a candidate's own step is put down to who opened the need."""
    _let_steps_be_by(nobody=False)
    op.execute("DELETE FROM message WHERE recipient_id IS NULL")
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint(op.f("ck_message_one_recipient"), type_="check")
        batch.drop_constraint(op.f("fk_message_application_id_application"), type_="foreignkey")
        batch.drop_index(op.f("ix_message_application_id"))
        for column in ("application_id", "with_link", "calendar", "calendar_method"):
            batch.drop_column(column)
        batch.alter_column("recipient_id", existing_type=sa.Uuid(), nullable=False)
    for table in ("candidate_feedback", "candidate_visit", "candidate_link"):
        op.drop_table(table)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="RESTRICT")


def _widen_message() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("application_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("with_link", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("calendar", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("calendar_method", sa.String(length=16), nullable=False, server_default=""))
        batch.alter_column("recipient_id", existing_type=sa.Uuid(), nullable=True)
        batch.create_foreign_key(
            op.f("fk_message_application_id_application"), "application", ["application_id"], ["id"],
            ondelete="RESTRICT",
        )  # fmt: skip
        batch.create_check_constraint(
            op.f("ck_message_one_recipient"), "(recipient_id IS NULL) <> (application_id IS NULL)"
        )
        batch.create_index(op.f("ix_message_application_id"), ["application_id"], unique=False)
    with op.batch_alter_table("message") as batch:
        for column in ("with_link", "calendar", "calendar_method"):
            batch.alter_column(column, server_default=None)


def _let_steps_be_by(*, nobody: bool) -> None:
    """Build the history anew around its rows: they are never changed, which the database itself sees to."""
    op.execute("CREATE TABLE kept_stage_change AS SELECT * FROM stage_change")
    op.drop_table("stage_change")
    op.create_table(
        "stage_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_stage", _stage("from_stage"), nullable=True),
        sa.Column("to_stage", _stage("to_stage"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=nobody),
        _refers("stage_change", "application_id", "application"),
        _refers("stage_change", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_stage_change_application_id_number")),
    )
    op.execute(_STEPS_BACK if not nobody else _STEPS_ON)
    op.drop_table("kept_stage_change")
    _guard_steps()


def _stage(name: str) -> sa.Enum:
    return sa.Enum(*_STAGES, name=name, native_enum=False, create_constraint=True, length=32)


def _guard_steps() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("update", "delete"):
        body = "BEGIN SELECT RAISE(ABORT, 'stage_change rows are never changed'); END"
        how = body if sqlite else "FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
        op.execute(f"CREATE TRIGGER guard_stage_change_{act} BEFORE {act.upper()} ON stage_change {how}")
    if not sqlite:
        op.execute(
            "CREATE TRIGGER guard_stage_change_truncate BEFORE TRUNCATE ON stage_change "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )
