"""What keeps a production program from starting besides its settings; each refusal's own line mends it."""

from __future__ import annotations

import shlex
import stat
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from app import paths
from app import settings as doors
from app.cli import migrate as migrating
from app.cli import opening, standing
from app.models import migrate, rights
from app.models.engine import make_engine, writing
from app.queries.foundations import foundations
from app.services import audit, installation, passwords
from app.settings import Settings, SettingsError, floors, surroundings
from tests.cli.processes import PRODUCTION, SECRET
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database

ROLE = "plumbline_app_of_tests"


def production(tmp_path: Path, url: str = "") -> Settings:
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700, exist_ok=True)
    return Settings(instance=instance, database_url=url or f"sqlite:///{instance / 'plumbline.db'}", secret_key=SECRET)


def test_passwords_that_would_be_hashed_too_weakly_keep_it_from_starting(
    chained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(chained.database_url)
    with pytest.raises(SettingsError, match="Passwords are hashed too weakly"):  # as they are in tests
        standing.refuse(chained, engine)
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher())
    try:
        standing.refuse(chained, engine)
    except SettingsError as error:
        assert "hashed" not in str(error)  # noqa: PT017  on PostgreSQL the role of tests is refused
    finally:
        engine.dispose()


@pytest.mark.parametrize("name", ["", "plumbline.db", "secret"])
def test_what_others_may_read_is_refused_and_closed_by_the_line(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "elsewhere"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    settings = replace(production(tmp_path), secret_file=secret)
    (settings.instance / "plumbline.db").write_bytes(b"")
    (settings.instance / "plumbline.db").chmod(0o600)
    assert surroundings.open_refusal(settings) is None
    opened = secret if name == "secret" else settings.instance / name
    opened.chmod(0o755 if opened.is_dir() else 0o640)

    line = surroundings.open_refusal(settings)

    assert line
    assert str(opened) in line
    assert line in doors.refusals(replace(settings, public_url="https://a.example", trusted_hosts=("a.example",)))
    subprocess.run(shlex.split(line.partition("mend it with: ")[2]), check=True)
    assert surroundings.open_refusal(settings) is None
    assert stat.S_IMODE(opened.stat().st_mode) & 0o077 == 0


def test_an_instance_among_pages_is_refused_in_a_demo_too(tmp_path: Path) -> None:
    given = {"PLUMBLINE_ENV": "demo", "PLUMBLINE_INSTANCE": str(paths.templates_dir() / "instance")}
    (line,) = doors.refusals(Settings.from_environment(given))
    assert "lies inside a folder of pages" in line
    assert line.endswith('set it with: PLUMBLINE_INSTANCE="$HOME/plumbline"')
    given["PLUMBLINE_INSTANCE"] = str(tmp_path / "plumbline")
    assert doors.refusals(Settings.from_environment(given)) == ()


def test_sqlite_on_a_network_file_system_is_told_by_its_mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    shared = (tmp_path / "shared disk").resolve()
    shared.mkdir()
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nnas:/x {str(shared).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n")
    monkeypatch.setattr(surroundings.file_system, "__defaults__", (mounts,))
    there = Settings(instance=shared, database_url=f"sqlite:///{shared / 'plumbline.db'}", secret_key=SECRET)

    line = surroundings.network_refusal(there)

    assert line
    assert "SQLite on nfs4, a network file system" in line
    assert surroundings.network_refusal(production(tmp_path)) is None
    assert surroundings.network_refusal(replace(there, database_url="postgresql+psycopg://a:b@h/x")) is None


def test_a_token_that_could_be_guessed_is_refused() -> None:
    given = {**PRODUCTION, "PLUMBLINE_METRICS_TOKEN": "hunter2"}
    (line,) = doors.refusals(Settings.from_environment(given))
    assert "METRICS_TOKEN has fewer than 32 characters" in line
    given["PLUMBLINE_METRICS_TOKEN"] = "N7c-wJ3vTqk0Xy5hRb8LZsE1uPfGm9DoaYi2VtCnK4Q"
    assert doors.refusals(Settings.from_environment(given)) == ()


def test_floors_are_those_of_the_list_and_are_met() -> None:
    names = {floor.name for floor in floors.floors()}
    assert {"weasyprint", "authlib", "flask", "werkzeug", "sqlalchemy", "cryptography", "pyyaml"} <= names
    assert floors.too_old() == ()
    assert floors.too_old(lambda _name: "1000.0") == ()
    assert len(floors.too_old(lambda _name: "0.0.1")) == len(names)


@pytest.mark.parametrize(
    ("found", "old"),
    [("69.9.9", True), ("70", False), ("70.0.0", False), ("70.0rc1", False), ("9.100", True), ("100.0+local", False)],
)
def test_versions_are_compared_by_number(found: str, old: bool) -> None:  # noqa: FBT001  a row of the table
    lines = floors.too_old(lambda name: found if name == "weasyprint" else "1000")
    assert len(lines) == old
    assert all("mend it with: python3 -m pip install 'weasyprint>=70.0'" in line for line in lines)


@pytest.fixture
def chained(database: Database, tmp_path: Path) -> Settings:
    """Production settings over a database with a chain."""
    with writing(database.engine) as session:
        installation.ensure(session)
        audit.record(session, None, "test.act", "test/1", now=NOW)
    return production(tmp_path, database.url)


@pytest.fixture
def owner(database: Database) -> Iterator[sa.Connection]:
    """Whoever may do anything with the tables."""
    engine = sa.create_engine(database.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def said(settings: Settings) -> list[str]:
    """The lines of refusal about the chain; the server of these tests is refused for other reasons as well."""
    engine = make_engine(settings.database_url)
    try:
        standing.refuse(settings, engine)
    except SettingsError as error:
        return [line for line in str(error).splitlines() if "chain" in line]
    finally:
        engine.dispose()
    return []


def test_a_missing_guard_keeps_it_from_starting(chained: Settings, database: Database, owner: sa.Connection) -> None:
    assert said(chained) == []
    owner.execute(sa.text(f"DROP TRIGGER guard_audit_event_delete{'' if database.is_sqlite else ' ON audit_event'}"))

    (line,) = said(chained)
    assert "the guard guard_audit_event_delete is missing" in line
    assert "mend it with: python3 -m app restore BACKUP --into FOLDER" in line


def test_a_head_unlike_the_last_event_keeps_it_from_starting(chained: Settings, owner: sa.Connection) -> None:
    owner.execute(sa.text("UPDATE audit_head SET seq = seq + 1"))
    (line,) = said(chained)
    assert "the head row of the audit chain is 3, the last event 2" in line
    owner.execute(sa.text("DELETE FROM audit_head"))
    assert "is missing, the last event 2" in said(chained)[0]


def test_an_edited_link_near_the_end_keeps_it_from_starting(
    chained: Settings, database: Database, owner: sa.Connection
) -> None:
    owner.execute(sa.text(f"DROP TRIGGER guard_audit_event_update{'' if database.is_sqlite else ' ON audit_event'}"))
    owner.execute(sa.text("UPDATE audit_event SET body = replace(body, 'test/1', 'test/2') WHERE seq = 2"))
    assert any("event 2 of the audit chain does not hold" in line for line in said(chained))


def test_a_demo_starts_all_the_same(chained: Settings, owner: sa.Connection) -> None:
    owner.execute(sa.text("DELETE FROM audit_head"))
    assert said(replace(chained, env=doors.Environment.DEMO)) == []


def test_a_newer_schema_is_refused(chained: Settings, owner: sa.Connection) -> None:
    owner.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match=r"at revision 9999, which is newer than this program; .* restore BACKUP"):
        opening.opened(chained)


def test_the_owner_of_the_tables_is_refused_and_another_role_mends_it(
    chained: Settings, database: Database, owner: sa.Connection
) -> None:
    if database.is_sqlite:
        assert rights.role_of(database.url) == ""
        return
    engine = make_engine(database.url)
    with pytest.raises(SettingsError) as refused:
        standing.refuse(chained, engine)
    engine.dispose()
    line = next(line for line in str(refused.value).splitlines() if "superuser" in line)
    assert "PLUMBLINE_OWNER_DATABASE_URL, and run: python3 -m app migrate" in line

    owner.execute(sa.text(f"CREATE ROLE {ROLE} LOGIN"))
    url = sa.make_url(database.url)
    other = url.set(query={**url.query, "user": ROLE}).render_as_string(hide_password=False)
    try:
        migrating.grant_rights(replace(chained, database_url=other, owner_database_url=database.url))
        as_the_program(other)
        owner.execute(sa.text("UPDATE alembic_version SET version_num = '0031'"))
        with pytest.raises(SettingsError, match="at revision 0031, and the program's role may not change tables"):
            opening.opened(replace(chained, database_url=other))
    finally:
        owner.execute(sa.text(f"DROP OWNED BY {ROLE}"))
        owner.execute(sa.text(f"DROP ROLE {ROLE}"))


def as_the_program(url: str) -> None:
    engine = make_engine(url)
    assert foundations(engine).rights == ()
    migrate.upgrade(url)  # nothing to do, and no right needed for that
    with writing(engine) as session:
        audit.record(session, None, "test.act", "test/2", now=NOW)
    for act in (
        "UPDATE audit_event SET body = ''", "DELETE FROM audit_event", "TRUNCATE audit_event CASCADE",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL", "SET session_replication_role = replica",
        "UPDATE audit_payload SET seq = 9", "DROP TABLE audit_payload", "UPDATE alembic_version SET version_num = '1'",
    ):  # fmt: skip
        with pytest.raises(sa.exc.ProgrammingError), engine.begin() as connection:
            connection.execute(sa.text(act))
    engine.dispose()


def test_a_damaged_database_is_one_line_with_the_way_back(tmp_path: Path) -> None:
    settings = production(tmp_path)
    (settings.instance / "plumbline.db").write_bytes(b"this is a letter, not a database" * 200)
    with pytest.raises(SettingsError) as refused:
        opening.opened(settings)
    assert str(refused.value) == (
        "The database cannot be read (DatabaseError); mend it with: python3 -m app restore BACKUP --into FOLDER, "
        "from the last verified backup"
    )
    away = replace(settings, database_url="postgresql+psycopg://a:b@127.0.0.1:9/x")
    with pytest.raises(SettingsError, match=r"\(OperationalError\); start the database on 127\.0\.0\.1, or correct"):
        opening.opened(away)
