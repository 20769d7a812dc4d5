"""How long data is kept, holds, erasures, purposes and consents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

APPEND_ONLY = ("privacy_notice", "purge")  # rows are only ever added, or only finished
# What was sealed or is only added to may lose these texts, and nothing else, while an erasure runs.
ERASABLE = {
    "revision": ("reason", "summary", "private_note"),
    "rating": ("evidence",),
    "decision": ("reasons", "departure_reason", "absences", "correction_reason"),
    "decision_vote": ("reason",),
    "stage_change": ("reason",),
    "case_extension": ("reason",),
    "case_further_grade": ("reason",),
    "case_sealed_grade": ("body",),
    "plan_event": ("reason",),
    "goal_event": ("note",),
    "goal_evidence": ("title", "body"),
    "check_in_outcome": ("text",),
    "talk_note": ("text",),
    "reading": ("note",),
    "outcome": ("note",),
    "assessment_outcome": ("text",),
    "assessment_event": ("reason",),
    "placement": ("reason",),
    "case_decision": ("reasons", "correction_reason"),
    "case_decision_vote": ("reason",),
    "case_event": ("reason",),
    "appeal": ("text",),
    "calibration_conflict": ("reason",),
    "vote_change": ("words",),
    "check_in": ("went_well", "in_the_way"),
    "assessment_sheet": ("words", "declined_words"),
    "pre_vote": ("reason",),
}
# JSON that keeps its shape and its numbers: it may get shorter while an erasure runs.
SHORTENED = "case_sealed_grade"
# Of these only sealed rows are guarded.
SEALED = ("check_in", "assessment_sheet", "pre_vote")
RUNS = "EXISTS (SELECT 1 FROM erasure WHERE state = 'running')"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "retention_rule",
        sa.Column("jurisdiction", sa.String(length=32), nullable=False),
        sa.Column("ending", sa.String(length=32), nullable=False),
        sa.Column("kept", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 600", name=op.f("ck_retention_rule_months_range")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_retention_rule_set_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("jurisdiction", "ending", "kept", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=True),
        sa.Column("requisition_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(candidate_id IS NOT NULL AND requisition_id IS NULL AND person_id IS NULL)"
            " OR (candidate_id IS NULL AND (requisition_id IS NULL) <> (person_id IS NULL))",
            name=op.f("ck_legal_hold_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_legal_hold_candidate_id_candidate"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name=op.f("fk_legal_hold_lifted_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_legal_hold_person_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"],
            ["requisition.id"],
            name=op.f("fk_legal_hold_requisition_id_requisition"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_legal_hold_set_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_candidate_id"), "legal_hold", ["candidate_id"], unique=False)
    op.create_index(op.f("ix_legal_hold_person_id"), "legal_hold", ["person_id"], unique=False)
    op.create_index(op.f("ix_legal_hold_requisition_id"), "legal_hold", ["requisition_id"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum(
                "request",
                "retention",
                "restore",
                name="erasure_origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "refused",
                "running",
                "done",
                name="erasure_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("single_handed", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("aged_out_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(candidate_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_erasure_one_subject")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_erasure_answered_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_erasure_asked_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_erasure_candidate_id_candidate"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_erasure_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(
        "uq_erasure_waiting_candidate",
        "erasure",
        ["candidate_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index(
        "uq_erasure_waiting_person",
        "erasure",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "doomed_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doomed_file")),
    )
    op.create_table(
        "purge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_purge_by_id_person"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
    )
    op.create_index(op.f("ix_purge_at"), "purge", ["at"], unique=False)
    op.create_table(
        "privacy_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "application",
                "talent_pool",
                "self_identification",
                "automated_tool",
                "accommodation",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["person.id"],
            name=op.f("fk_privacy_notice_published_by_id_person"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sa.UniqueConstraint("purpose", "number", name=op.f("uq_privacy_notice_purpose_number")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR given_at IS NOT NULL", name=op.f("ck_consent_given_before_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_consent_application_id_application"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["privacy_notice.id"], name=op.f("fk_consent_notice_id_privacy_notice"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("application_id", "notice_id", name=op.f("uq_consent_application_id_notice_id")),
    )
    op.create_index(op.f("ix_consent_notice_id"), "consent", ["notice_id"], unique=False)
    op.add_column("candidate", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("candidate", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "requisition", sa.Column("jurisdiction", sa.String(length=32), server_default=sa.text("''"), nullable=False)
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
    op.execute(
        "CREATE TRIGGER guard_erasure_update BEFORE UPDATE ON erasure WHEN OLD.state IN ('done', 'refused') "
        "BEGIN SELECT RAISE(ABORT, 'an erasure that is over is never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER guard_erasure_delete BEFORE DELETE ON erasure "
        "BEGIN SELECT RAISE(ABORT, 'erasure rows are never removed'); END"
    )
    for table, texts in ERASABLE.items():
        op.execute(f"DROP TRIGGER guard_{table}_update")
        names = [row[1] for row in op.get_bind().execute(sa.text(f"PRAGMA table_info({table})"))]
        same = [f"NEW.{name} IS OLD.{name}" for name in names if name not in texts]
        blank = [f"(NEW.{name} IS OLD.{name} OR {_gone(table, name)})" for name in texts]
        sealed = "OLD.sealed_at IS NOT NULL AND " if table in SEALED else ""
        op.execute(
            f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} "
            f"WHEN {sealed}NOT ({RUNS} AND {' AND '.join(same + blank)}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
        )
    op.execute("DROP TRIGGER guard_expectation_mark_update")
    op.execute(MARK_SQLITE.format(unless=f" AND NOT {RUNS}"))


def _gone(table: str, name: str) -> str:
    return f"length(NEW.{name}) <= length(OLD.{name})" if table == SHORTENED else f"COALESCE(NEW.{name}, '') = ''"


MARK_SQLITE = (
    "CREATE TRIGGER guard_expectation_mark_update BEFORE UPDATE ON expectation_mark "
    "WHEN (SELECT sealed_at FROM assessment_sheet WHERE id = OLD.sheet_id) IS NOT NULL{unless} "
    "BEGIN SELECT RAISE(ABORT, 'answers of a sealed sheet are never changed'); END"
)


def _guard_postgresql() -> None:
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
            )
    # Row triggers let TRUNCATE pass.
    for table in (*APPEND_ONLY, "erasure"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )
    refuses = "FOR EACH ROW {} EXECUTE FUNCTION guard_refuse()"
    over = refuses.format("WHEN (OLD.state IN ('done', 'refused'))")
    op.execute(f"CREATE TRIGGER guard_erasure_update BEFORE UPDATE ON erasure {over}")
    op.execute(f"CREATE TRIGGER guard_erasure_delete BEFORE DELETE ON erasure {refuses.format('')}")
    op.execute(
        "CREATE FUNCTION guard_erasable() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE was jsonb := to_jsonb(OLD); is_now jsonb := to_jsonb(NEW); name text; BEGIN "
        f"IF NOT {RUNS} OR was - TG_ARGV::text[] IS DISTINCT FROM is_now - TG_ARGV::text[] THEN "
        "RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END IF; "
        "FOREACH name IN ARRAY TG_ARGV LOOP "
        "IF is_now ->> name IS DISTINCT FROM was ->> name AND COALESCE(is_now ->> name, '') <> '' "
        f"AND NOT (TG_TABLE_NAME = '{SHORTENED}' AND length(is_now ->> name) <= length(was ->> name)) THEN "
        "RAISE EXCEPTION '% texts can only be blanked', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
        "END IF; END LOOP; RETURN NEW; END $$"
    )
    for table, texts in ERASABLE.items():
        op.execute(f"DROP TRIGGER guard_{table}_update ON {table}")
        when = "WHEN (OLD.sealed_at IS NOT NULL) " if table in SEALED else ""
        allowed = ", ".join(f"'{name}'" for name in texts)
        op.execute(
            f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION guard_erasable({allowed})"
        )
    op.execute(MARK_POSTGRESQL.format(unless=f" AND NOT (TG_OP = 'UPDATE' AND {RUNS})"))


MARK_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION guard_sheet() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "DECLARE mine uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.sheet_id ELSE OLD.sheet_id END; "
    "BEGIN IF (SELECT sealed_at FROM assessment_sheet WHERE id = mine) IS NOT NULL{unless} THEN "
    "RAISE EXCEPTION 'answers of a sealed sheet are never changed'; END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
)


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        _unguard_sqlite()
    else:
        _unguard_postgresql()
    op.drop_column("requisition", "jurisdiction")
    op.drop_column("person", "erased_at")
    op.drop_column("candidate", "erased_at")
    op.drop_column("candidate", "hidden_at")
    op.drop_table("consent")
    op.drop_table("privacy_notice")
    op.drop_table("purge")
    op.drop_table("doomed_file")
    op.drop_table("erasure")
    op.drop_table("legal_hold")
    op.drop_table("retention_rule")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION guard_erasable()")


def _unguard_sqlite() -> None:
    for table in ERASABLE:
        op.execute(f"DROP TRIGGER guard_{table}_update")
        when = "WHEN OLD.sealed_at IS NOT NULL " if table in SEALED else ""
        op.execute(
            f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
        )
    op.execute("DROP TRIGGER guard_expectation_mark_update")
    op.execute(MARK_SQLITE.format(unless=""))


def _unguard_postgresql() -> None:
    for table in ERASABLE:
        op.execute(f"DROP TRIGGER guard_{table}_update ON {table}")
        when = "WHEN (OLD.sealed_at IS NOT NULL) " if table in SEALED else ""
        op.execute(
            f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} FOR EACH ROW {when}"
            "EXECUTE FUNCTION guard_refuse()"
        )
    op.execute(MARK_POSTGRESQL.format(unless=""))
