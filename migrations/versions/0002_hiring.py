"""Requisitions, candidates, applications and interviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "requisition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("blueprint_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "deciding",
                "closed",
                name="requisition_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reveal",
            sa.Enum(
                "after_own",
                "at_debrief",
                name="reveal_rule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("panel_size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("openings BETWEEN 1 AND 999", name=op.f("ck_requisition_openings_range")),
        sa.CheckConstraint("panel_size BETWEEN 1 AND 20", name=op.f("ck_requisition_panel_size_range")),
        sa.ForeignKeyConstraint(
            ["blueprint_version_id"],
            ["blueprint_version.id"],
            name=op.f("fk_requisition_blueprint_version_id_blueprint_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_requisition_created_by_id_person"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requisition")),
    )
    op.create_index(
        op.f("ix_requisition_blueprint_version_id"),
        "requisition",
        ["blueprint_version_id"],
        unique=False,
    )
    op.create_table(
        "requisition_member",
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "hiring_manager",
                "member",
                "chair",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_requisition_member_person_id_person"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_requisition_member_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("requisition_id", "person_id", "part", name=op.f("pk_requisition_member")),
    )
    op.create_index(
        op.f("ix_requisition_member_person_id"),
        "requisition_member",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "must_have",
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_must_have_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("requisition_id", "dimension", name=op.f("pk_must_have")),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_candidate_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("email", name=op.f("uq_candidate_email")),
    )
    op.create_index(op.f("ix_candidate_name"), "candidate", ["name"], unique=False)
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "applied",
                "screening",
                "interviewing",
                "debrief",
                "decided",
                "withdrawn",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidate.id"],
            name=op.f("fk_application_candidate_id_candidate"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_application_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint(
            "candidate_id",
            "requisition_id",
            name=op.f("uq_application_candidate_id_requisition_id"),
        ),
    )
    op.create_index(
        op.f("ix_application_requisition_id"),
        "application",
        ["requisition_id"],
        unique=False,
    )
    op.create_table(
        "stage_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "from_stage",
            sa.Enum(
                "applied",
                "screening",
                "interviewing",
                "debrief",
                "decided",
                "withdrawn",
                name="from_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_stage",
            sa.Enum(
                "applied",
                "screening",
                "interviewing",
                "debrief",
                "decided",
                "withdrawn",
                name="to_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_stage_change_application_id_application"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["person.id"],
            name=op.f("fk_stage_change_by_id_person"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
        sa.UniqueConstraint(
            "application_id",
            "number",
            name=op.f("uq_stage_change_application_id_number"),
        ),
    )
    op.create_table(
        "candidate_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["person.id"],
            name=op.f("fk_candidate_file_added_by_id_person"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidate.id"],
            name=op.f("fk_candidate_file_candidate_id_candidate"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_file")),
    )
    op.create_index(
        op.f("ix_candidate_file_candidate_id"),
        "candidate_file",
        ["candidate_id"],
        unique=False,
    )
    op.create_table(
        "interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "screen",
                "conversation",
                "case_study",
                "presentation",
                "reference",
                name="interview_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("case_study", sa.String(length=80), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_interview_minutes_range")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_interview_application_id_application"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index(
        op.f("ix_interview_application_id"),
        "interview",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "interview_focus",
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_interview_focus_interview_id_interview"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("interview_id", "dimension", name=op.f("pk_interview_focus")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("interview_focus")
    op.drop_table("interview")
    op.drop_table("candidate_file")
    op.drop_table("stage_change")
    op.drop_table("application")
    op.drop_table("candidate")
    op.drop_table("must_have")
    op.drop_table("requisition_member")
    op.drop_table("requisition")
