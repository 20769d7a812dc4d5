"""Accounts of outside identity providers, and sign-ins on their way there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ROLES = (
    "admin", "coordinator", "hiring_manager", "interviewer", "committee", "people_manager", "employee", "hr_partner",
    "auditor",
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_person("identity"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
        sa.UniqueConstraint("person_id", "issuer", name=op.f("uq_identity_person_id_issuer")),
    )
    _create_flow()
    op.create_table(
        "group_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", _choice("role", *_ROLES), nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _of_person("group_grant"),
        sa.PrimaryKeyConstraint("person_id", "role", "issuer", name=op.f("pk_group_grant")),
    )
    op.create_table(
        "logout_notice",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_logout_notice")),
    )
    op.create_index(op.f("ix_logout_notice_at"), "logout_notice", ["at"], unique=False)
    op.create_table(
        "way_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_person("way_in"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_way_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_way_in_token_hash")),
    )
    op.create_index(op.f("ix_way_in_person_id"), "way_in", ["person_id"], unique=False)


def _create_flow() -> None:
    op.create_table(
        "sign_in_flow",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", _choice("purpose", "enter", "link", "prove"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("then", sa.String(length=400), nullable=False),
        sa.Column("carried", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("sign_in_flow"),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sign_in_flow")),
    )
    op.create_index(op.f("ix_sign_in_flow_browser_hash"), "sign_in_flow", ["browser_hash"], unique=False)
    op.create_index(op.f("ix_sign_in_flow_begun_at"), "sign_in_flow", ["begun_at"], unique=False)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_person")
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=name, ondelete="RESTRICT")


def downgrade() -> None:
    """Go back."""
    for table in ("way_in", "logout_notice", "group_grant", "sign_in_flow", "identity"):
        op.drop_table(table)
