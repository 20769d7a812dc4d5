"""Promotion cases, and the levels at which people stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Rows of these are only ever added.
APPEND_ONLY = ("placement", "case_decision", "case_decision_vote", "case_signature", "case_event", "appeal")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "promotion_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("blueprint_version_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("from_level", sa.String(length=80), nullable=False),
        sa.Column("to_level", sa.String(length=80), nullable=False),
        sa.Column("level_since", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "decided",
                "withdrawn",
                name="case_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("case_against", sa.Text(), nullable=False),
        sa.Column("against_by_id", sa.Uuid(), nullable=True),
        sa.Column("development", sa.Text(), nullable=False),
        sa.Column("business_need", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id <> manager_id", name=op.f("ck_promotion_case_manager_is_another")),
        sa.ForeignKeyConstraint(
            ["against_by_id"], ["person.id"], name=op.f("fk_promotion_case_against_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_promotion_case_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_version_id"],
            ["blueprint_version.id"],
            name=op.f("fk_promotion_case_blueprint_version_id_blueprint_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_promotion_case_manager_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_promotion_case_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["person.id"],
            name=op.f("fk_promotion_case_requested_by_id_person"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_case")),
    )
    op.create_index(op.f("ix_promotion_case_manager_id"), "promotion_case", ["manager_id"], unique=False)
    op.create_index(op.f("ix_promotion_case_person_id"), "promotion_case", ["person_id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["promotion_case.id"], name=op.f("fk_placement_case_id_promotion_case"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_placement_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_placement_recorded_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("case_id", name=op.f("uq_placement_case_id")),
    )
    op.create_index("ix_placement_person_since", "placement", ["person_id", "since"], unique=False)
    op.create_table(
        "case_evidence",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["promotion_case.id"],
            name=op.f("fk_case_evidence_case_id_promotion_case"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["log_entry.id"], name=op.f("fk_case_evidence_entry_id_log_entry"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("case_id", "criterion", "entry_id", name=op.f("pk_case_evidence")),
    )
    op.create_index(op.f("ix_case_evidence_entry_id"), "case_evidence", ["entry_id"], unique=False)
    op.create_table(
        "peer_feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_peer_feedback_asked_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["promotion_case.id"],
            name=op.f("fk_peer_feedback_case_id_promotion_case"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_peer_feedback_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_feedback")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_peer_feedback_case_id_person_id")),
    )
    op.create_index(op.f("ix_peer_feedback_person_id"), "peer_feedback", ["person_id"], unique=False)
    op.create_table(
        "case_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "promote",
                "postpone",
                "not_yet",
                name="case_outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blueprint_sha256", sa.String(length=64), nullable=False),
        sa.Column("checkpoint", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["promotion_case.id"],
            name=op.f("fk_case_decision_case_id_promotion_case"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_case_decision_decided_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_decision")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_decision_case_id_number")),
    )
    op.create_table(
        "case_decision_vote",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "promote",
                "postpone",
                "not_yet",
                name="case_outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["case_decision.id"],
            name=op.f("fk_case_decision_vote_decision_id_case_decision"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["person.id"], name=op.f("fk_case_decision_vote_member_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("decision_id", "member_id", name=op.f("pk_case_decision_vote")),
    )
    op.create_table(
        "case_signature",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "party",
            sa.Enum(
                "person", "manager", "chair", name="case_party", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["promotion_case.id"],
            name=op.f("fk_case_signature_case_id_promotion_case"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_signature_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("case_id", "party", name=op.f("pk_case_signature")),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_case_event_by_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["promotion_case.id"], name=op.f("fk_case_event_case_id_promotion_case"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_event_case_id_number")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_appeal_by_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["promotion_case.id"], name=op.f("fk_appeal_case_id_promotion_case"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_case_id"), "appeal", ["case_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        for table in APPEND_ONLY:
            _refuse_sqlite(table, act, "", f"{table} rows are never changed")


def _refuse_sqlite(table: str, act: str, when: str, why: str) -> None:
    op.execute(
        f"CREATE TRIGGER guard_{table}_{act.lower()} BEFORE {act} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def _guard_postgresql() -> None:
    for act in ("update", "delete"):
        for table in APPEND_ONLY:
            _refuse_postgresql(table, act, "FOR EACH ROW EXECUTE FUNCTION guard_refuse()")
    for table in APPEND_ONLY:
        _refuse_postgresql(table, "truncate", "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()")


def _refuse_postgresql(table: str, act: str, how: str) -> None:
    op.execute(f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table} {how}")


def downgrade() -> None:
    """Go back."""
    op.drop_table("appeal")
    op.drop_table("case_event")
    op.drop_table("case_signature")
    op.drop_table("case_decision_vote")
    op.drop_table("case_decision")
    op.drop_table("peer_feedback")
    op.drop_table("case_evidence")
    op.drop_table("placement")
    op.drop_table("promotion_case")
