"""Alembic's entry: runs the revisions on the connection that `app.models.migrate` hands over."""

from __future__ import annotations

from alembic import context

from app.models.migrate import compared

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    # SQLite changes columns by rebuilding the table; PostgreSQL understands the same revisions directly.
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    include_name=compared,
)
with context.begin_transaction():
    context.run_migrations()
