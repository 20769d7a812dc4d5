"""What the database says of its own health, for `doctor`; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.models.engine import SQLITE_PRAGMAS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

OLDEST_SQLITE = (3, 37)
_SPELLED = {"ON": "1", "OFF": "0", "FULL": "2"}
_TIMEOUTS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

_OWNER = (
    "SELECT count(*) FROM pg_tables "
    "WHERE schemaname = current_schema() AND pg_has_role(current_user, tableowner, 'MEMBER')"
)


@dataclass(frozen=True, slots=True)
class Health:
    """Each field lists what is wrong in words, empty when nothing is."""

    version: str
    unsafe_settings: tuple[str, ...]
    damage: tuple[str, ...]
    dangling: tuple[str, ...]
    rights: tuple[str, ...]
    clock: datetime


def examine(engine: Engine) -> Health:
    """Ask a fresh connection of `engine`; a database that cannot be reached raises SQLAlchemy's own error."""
    with engine.connect() as connection:
        return _sqlite(connection) if engine.dialect.name == "sqlite" else _postgresql(connection)


def unsafe_settings(connection: Connection) -> tuple[str, ...]:
    """What is set otherwise than the program needs it, in words."""
    if connection.dialect.name == "postgresql":
        return _unsafe_postgresql(connection)
    ask = connection.exec_driver_sql
    wanted = {**SQLITE_PRAGMAS, "journal_mode": "wal"}
    found = {name: str(ask(f"PRAGMA {name}").scalar()) for name in wanted}
    unsafe = [f"{name} is {found[name]}, not {want}" for name, want in wanted.items() if found[name] != _spelled(want)]
    version = str(ask("SELECT sqlite_version()").scalar())
    if tuple(map(int, version.split(".")[:2])) < OLDEST_SQLITE:
        unsafe.append(f"SQLite {version} is older than {'.'.join(map(str, OLDEST_SQLITE))}")
    return tuple(unsafe)


def _unsafe_postgresql(connection: Connection) -> tuple[str, ...]:
    ask = connection.exec_driver_sql
    unsafe = [f"{name} is off" for name in _DURABLE if ask(f"SHOW {name}").scalar() == "off"]
    unsafe += [f"{name} is not set" for name in _TIMEOUTS if ask(f"SHOW {name}").scalar() in {"0", None}]
    isolation = ask("SHOW transaction_isolation").scalar()
    if isolation != "read committed":
        unsafe.append(f"the isolation level is {isolation}, not read committed")
    return tuple(unsafe)


def rights_of(connection: Connection) -> tuple[str, ...]:
    """What the program's role on PostgreSQL may do and should not, in words."""
    if connection.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar():
        return ("the program's role is a superuser",)
    if connection.exec_driver_sql(_OWNER).scalar():
        return ("the program's role owns the tables, so it could switch their guards off",)
    return ()


def _sqlite(connection: Connection) -> Health:
    ask = connection.exec_driver_sql
    unsafe, version = unsafe_settings(connection), ask("SELECT sqlite_version()").scalar()
    damage = tuple(line for line in ask("PRAGMA integrity_check(20)").scalars() if line != "ok")
    dangling = tuple(
        f"{table} row {row} points at nothing in {parent}"
        for table, row, parent, _key in ask("PRAGMA foreign_key_check")
    )
    return Health(f"SQLite {version}", unsafe, damage, dangling, (), datetime.now(UTC))


def _postgresql(connection: Connection) -> Health:
    ask = connection.exec_driver_sql
    unsafe = unsafe_settings(connection)
    # Constraints are checked while writing; the ones that were added without looking at old rows are not.
    invalid = ask("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated").all()
    dangling = tuple(f"{table}: {name} was never checked against the rows" for table, name in invalid)
    version = str(ask("SHOW server_version").scalar())
    clock: datetime = ask("SELECT clock_timestamp()").scalar_one()
    return Health(f"PostgreSQL {version}", unsafe, (), dangling, rights_of(connection), clock)


def _spelled(value: str) -> str:
    return _SPELLED.get(value, value)
