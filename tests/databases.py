"""Migrated databases for tests: SQLite and PostgreSQL, each test with one of its own.

A template of each kind is migrated once a session; a test gets a copy of it, which costs milliseconds.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import migrate
from app.models.engine import make_engine
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

TEMPLATE = "plumbline_template"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Database:
    """One migrated, empty database: its address and an engine with the program's own settings."""

    url: str
    engine: sa.Engine

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is the SQLite one, for the few assertions that have to differ."""
        return self.engine.dialect.name == "sqlite"


@contextmanager
def sqlite_database(session_folder: Path, folder: Path) -> Iterator[Database]:
    """Lend a migrated SQLite file under `folder`."""
    file = folder / "plumbline.db"
    shutil.copyfile(_sqlite_template(session_folder), file)
    with _opened(f"sqlite:///{file}") as database:
        yield database


@contextmanager
def postgresql_database(session_folder: Path) -> Iterator[Database]:
    """Lend a migrated database of the session's PostgreSQL server."""
    server = _server(session_folder)
    name = f"plumbline_{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {_template(session_folder)}")
    try:
        with _opened(server.database_url(name)) as database:
            yield database
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copied(database: Database, session_folder: Path, folder: Path) -> Iterator[Database]:
    """Lend a copy of a database as it stands, of the same kind; the original must have no open connection."""
    database.engine.dispose()
    if database.is_sqlite:
        file = folder / "copy.db"
        shutil.copyfile(str(database.engine.url.database), file)
        with _opened(f"sqlite:///{file}") as copy:
            yield copy
        return
    server, name = _server(session_folder), f"plumbline_{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {database.engine.url.database}")
    try:
        with _opened(server.database_url(name)) as copy:
            yield copy
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def empty_postgresql_url(session_folder: Path) -> Iterator[str]:
    """Lend the address of a PostgreSQL database without a single table, for tests of the migrations themselves."""
    server = _server(session_folder)
    name = f"plumbline_{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name}")
    try:
        yield server.database_url(name)
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


def stop_server(session_folder: Path) -> None:
    """End what this session started, and drop the template from a server that somebody lent."""
    file = session_folder / "server.json"
    if not file.exists():
        return
    server = postgres.Server(**json.loads(file.read_text(encoding="utf-8")))
    if server.pid is not None:
        postgres.stop(server.pid)
    else:
        server.run(f"DROP DATABASE IF EXISTS {_template(session_folder)} WITH (FORCE)")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    engine = make_engine(url)
    try:
        yield Database(url, engine)
    finally:
        engine.dispose()


def _sqlite_template(session_folder: Path) -> Path:
    file = session_folder / "template.db"
    with _first_worker(session_folder / "sqlite.lock"):
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            migrate.upgrade(f"sqlite:///{unfinished}")
            unfinished.rename(file)
    return file


def _server(session_folder: Path) -> postgres.Server:
    file = session_folder / "server.json"
    with _first_worker(session_folder / "server.lock"):
        if not file.exists():
            server = postgres.given_server() or postgres.start(session_folder)
            facts = {"url": server.url, "admin": server.admin, "pid": server.pid}
            file.write_text(json.dumps(facts), encoding="utf-8")
            server.run(f"CREATE DATABASE {_template(session_folder)}")
            migrate.upgrade(server.database_url(_template(session_folder)))
    return postgres.Server(**json.loads(file.read_text(encoding="utf-8")))


def _template(session_folder: Path) -> str:
    return f"{TEMPLATE}_{session_folder.name.removeprefix('plumb-').lower()}"


@contextmanager
def _first_worker(lock: Path) -> Iterator[None]:
    """Let one worker at a time through, so that the first makes what the others then find."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
