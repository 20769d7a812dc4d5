"""Taking, looking into and loading copies of a PostgreSQL database, all of one snapshot.

`pg_dump` makes the copy where it is there and not older than the server. Otherwise the rows are copied table by table,
and the schema is made by our own migrations when they are loaded again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from psycopg import conninfo, sql

from app.domain.audit import Link
from app.domain.errors import UnavailableError
from app.formats import copy_text
from app.models import migrate
from app.services.backup_contents import Contents, tables, walked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from psycopg import Connection as Driver
    from sqlalchemy import Connection

DUMP = "plumbline.dump"
_ENDING = ".copy"
NO_TOOLS = "pg_dump is not there or older than the server, so rows were copied table by table"
NEEDS_RESTORE = "pg_restore is needed to look into this backup; install it with: sudo apt-get install postgresql-client"
_PIECE = 1_000_000


@contextmanager
def taken(url: str, folder: Path) -> Iterator[tuple[Connection, list[Path]]]:
    """Copy the database at one moment into ``folder``; a connection to that moment, and the files made."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(sa.text(f"SET LOCAL {limit} = 0"))
            snapshot = str(connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one())
            yield connection, _dumped(url, snapshot, folder) or _copied(connection, folder)
    finally:
        engine.dispose()


def looked_into(folder: Path, kind: str) -> Contents:
    """The figures of a copy, read from its rows without a server; no reference between rows is checked."""
    if kind == "copy":
        return _figures(_printed_files(folder))
    tool = shutil.which("pg_restore")
    if tool is None:
        raise UnavailableError(NEEDS_RESTORE)
    with subprocess.Popen(  # noqa: S603  the tool found above and our own file, no shell
        [tool, "--data-only", "-f", "-", str(folder / DUMP)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
        encoding="utf-8", errors="surrogateescape",
    ) as process:  # fmt: skip
        found = _figures(copy_text.tables(process.stdout or ()))
    if process.returncode:
        message = "pg_restore cannot read the dump"
        raise UnavailableError(message)
    return found


def loaded(url: str, folder: Path, kind: str, revision: str) -> None:
    """Fill the empty database at ``url`` with a copy; :class:`UnavailableError` when it refuses."""
    if kind == "copy":
        migrate.upgrade(url, revision)
        _load_files(url, folder)
        return
    tool = shutil.which("pg_restore")
    if tool is None:
        raise UnavailableError(NEEDS_RESTORE)
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run([tool, *options, "-d", _target(url), str(folder / DUMP)], url, "pg_restore")


def table_names(url: str) -> list[str]:
    """The tables that a database holds."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    names = sa.inspect(engine).get_table_names()
    engine.dispose()
    return names


def _dumped(url: str, snapshot: str, folder: Path) -> list[Path]:
    """The dump as the one file of a copy; none where the tool is missing or too old for the server."""
    tool = shutil.which("pg_dump")
    if tool is None:
        return []
    options = ["-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    try:
        _run([tool, *options, "-f", str(folder / DUMP), "-d", _target(url)], url, "pg_dump")
    except UnavailableError as error:
        if "server version mismatch" not in str(error):
            raise
        (folder / DUMP).unlink(missing_ok=True)
        return []
    (folder / DUMP).chmod(0o600)
    return [folder / DUMP]


def _run(command: Sequence[str], url: str, name: str) -> None:
    # A password on the command line could be read by every account of the machine.
    environment = {**os.environ, "PGPASSWORD": sa.make_url(url).password or ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603  no shell
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line or "mismatch" in line]
        message = f"{name} failed: {(lines or ['it gave no reason'])[0]}"
        raise UnavailableError(message)


def _target(url: str) -> str:
    address = sa.make_url(url)
    parts: dict[str, Any] = {**address.translate_connect_args(username="user", database="dbname"), **address.query}
    parts.pop("password", None)
    return conninfo.make_conninfo("", **parts)


def _copied(connection: Connection, folder: Path) -> list[Path]:
    driver = _driver(connection)
    made: list[Path] = []
    for table in ["alembic_version", *[name for name in tables(connection) if name != "alembic_version"]]:
        columns = _columns(connection, table)
        file = folder / f"{table}{_ENDING}"
        order = sql.SQL(" ORDER BY seq") if table == "audit_event" else sql.SQL("")
        statement = sql.SQL("COPY (SELECT {} FROM {}{}) TO STDOUT").format(
            _names(columns), sql.Identifier(table), order
        )
        with file.open("xb") as stream, driver.cursor() as cursor, cursor.copy(statement) as rows:
            stream.write(("\t".join(columns) + "\n").encode())
            for piece in rows:
                stream.write(piece)
        made.append(file)
    return made


def _load_files(url: str, folder: Path) -> None:
    """Load every file in one transaction, in an order in which nothing points at a row that is still to come."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        driver = _driver(connection)
        for table in tables(connection):
            file = folder / f"{table}{_ENDING}"
            if table != "alembic_version" and file.exists():
                _load(driver, table, file)
    engine.dispose()


def _load(driver: Driver[Any], table: str, file: Path) -> None:
    name = sql.Identifier(table)
    # Guards speak of what people change; these rows come back as they were.
    driver.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    with file.open("rb") as stream:
        columns = stream.readline().decode().rstrip("\n").split("\t")
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(name, _names(columns))
        with driver.cursor() as cursor, cursor.copy(statement) as rows:
            while piece := stream.read(_PIECE):
                rows.write(piece)
    driver.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


def _printed_files(folder: Path) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for file in sorted(folder.glob(f"*{_ENDING}")):
        with file.open(encoding="utf-8", newline="\n") as lines:
            columns = tuple(next(lines).rstrip("\n").split("\t"))
            yield file.name.removesuffix(_ENDING), columns, ""
            for line in lines:
                yield file.name.removesuffix(_ENDING), columns, line


def _figures(rows: Iterable[tuple[str, tuple[str, ...], str]]) -> Contents:
    counts: dict[str, int] = {}
    single: dict[str, dict[str, str | None]] = {}

    def events() -> Iterator[Link]:
        for table, columns, line in rows:
            counts[table] = counts.get(table, 0) + bool(line)
            if line and table in {"audit_event", "audit_head", "alembic_version", "installation"}:
                row = dict(zip(columns, copy_text.values(line), strict=True))
                single[table] = row
                if table == "audit_event":
                    yield Link(int(row["seq"] or 0), row["body"] or "", row["prev"] or "", row["hash"] or "")

    chain, size, fault = walked(events(), None)
    for _left in events():  # a chain that broke early leaves rows that were not counted yet
        pass
    head = single.get("audit_head", {})
    if not fault and head and int(head["seq"] or 0) != size:
        fault = f"the audit chain ends at {size}, its head row says {head['seq']}"
    own = {name: count for name, count in counts.items() if migrate.compared(name, "table", {})}
    revision = str(single.get("alembic_version", {}).get("version_num", ""))
    return Contents(revision, str(single.get("installation", {}).get("instance_id") or ""), own, chain, size, fault)


def _columns(connection: Connection, table: str) -> list[str]:
    return [str(column["name"]) for column in sa.inspect(connection).get_columns(table) if not column.get("computed")]


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _driver(connection: Connection) -> Driver[Any]:
    return cast("Driver[Any]", connection.connection.driver_connection)
