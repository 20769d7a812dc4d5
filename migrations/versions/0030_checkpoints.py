"""Signed checkpoints of the audit chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_audit_checkpoint_some_event")),
        sa.PrimaryKeyConstraint("size", "occasion", name=op.f("pk_audit_checkpoint")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Go back."""
    op.drop_table("audit_checkpoint")


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_audit_checkpoint_{act.lower()} BEFORE {act} ON audit_checkpoint "
            "BEGIN SELECT RAISE(ABORT, 'audit_checkpoint rows are never changed'); END"
        )


def _guard_postgresql() -> None:
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER guard_audit_checkpoint_{act.lower()} BEFORE {act} ON audit_checkpoint "
            f"FOR EACH {each} EXECUTE FUNCTION guard_refuse()"
        )
