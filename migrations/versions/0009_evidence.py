"""Whom people report to, the evidence log, and assessment cycles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "reporting",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.CheckConstraint("person_id <> manager_id", name=op.f("ck_reporting_manager_is_another")),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_reporting_manager_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reporting_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reporting")),
    )
    op.create_index(op.f("ix_reporting_manager_id"), "reporting", ["manager_id"], unique=False)
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("link", "file", "text", name="evidence_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "private", "manager", "case", name="visibility", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("goal_evidence_id", sa.Uuid(), nullable=True),
        sa.Column("reading_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("goal_evidence_id IS NULL OR reading_id IS NULL", name=op.f("ck_log_entry_one_origin")),
        sa.ForeignKeyConstraint(
            ["goal_evidence_id"],
            ["goal_evidence.id"],
            name=op.f("fk_log_entry_goal_evidence_id_goal_evidence"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_log_entry_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.id"], name=op.f("fk_log_entry_reading_id_reading"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("person_id", "goal_evidence_id", name=op.f("uq_log_entry_person_id_goal_evidence_id")),
        sa.UniqueConstraint("person_id", "reading_id", name=op.f("uq_log_entry_person_id_reading_id")),
    )
    op.create_index("ix_log_entry_person_about", "log_entry", ["person_id", "about_on"], unique=False)
    op.create_table(
        "entry_shows",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("competency", "criterion", name="shown", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["log_entry.id"], name=op.f("fk_entry_shows_entry_id_log_entry"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("entry_id", "kind", "key", name=op.f("pk_entry_shows")),
    )
    op.create_table(
        "corroboration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "word",
            sa.Enum(
                "yes", "partly", "no", "cannot_say", name="word", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["log_entry.id"], name=op.f("fk_corroboration_entry_id_log_entry"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_corroboration_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corroboration")),
        sa.UniqueConstraint("entry_id", "person_id", name=op.f("uq_corroboration_entry_id_person_id")),
    )
    op.create_index(op.f("ix_corroboration_person_id"), "corroboration", ["person_id"], unique=False)
    op.create_table(
        "cycle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("blueprint_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="cycle_state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("with_peers", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_version_id"],
            ["blueprint_version.id"],
            name=op.f("fk_cycle_blueprint_version_id_blueprint_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_cycle_opened_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
    )
    op.create_index(op.f("ix_cycle_blueprint_version_id"), "cycle", ["blueprint_version_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("current_level", sa.String(length=80), nullable=False),
        sa.Column("target_level", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id <> manager_id", name=op.f("ck_assessment_manager_is_another")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_assessment_cycle_id_cycle"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_assessment_manager_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assessment_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("cycle_id", "person_id", name=op.f("uq_assessment_cycle_id_person_id")),
    )
    op.create_index(op.f("ix_assessment_due_on"), "assessment", ["due_on"], unique=False)
    op.create_index("ix_assessment_manager", "assessment", ["manager_id"], unique=False)
    op.create_index(op.f("ix_assessment_person_id"), "assessment", ["person_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("assessment")
    op.drop_table("cycle")
    op.drop_table("corroboration")
    op.drop_table("entry_shows")
    op.drop_table("log_entry")
    op.drop_table("reporting")
