"""Onboarding plans with their milestones, goals, evidence and history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# A first year's history is only ever added to.
APPEND_ONLY = ("plan_event", "signature", "goal_event", "goal_evidence")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hire_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("buddy_id", sa.Uuid(), nullable=True),
        sa.Column("blueprint_version_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "counting",
            sa.Enum("calendar", "working", name="counting", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "roll",
            sa.Enum("forward", "back", "none", name="roll", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("extend_for_leave", sa.Boolean(), nullable=False),
        sa.Column("week", sa.String(length=7), nullable=False),
        sa.Column("country", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active", "completed", "closed", name="plan_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hire_id <> manager_id", name=op.f("ck_plan_manager_is_another")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_plan_application_id_application"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_version_id"],
            ["blueprint_version.id"],
            name=op.f("fk_plan_blueprint_version_id_blueprint_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["buddy_id"], ["person.id"], name=op.f("fk_plan_buddy_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_plan_created_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["hire_id"], ["person.id"], name=op.f("fk_plan_hire_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name=op.f("fk_plan_manager_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("application_id", name=op.f("uq_plan_application_id")),
    )
    op.create_index(op.f("ix_plan_blueprint_version_id"), "plan", ["blueprint_version_id"], unique=False)
    op.create_index(op.f("ix_plan_buddy_id"), "plan", ["buddy_id"], unique=False)
    op.create_index(op.f("ix_plan_hire_id"), "plan", ["hire_id"], unique=False)
    op.create_index("ix_plan_manager_state", "plan", ["manager_id", "state"], unique=False)
    op.create_table(
        "plan_leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_plan_leave_right_way_round")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_leave_plan_id_plan"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_leave")),
    )
    op.create_index(op.f("ix_plan_leave_plan_id"), "plan_leave", ["plan_id"], unique=False)
    op.create_table(
        "plan_holiday",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "country",
                "custom",
                "calendar",
                name="holiday_source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_holiday_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("plan_id", "day", name=op.f("pk_plan_holiday")),
    )
    op.create_table(
        "plan_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_plan_event_by_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_event_plan_id_plan"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_event")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_event_plan_id_number")),
    )
    op.create_table(
        "plan_milestone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("offset_months", sa.Integer(), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("opens_months", sa.Integer(), nullable=False),
        sa.Column("opens_days", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("sign_off", sa.String(length=40), nullable=False),
        sa.Column("pinned", sa.Date(), nullable=True),
        sa.Column("settled", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_milestone_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_milestone")),
        sa.UniqueConstraint("plan_id", "key", name=op.f("uq_plan_milestone_plan_id_key")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_milestone_plan_id_position")),
    )
    op.create_index(op.f("ix_plan_milestone_due_on"), "plan_milestone", ["due_on"], unique=False)
    op.create_index("ix_plan_milestone_opens", "plan_milestone", ["plan_id", "settled", "opens_on", "id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("milestone_id", sa.Uuid(), nullable=False),
        sa.Column(
            "party",
            sa.Enum("hire", "manager", name="party", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["plan_milestone.id"],
            name=op.f("fk_signature_milestone_id_plan_milestone"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_signature_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("milestone_id", "party", name=op.f("pk_signature")),
    )
    op.create_table(
        "goal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("milestone_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_started",
                "in_progress",
                "blocked",
                "submitted",
                "returned",
                "signed_off",
                "waived",
                name="goal_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_by", sa.Text(), nullable=False),
        sa.Column("waits_for_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"],
            ["plan_milestone.id"],
            name=op.f("fk_goal_milestone_id_plan_milestone"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_goal_owner_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_goal_plan_id_plan"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["waits_for_id"], ["person.id"], name=op.f("fk_goal_waits_for_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("milestone_id", "position", name=op.f("uq_goal_milestone_id_position")),
    )
    op.create_index("ix_goal_owner_state", "goal", ["owner_id", "state"], unique=False)
    op.create_index(op.f("ix_goal_plan_id"), "goal", ["plan_id"], unique=False)
    op.create_index(op.f("ix_goal_waits_for_id"), "goal", ["waits_for_id"], unique=False)
    op.create_table(
        "goal_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "add",
                "reword",
                "reassign",
                "note",
                "evidence",
                "start",
                "block",
                "unblock",
                "submit",
                "withdraw",
                "sign",
                "return",
                "waive",
                "restore",
                name="goal_act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "not_started",
                "in_progress",
                "blocked",
                "submitted",
                "returned",
                "signed_off",
                "waived",
                name="goal_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("waits_for_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("waited", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_goal_event_by_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_event_goal_id_goal"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["waits_for_id"], ["person.id"], name=op.f("fk_goal_event_waits_for_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_event")),
        sa.UniqueConstraint("goal_id", "number", name=op.f("uq_goal_event_goal_id_number")),
    )
    op.create_index("ix_goal_event_waited", "goal_event", ["waited"], unique=False)
    op.create_table(
        "goal_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
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
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_goal_evidence_added_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_goal_evidence_goal_id_goal"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_evidence")),
    )
    op.create_index(op.f("ix_goal_evidence_goal_id"), "goal_evidence", ["goal_id"], unique=False)
    op.create_table(
        "plan_outlook",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("milestones", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("next_title", sa.String(length=200), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("first_due", sa.Date(), nullable=True),
        sa.Column("first_unshown", sa.Date(), nullable=True),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("goals_for_hire", sa.Integer(), nullable=False),
        sa.Column("goals_for_manager", sa.Integer(), nullable=False),
        sa.Column("milestones_for_hire", sa.Integer(), nullable=False),
        sa.Column("milestones_for_manager", sa.Integer(), nullable=False),
        sa.Column("outcome_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_outlook_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_outlook")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER guard_{table}_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
            )
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("plan_outlook")
    op.drop_table("goal_evidence")
    op.drop_table("goal_event")
    op.drop_table("goal")
    op.drop_table("signature")
    op.drop_table("plan_milestone")
    op.drop_table("plan_event")
    op.drop_table("plan_holiday")
    op.drop_table("plan_leave")
    op.drop_table("plan")
