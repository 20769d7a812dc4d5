"""What proves who somebody is, besides a password; and one-time links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_NEW = (
    "directory_entry", "known_browser", "recovery_code", "passkey_challenge", "passkey", "totp", "account_link",
)  # fmt: skip


def upgrade() -> None:
    """Go forward. Whoever is signed in stays so, and has proved themselves when they signed in."""
    _links_and_factors()
    _browsers()
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(sa.Column("how", sa.String(length=16), nullable=False, server_default="password"))
        batch.add_column(sa.Column("place", sa.String(length=45), nullable=False, server_default=""))
        batch.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("factor_done", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("provider_sid", sa.String(length=300), nullable=True))
        batch.create_index(op.f("ix_sign_in_provider_sid"), ["provider_sid"], unique=False)
    op.execute("UPDATE sign_in SET proved_at = created_at")
    with op.batch_alter_table("sign_in") as batch:
        for column in ("how", "place", "factor_done"):
            batch.alter_column(column, server_default=None)
        batch.alter_column("proved_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("address", sa.String(length=254), nullable=False, server_default=""))
        batch.add_column(sa.Column("account_link_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("message") as batch:
        batch.alter_column("address", server_default=None)


def downgrade() -> None:
    """Go back: second factors, passkeys and links that were not used yet are gone."""
    with op.batch_alter_table("message") as batch:
        for column in ("account_link_id", "address"):
            batch.drop_column(column)
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_index(op.f("ix_sign_in_provider_sid"))
        for column in ("provider_sid", "factor_done", "proved_at", "place", "how"):
            batch.drop_column(column)
    for table in _NEW:
        op.drop_table(table)


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_person")
    return sa.ForeignKeyConstraint([column], ["person.id"], name=name, ondelete="RESTRICT")


def _links_and_factors() -> None:
    op.create_table(
        "account_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "reset",
                "setup",
                name="link_purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id IS NOT NULL OR purpose <> 'invitation'", name=op.f("ck_account_link_whose")),
        _person("account_link", "created_by_id"),
        _person("account_link", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    op.create_index(op.f("ix_account_link_person_id"), "account_link", ["person_id"], unique=False)
    op.create_table(
        "totp",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_seed", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        _person("totp", "person_id"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_totp")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        _person("passkey", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"], unique=False)


def _browsers() -> None:
    op.create_table(
        "passkey_challenge",
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("challenge", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("browser_hash", "purpose", name=op.f("pk_passkey_challenge")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _person("recovery_code", "person_id"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "known_browser",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        _person("known_browser", "person_id"),
        sa.PrimaryKeyConstraint("token_hash", "person_id", name=op.f("pk_known_browser")),
    )
    op.create_table(
        "directory_entry",
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        _person("directory_entry", "person_id"),
        sa.PrimaryKeyConstraint("external_id", name=op.f("pk_directory_entry")),
        sa.UniqueConstraint("person_id", name=op.f("uq_directory_entry_person_id")),
    )
