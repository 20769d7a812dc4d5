"""Guards in the database itself: what was sealed, decided or chained cannot be changed or removed."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Sealed evidence, decisions and the chain are only ever added to. A payload of the chain may be blanked, because
# erasure has to work; it may not be rewritten.
APPEND_ONLY = ("revision", "rating", "signal_note", "decision", "decision_vote", "stage_change", "audit_event")


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Go back."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in (*APPEND_ONLY, "audit_payload"):
        for act in ("update", "delete", *(() if sqlite else ("truncate",))):
            on = "" if sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER guard_{table}_{act}{on}")
    if sqlite:
        op.execute("DROP TRIGGER guard_audit_event_insert")
    else:
        op.execute("DROP FUNCTION guard_refuse()")
        op.execute("DROP FUNCTION guard_payload()")


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER guard_{table}_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
    op.execute(
        "CREATE TRIGGER guard_audit_payload_update BEFORE UPDATE ON audit_payload "
        "WHEN NEW.seq IS NOT OLD.seq OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'an audit payload can only be blanked'); END"
    )
    op.execute(
        "CREATE TRIGGER guard_audit_payload_delete BEFORE DELETE ON audit_payload "
        "BEGIN SELECT RAISE(ABORT, 'audit_payload rows are never removed'); END"
    )
    # INSERT OR REPLACE goes round the other two triggers where recursive triggers are off.
    op.execute(
        "CREATE TRIGGER guard_audit_event_insert BEFORE INSERT ON audit_event "
        "WHEN EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq OR prev = NEW.prev) "
        "BEGIN SELECT RAISE(ABORT, 'an audit event cannot be replaced'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE FUNCTION guard_payload() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.seq IS DISTINCT FROM OLD.seq OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL THEN "
        "RAISE EXCEPTION 'an audit payload can only be blanked' USING ERRCODE = 'restrict_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    for table in (*APPEND_ONLY, "audit_payload"):
        refuse_update = "guard_payload" if table == "audit_payload" else "guard_refuse"
        op.execute(
            f"CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {refuse_update}()"
        )
        op.execute(
            f"CREATE TRIGGER guard_{table}_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
        )
        # Row triggers let TRUNCATE pass.
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )
