"""Roles in one requisition or team, changes that wait for a second administrator, looking as somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "scoped_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "hiring_manager",
                "interviewer",
                "committee",
                "people_manager",
                "employee",
                "hr_partner",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("requisition_id", sa.Uuid(), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('auditor', 'coordinator', 'hr_partner')", name=op.f("ck_scoped_grant_role_can_be_scoped")
        ),
        sa.CheckConstraint("(requisition_id IS NULL) <> (team IS NULL)", name=op.f("ck_scoped_grant_one_place")),
        sa.CheckConstraint("person_id <> granted_by_id", name=op.f("ck_scoped_grant_given_by_another")),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_scoped_grant_granted_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_scoped_grant_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_scoped_grant_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoped_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "requisition_id", name=op.f("uq_scoped_grant_person_id_role_requisition_id")
        ),
        sa.UniqueConstraint("person_id", "role", "team", name=op.f("uq_scoped_grant_person_id_role_team")),
    )
    op.create_index(op.f("ix_scoped_grant_requisition_id"), "scoped_grant", ["requisition_id"], unique=False)
    op.create_table(
        "role_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "hiring_manager",
                "interviewer",
                "committee",
                "people_manager",
                "employee",
                "hr_partner",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("requisition_id", sa.Uuid(), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum(
                "waiting",
                "accepted",
                "refused",
                "withdrawn",
                name="ruling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(ruling = 'waiting') = (decided_at IS NULL)", name=op.f("ck_role_request_decided_once")),
        sa.CheckConstraint(
            "ruling <> 'accepted' OR decided_by_id <> asked_by_id", name=op.f("ck_role_request_accepted_by_a_second")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> person_id", name=op.f("ck_role_request_decided_by_another")
        ),
        sa.CheckConstraint("person_id <> asked_by_id", name=op.f("ck_role_request_asked_by_another")),
        sa.CheckConstraint("requisition_id IS NULL OR team IS NULL", name=op.f("ck_role_request_one_place_at_most")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_role_request_asked_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_role_request_decided_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_request_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_role_request_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
    )
    op.create_index(op.f("ix_role_request_person_id"), "role_request", ["person_id"], unique=False)
    op.create_table(
        "looking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("looker_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("looker_id <> person_id", name=op.f("ck_looking_at_another")),
        sa.ForeignKeyConstraint(
            ["looker_id"], ["person.id"], name=op.f("fk_looking_looker_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_looking_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looking")),
    )
    op.create_index(op.f("ix_looking_token_hash"), "looking", ["token_hash"], unique=False)
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum(
                "waiting",
                "accepted",
                "refused",
                "withdrawn",
                name="ruling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(ruling = 'accepted') = (ends_at IS NOT NULL)", name=op.f("ck_broken_glass_hour_when_accepted")
        ),
        sa.CheckConstraint("(ruling = 'waiting') = (decided_at IS NULL)", name=op.f("ck_broken_glass_decided_once")),
        sa.CheckConstraint(
            "ruling <> 'accepted' OR decided_by_id <> asked_by_id",
            name=op.f("ck_broken_glass_accepted_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_broken_glass_application_id_application"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_broken_glass_asked_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_broken_glass_decided_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
    )
    op.create_index(op.f("ix_broken_glass_application_id"), "broken_glass", ["application_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("broken_glass")
    op.drop_table("looking")
    op.drop_table("role_request")
    op.drop_table("scoped_grant")
