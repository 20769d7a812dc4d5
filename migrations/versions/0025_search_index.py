"""The search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("anchor", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'candidate', 'requisition', 'blueprint')", name=op.f("ck_search_entry_search_kind")
        ),
        sa.CheckConstraint("field IN ('text', 'address', 'code')", name=op.f("ck_search_entry_search_field")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_index("ix_search_entry_object_id", "search_entry", ["object_id"], unique=False)
    if op.get_bind().dialect.name != "sqlite":
        # The words are in one shape already, so they are taken as they stand instead of being parsed once more.
        op.execute(
            "CREATE INDEX search_words ON search_entry USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )
        return
    # Without triggers: they may not use a virtual table where the schema is not trusted. The program writes both.
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entry', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("search_entry")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("search_words")
