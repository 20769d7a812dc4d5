"""What the program's own PostgreSQL role may do: everything with rows but cutting the chain, and nothing with tables.

Whoever owns a table can switch its guards off. So one role owns and migrates, and another one runs the program.
"""

from __future__ import annotations

import sqlalchemy as sa

CHAINED = ("audit_event", "audit_payload")
_BLANKED = "GRANT UPDATE (salt, body) ON audit_payload TO {role}"


def role_of(url: str) -> str:
    """The role that an address signs in with; empty where it names none."""
    address = sa.make_url(url)
    return address.username or str(address.query.get("user", ""))


def grant(owner_url: str, role: str) -> None:
    """Give a role its rights on every table, and take from it what it must not have. May be repeated."""
    engine = sa.create_engine(owner_url, poolclass=sa.NullPool)
    name = engine.dialect.identifier_preparer.quote(role)
    with engine.begin() as connection:
        schema = engine.dialect.identifier_preparer.quote(str(connection.scalar(sa.text("SELECT current_schema()"))))
        for statement in (
            f"GRANT USAGE ON SCHEMA {schema} TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}",
            *(f"REVOKE UPDATE, DELETE ON {table} FROM {name}" for table in CHAINED),
            _BLANKED.format(role=name),
        ):
            connection.execute(sa.text(statement))
    engine.dispose()
