"""Migrated databases for tests: SQLite and PostgreSQL, each test with an empty one.

A template of each kind is migrated once a session, and a test gets a copy of it. A file is copied in a millisecond; a
PostgreSQL database, which takes a hundred of them, is emptied after the test and lent again.
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

from sqlalchemy import event

from app.models import migrate
from app.models.engine import make_engine
from tests import postgres, postgres_reuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa
    from sqlalchemy import Pool
    from sqlalchemy.engine.interfaces import DBAPIConnection

TEMPLATE = "plumbline_template"
_numbers = itertools.count(1)
_free: dict[str, list[tuple[str, Pool]]] = {}
"""By template, the names of the PostgreSQL databases that this process has emptied, and who is still connected."""
_first: dict[str, sa.Engine] = {}
"""By kind, the first engine of this process."""


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
    with opened(f"sqlite:///{file}") as database:
        yield database


@contextmanager
def postgresql_database(session_folder: Path) -> Iterator[Database]:
    """Lend a migrated database of the session's PostgreSQL server."""
    server, template = _server(session_folder), _template(session_folder)
    free = _free.setdefault(template, [])
    name, pool = free.pop() if free else (_made(server, session_folder, f"TEMPLATE {template}"), None)
    engine = _engine(server.database_url(name), pool)
    try:
        yield Database(server.database_url(name), engine)
    finally:
        pristine = (session_folder / "schema").read_text(encoding="utf-8")
        if postgres_reuse.emptied(server, name, engine.pool, schema=pristine):
            free.append((name, engine.pool))
        else:
            engine.dispose()
            server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copied(database: Database, session_folder: Path, folder: Path) -> Iterator[Database]:
    """Lend a copy of a database as it stands, of the same kind; the original must have no open connection."""
    database.engine.dispose()
    if database.is_sqlite:
        file = folder / "copy.db"
        shutil.copyfile(str(database.engine.url.database), file)
        with opened(f"sqlite:///{file}") as copy:
            yield copy
        return
    server = _server(session_folder)
    name = _made(server, session_folder, f"TEMPLATE {database.engine.url.database}")
    try:
        with opened(server.database_url(name)) as copy:
            yield copy
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def empty_postgresql_url(session_folder: Path) -> Iterator[str]:
    """Lend the address of a PostgreSQL database without a single table, for tests of the migrations themselves."""
    server = _server(session_folder)
    name = _made(server, session_folder)
    try:
        yield server.database_url(name)
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


def stop_server(session_folder: Path) -> None:
    """End what this session started; from a server that somebody lent, drop the databases that it made there."""
    file = session_folder / "server.json"
    if not file.exists():
        return
    server = postgres.Server(**json.loads(file.read_text(encoding="utf-8")))
    if server.pid is not None:
        postgres.stop(server.pid)
    else:
        server.run(*(f"DROP DATABASE {name} WITH (FORCE)" for name in server.databases(_template(session_folder))))


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A migrated database at this address, with what tests that do not cut the power may do without."""
    engine = _engine(url)
    try:
        yield Database(url, engine)
    finally:
        engine.dispose()


def _engine(url: str, pool: Pool | None = None) -> sa.Engine:
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _do_not_wait_for_the_disk)
    _share_learning(engine)
    if pool is not None:
        engine.pool = pool
    return engine


def _do_not_wait_for_the_disk(connection: DBAPIConnection, _record: object) -> None:
    # As on PostgreSQL: no test that shares this engine asks what a power cut leaves, and each commit takes 7 ms.
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def _share_learning(engine: sa.Engine) -> None:
    """Let an engine go on with the statements that the first of its kind has compiled.

    SQLAlchemy keeps them by engine and dialect, because two servers may differ; those of one session do not, and each
    test would compile the program's statements anew. Everything is still sent to the engine's own database.
    """
    first = _first.get(engine.dialect.name)
    if first is None:
        _first[engine.dialect.name] = engine
        engine.connect().close()  # what the dialect asks a server once must be answered before others use it
    else:
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def _sqlite_template(session_folder: Path) -> Path:
    file = session_folder / "template.db"
    with first_worker(session_folder / "sqlite.lock"):
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            migrate.upgrade(f"sqlite:///{unfinished}")
            unfinished.rename(file)
    return file


def _server(session_folder: Path) -> postgres.Server:
    file = session_folder / "server.json"
    with first_worker(session_folder / "server.lock"):
        if not file.exists():
            server = postgres.given_server() or postgres.start(session_folder)
            facts = {"url": server.url, "admin": server.admin, "pid": server.pid}
            file.write_text(json.dumps(facts), encoding="utf-8")
            template = _template(session_folder)
            server.run(f"CREATE DATABASE {template}")
            migrate.upgrade(server.database_url(template))
            (session_folder / "schema").write_text(postgres_reuse.schema_of(server, template), encoding="utf-8")
    return postgres.Server(**json.loads(file.read_text(encoding="utf-8")))


def _made(server: postgres.Server, session_folder: Path, like: str = "") -> str:
    name = f"{_template(session_folder)}_{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} {like}")
    return name


def _template(session_folder: Path) -> str:
    return f"{TEMPLATE}_{session_folder.name.removeprefix('plumb-').lower()}"


@contextmanager
def first_worker(lock: Path) -> Iterator[None]:
    """Let one worker at a time through, so that the first makes what the others then find."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
