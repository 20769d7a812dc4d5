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
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


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


def _sqlite(connection: Connection) -> Health:
    ask = connection.exec_driver_sql
    wanted = {**SQLITE_PRAGMAS, "journal_mode": "wal"}
    found = {name: str(ask(f"PRAGMA {name}").scalar()) for name in wanted}
    unsafe = [f"{name} is {found[name]}, not {want}" for name, want in wanted.items() if found[name] != _spelled(want)]
    version = str(ask("SELECT sqlite_version()").scalar())
    if tuple(map(int, version.split(".")[:2])) < OLDEST_SQLITE:
        unsafe.append(f"SQLite {version} is older than {'.'.join(map(str, OLDEST_SQLITE))}")
    damage = tuple(line for line in ask("PRAGMA integrity_check(20)").scalars() if line != "ok")
    dangling = tuple(
        f"{table} row {row} points at nothing in {parent}"
        for table, row, parent, _key in ask("PRAGMA foreign_key_check")
    )
    return Health(f"SQLite {version}", tuple(unsafe), damage, dangling, (), datetime.now(UTC))


def _postgresql(connection: Connection) -> Health:
    ask = connection.exec_driver_sql
    states = {name: str(ask(f"SHOW {name}").scalar()) for name in _DURABLE}
    unsafe = [f"{name} is off" for name, state in states.items() if state == "off"]
    isolation = ask("SHOW transaction_isolation").scalar()
    if isolation != "read committed":
        unsafe.append(f"the isolation level is {isolation}, not read committed")
    superuser = ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar()
    rights = ("the program's role is a superuser",) if superuser else ()
    # Constraints are checked while writing; the ones that were added without looking at old rows are not.
    invalid = ask("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated").all()
    dangling = tuple(f"{table}: {name} was never checked against the rows" for table, name in invalid)
    version = str(ask("SHOW server_version").scalar())
    clock: datetime = ask("SELECT clock_timestamp()").scalar_one()
    return Health(f"PostgreSQL {version}", tuple(unsafe), (), dangling, rights, clock)


def _spelled(value: str) -> str:
    return _SPELLED.get(value, value)
