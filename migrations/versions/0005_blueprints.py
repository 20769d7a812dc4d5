"""Why a version was published, drafts of the next ones, and marks on the guide's preparation plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("blueprint_version", sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "blueprint_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"],
            ["blueprint_version.id"],
            name=op.f("fk_blueprint_draft_base_id_blueprint_version"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_blueprint_draft_changed_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_blueprint_draft_created_by_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint_draft")),
    )
    op.create_index(op.f("ix_blueprint_draft_role"), "blueprint_draft", ["role"], unique=False)
    op.create_table(
        "preparation_mark",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column(
            "mark",
            sa.Enum(
                "done",
                "shown",
                "begun",
                "missing",
                name="preparation_mark",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_preparation_mark_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", "item", name=op.f("pk_preparation_mark")),
    )
    _guard_versions()


def _guard_versions() -> None:
    # A version is what scorecards and decisions were made on: it is only ever added to.
    for act in ("update", "delete"):
        head = f"CREATE TRIGGER guard_blueprint_version_{act} BEFORE {act.upper()} ON blueprint_version "
        if op.get_bind().dialect.name == "sqlite":
            op.execute(head + "BEGIN SELECT RAISE(ABORT, 'blueprint_version rows are never changed'); END")
        else:
            op.execute(head + "FOR EACH ROW EXECUTE FUNCTION guard_refuse()")
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE TRIGGER guard_blueprint_version_truncate BEFORE TRUNCATE ON blueprint_version "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )


def downgrade() -> None:
    """Go back."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("update", "delete", *(() if sqlite else ("truncate",))):
        op.execute(f"DROP TRIGGER guard_blueprint_version_{act}" + ("" if sqlite else " ON blueprint_version"))
    op.drop_table("preparation_mark")
    op.drop_table("blueprint_draft")
    op.drop_column("blueprint_version", "note")
