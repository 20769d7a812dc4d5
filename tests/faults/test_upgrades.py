"""Upgrades of filled databases: from every revision up no row is lost, and a killed upgrade is not half done."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app import paths
from app.cli import demo
from app.domain import audit as arithmetic
from app.models import Base, migrate
from app.models.engine import writing
from app.services import audit, case_decisions, installation
from tests import databases
from tests.cli.processes import ROOT, environment
from tests.factories.cases import make_case_cast, make_decided
from tests.factories.hiring import NOW, actor_of
from tests.factories.worlds import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database
    from tests.faulting import Breaking

Rows = dict[str, tuple[tuple[str, ...], Counter[str]]]
_COLUMNS = {
    "sqlite": (
        "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c "
        "WHERE t.type = 'table' ORDER BY 1, 2"
    ),
    "postgresql": (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    ),
}


@pytest.mark.fault("F12")
def test_rows_survive_every_revision(database: Database, breaking: Breaking, tmp_path: Path) -> None:
    """From the newest to the oldest: down, up, down; what the older could hold is there after each step."""
    _fill(database, breaking, tmp_path)
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    full, lost, tries = sum(bool(rows) for _, rows in _rows(engine).values()), breaking.wrong, 0
    for newer, older in itertools.pairwise(_revisions()):
        migrate.downgrade(database.url, older)
        before = _rows(engine)
        migrate.upgrade(database.url, newer)
        lost += [f"up to {newer}: {line}" for line in _missing(before, _rows(engine))]
        migrate.downgrade(database.url, older)
        tries += 1
    lost += [] if _rows(engine) == before else ["the oldest revision does not hold what it did"]
    migrate.upgrade(database.url)
    breaking.count(tries, len(lost), f"revisions up with {full} tables filled, {database.engine.dialect.name}")
    assert (lost, _unlike_the_models(engine)) == ([], [])
    assert full > 30, "a database that is nearly empty shows nothing"


@pytest.mark.fault("F12", seconds=60)
def test_every_revision_goes_straight_to_the_newest(
    database: Database, breaking: Breaking, session_folder: Path, tmp_path: Path
) -> None:
    """A copy of the filled database at each revision, brought up at once, as whoever skipped some releases does."""
    _fill(database, breaking, tmp_path)
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    names, lost, tries = _revisions()[1:], breaking.wrong, 0
    breaking.random.shuffle(names)
    chosen = sorted(names[number] for number in breaking.rounds(1, len(names)))
    for older in reversed(chosen):
        migrate.downgrade(database.url, older)
        before = _rows(engine)
        with databases.copied(database, session_folder, tmp_path) as copy:
            migrate.upgrade(copy.url)
            lost += [f"from {older}: {line}" for line in _missing(before, _rows(copy.engine))]
            lost += [f"from {older}: {line}" for line in _unlike_the_models(copy.engine)]
        tries += 1
    breaking.count(tries, len(lost), f"upgrades from a revision straight to the newest, {database.engine.dialect.name}")
    assert lost == []


@pytest.mark.fault("F12", seconds=40)
def test_a_killed_upgrade_is_done_or_not_begun(database: Database, breaking: Breaking, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        installation.ensure(session)
        make_world(session, Random(7))
    database.engine.dispose()
    newest, between, landed = migrate.head(), breaking.wrong, Counter[str]()
    migrate.downgrade(database.url, "0021")
    settings = {
        "PLUMBLINE_ENV": "demo",
        "PLUMBLINE_INSTANCE": str(tmp_path / "i"),
        "PLUMBLINE_DATABASE_URL": database.url,
    }
    tries = 0
    for _ in breaking.rounds(2, 20):
        tries += 1
        _killed_after(breaking.random.uniform(0.6, 2.5), settings)
        reached = str(migrate.current(database.url))
        landed[reached] += 1
        between += [reached] if reached not in {"0021", newest} else []
        migrate.downgrade(database.url, "0021")
    migrate.upgrade(database.url)
    breaking.count(tries, len(between), f"upgrades killed, {database.engine.dialect.name}, {dict(landed)}")
    assert between == []


@pytest.mark.fault("F12", seconds=20)
def test_a_long_record_is_brought_up_in_a_minute(database: Database, breaking: Breaking) -> None:
    size = breaking.times(2_000, 1_000_000 if database.is_sqlite else 200_000)
    with writing(database.engine) as session:
        installation.ensure(session)
        audit.record(session, None, "test.begin", "test/1", now=NOW)
    database.engine.dispose()
    migrate.downgrade(database.url, "0020")
    _lengthen(database.url, size)
    began = time.monotonic()
    migrate.upgrade(database.url)
    took = time.monotonic() - began

    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM audit_event")) == size + 2
    engine.dispose()
    breaking.count(1, int(took > 60), f"{size:,} events brought up in {took:.1f} s, {database.engine.dialect.name}")
    assert took <= 60


def _revisions() -> list[str]:
    """Every revision, the newest first."""
    return [script.revision for script in ScriptDirectory(str(paths.migrations_dir())).walk_revisions()]


def _unlike_the_models(engine: sa.Engine) -> list[str]:
    """How the schema of a database that was brought up differs from what the models say."""
    told = {"compare_type": True, "compare_server_default": True, "include_name": migrate.compared}
    with engine.connect() as connection:
        return list(map(str, compare_metadata(MigrationContext.configure(connection, opts=told), Base.metadata)))


def _fill(database: Database, breaking: Breaking, tmp_path: Path) -> None:
    """The whole demo in a long run; else a world of hiring and a decided case."""
    if breaking.often:
        demo.fill(database.engine, tmp_path / "files", now=NOW)
    else:
        with writing(database.engine) as session:
            installation.ensure(session)
            make_world(session, Random(7))
            cast = make_case_cast(session)
            case_decisions.sign(session, actor_of(cast.person), make_decided(session, cast).id, now=NOW)
    database.engine.dispose()


def _rows(engine: sa.Engine) -> Rows:
    """What each table holds, as texts, with the names of its columns."""
    found: Rows = {}
    with engine.connect() as connection:
        columns = defaultdict[str, list[str]](list)
        for table, column in connection.execute(sa.text(_COLUMNS[engine.dialect.name])):
            columns[table].append(column)
        for name, those in columns.items():
            # The search index is made of the others.
            if name not in {"alembic_version", "search_entry"} and migrate.compared(name, "table", {}):
                picked: Any = sa.select(*map(sa.literal_column, (f'"{column}"' for column in those)))
                rows = connection.execute(picked.select_from(sa.table(name)))
                found[name] = tuple(those), Counter(json.dumps(list(map(str, row))) for row in rows)
    return found


def _missing(before: Rows, after: Rows) -> list[str]:
    """Tables whose rows are not what they were, in the columns that both have."""
    wrong = []
    for name, (columns, rows) in before.items():
        now_columns, now_rows = after.get(name, ((), Counter()))
        shared = [column for column in columns if column in now_columns]
        if _picked(rows, columns, shared) != _picked(now_rows, now_columns, shared):
            wrong.append(f"{name} differs ({rows.total()} rows before, {now_rows.total()} after)")
    return wrong


def _picked(rows: Counter[str], columns: tuple[str, ...], shared: list[str]) -> Counter[tuple[str, ...]]:
    places = [columns.index(column) for column in shared]
    picked: Counter[tuple[str, ...]] = Counter()
    for row, count in rows.items():
        values = json.loads(row)
        picked[tuple(values[place] for place in places)] += count
    return picked


def _killed_after(seconds: float, settings: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "app", "migrate"], cwd=ROOT, env=environment(settings), stdout=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


def _lengthen(url: str, size: int) -> None:
    """Add links to a chain as an old installation would have, quickly."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        seq, prev = connection.execute(sa.text("SELECT seq, hash FROM audit_head")).one()
        statement = sa.text(
            "INSERT INTO audit_event (seq, body, prev, hash, at, actor, action, object) "
            "VALUES (:seq, :body, :prev, :hash, :at, 'system', 'test.act', 'test/1')"
        )
        for start in range(0, size, 10_000):
            rows = []
            for number in range(seq + start + 1, seq + min(start + 10_000, size) + 1):
                body = arithmetic.event_body(action="test.act", actor="system", at=NOW, subject="test/1")
                digest = arithmetic.event_hash(bytes.fromhex(prev), number, body).hex()
                rows.append(
                    {"seq": number, "body": body, "prev": prev, "hash": digest, "at": arithmetic.timestamp(NOW)}
                )
                prev = digest
            connection.execute(statement, rows)
        connection.execute(sa.text("UPDATE audit_head SET seq = :seq, hash = :hash"), {"seq": seq + size, "hash": prev})
    engine.dispose()
