"""Doctor: a healthy installation is called healthy, and each planted fault is found and named."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from app.cli import examination
from app.cli.findings import Finding, Level
from app.models import migrate
from app.models.engine import make_engine
from app.queries import health
from app.settings import Environment, Settings, prepare_instance
from tests.cli.processes import SECRET, run
from tests.databases import Database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A migrated demo of its own."""
    instance = tmp_path / "instance"
    url = f"sqlite:///{instance / 'plumbline.db'}"
    made = prepare_instance(Settings(instance=instance, database_url=url, secret_key=SECRET, env=Environment.DEMO))
    migrate.upgrade(made.database_url)
    return made


def failed(found: list[Finding]) -> list[str]:
    return [finding.seen for finding in found if finding.level is Level.FAILED]


def test_a_healthy_installation_has_no_failures(settings: Settings) -> None:
    found = [finding for check in examination.CHECKS for finding in check(settings)]
    assert failed(found) == []
    assert {"settings", "instance folder", "disk", "schema", "database", "fonts"} <= {
        finding.subject for finding in found
    }


def test_an_open_file_is_named_with_the_line_that_closes_it(settings: Settings) -> None:
    file = settings.instance / "plumbline.db"
    file.chmod(0o644)
    (found,) = examination.check_instance(settings)
    assert (found.level, found.seen, found.mending) == (Level.FAILED, f"others may read {file}", f"chmod 600 {file}")


def test_an_old_schema_is_named_with_the_command(settings: Settings) -> None:
    migrate.downgrade(settings.database_url, "0001")
    (found,) = examination.check_schema(settings)
    assert found.level is Level.FAILED
    assert found.seen.startswith("at revision 0001, the newest is 0")
    assert found.mending == "python3 -m app migrate"


def test_a_file_that_is_no_database_is_a_failure(settings: Settings) -> None:
    (settings.instance / "plumbline.db").write_bytes(b"this is a letter, not a database" * 200)
    (found,) = examination.check_schema(settings)
    assert found.level is Level.FAILED
    assert "file is not a database" in found.seen


def test_a_row_that_points_at_nothing_is_found(settings: Settings) -> None:
    with sqlite3.connect(settings.instance / "plumbline.db") as database:
        database.execute("CREATE TABLE left_over (person_id CHAR(32) REFERENCES person (id))")
        database.execute("INSERT INTO left_over VALUES ('nobody')")
    database.close()
    assert failed(list(examination.check_database(settings))) == ["left_over row 1 points at nothing in person"]


def test_damaged_pages_are_found(settings: Settings) -> None:
    file = settings.instance / "plumbline.db"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        page = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'person'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 8] = b"\xff" * 8
    file.write_bytes(content)
    assert any(finding.level is Level.FAILED for finding in examination.check_database(settings))


def test_an_unreachable_server_is_one_failure(settings: Settings) -> None:
    away = Settings(
        instance=settings.instance, database_url="postgresql+psycopg://a:b@127.0.0.1:9/x", secret_key=SECRET
    )
    (found,) = [*examination.check_schema(away), *examination.check_database(away)]
    assert found.level is Level.FAILED
    assert found.mending == "start the database on 127.0.0.1 or correct PLUMBLINE_DATABASE_URL"


def test_the_database_reports_its_own_health(database: Database) -> None:
    engine = make_engine(database.url)  # as the program makes it, and not in a hurry as tests are
    found = health.examine(engine)
    engine.dispose()
    assert (found.damage, found.dangling) == ((), ())
    if database.is_sqlite:
        assert found.version.startswith("SQLite 3.")
        assert found.unsafe_settings == ()
    else:
        # The server of these tests is fast, not durable, and its role may do everything: doctor has to notice.
        assert found.version.startswith("PostgreSQL ")
        assert found.unsafe_settings == ("fsync is off", "full_page_writes is off", "synchronous_commit is off")
        assert found.rights == ("the program's role is a superuser",)


def test_the_command_answers_programs_in_json(tmp_path: Path) -> None:
    done = run("doctor", "--json", settings={"PLUMBLINE_INSTANCE": str(tmp_path / "instance")})
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["ok"] is True
    assert {"subject", "level", "seen", "mending"} == set(answer["findings"][0])
    assert not (tmp_path / "instance").exists()


def test_the_command_fails_when_a_check_does(tmp_path: Path) -> None:
    settings = {"PLUMBLINE_ENV": "production", "PLUMBLINE_INSTANCE": str(tmp_path / "instance")}
    done = run("doctor", settings=settings)
    assert done.returncode == 1
    assert "failed   settings: PLUMBLINE_SECRET_KEY is missing: sessions could be forged" in done.stdout


def test_scripts_without_a_typeface_are_named_with_what_brings_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = "import sys; print('Arabic'); print('emoji')"
    monkeypatch.setattr(examination, "_TELL_SCRIPTS", plain)
    (found,) = examination.check_typefaces(settings)
    assert (found.level, found.subject) == (Level.WARNING, "typefaces")
    assert found.seen == "none for Arabic and emoji: PDFs print boxes there, and say so"
    assert "apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji" in found.mending

    monkeypatch.setattr(examination, "_TELL_SCRIPTS", "pass")
    (found,) = examination.check_typefaces(settings)
    assert found.level is Level.GOOD

    monkeypatch.setattr(examination, "_TELL_SCRIPTS", "raise OSError")
    (found,) = examination.check_typefaces(settings)
    assert (found.level, found.seen) == (Level.WARNING, "fontconfig does not say which there are")


def test_doctor_asks_for_typefaces_as_documents_are_set(settings: Settings) -> None:
    (found,) = examination.check_typefaces(settings)
    assert found.subject == "typefaces"
    assert found.seen != "fontconfig does not say which there are"
