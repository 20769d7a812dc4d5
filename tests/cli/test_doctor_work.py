"""Doctor on what recurs and what is kept: it names what is behind, gone or changed, and the line that mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.cli import examination, examination_record, examination_work
from app.cli.findings import Level
from app.domain.permission import Role
from app.domain.privacy.erasing import Progress, RegisterEntry, SubjectKind
from app.domain.privacy.retention import Ending, Jurisdiction, Kind
from app.formats import erasure_register
from app.models.engine import writing
from app.services import audit, files, installation, outbox, retention, rounds
from app.services.files import CleanFile
from app.settings import Environment, Settings
from tests.cli.processes import SECRET
from tests.factories import mailbox
from tests.factories.hiring import actor_of, make_candidate, make_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.cli.findings import Finding
    from tests.databases import Database

NOW = datetime.now(UTC)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An installation with a chain, and a mail server that is not there."""
    with writing(database.engine) as session:
        installation.ensure(session)
        audit.record(session, None, "test.act", "test/1", now=NOW)
    return Settings(
        instance=tmp_path, database_url=database.url, secret_key=SECRET, env=Environment.DEMO,
        smtp_url="smtp://127.0.0.1:1", mail_from="plumbline@example.org",
    )  # fmt: skip


def seen(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[tuple[Level, str]]:
    return [(one.level, one.seen) for one in check(settings)]


def kept(database: Database, folder: Path) -> UUID:
    with writing(database.engine) as session:
        keeper, candidate = make_person(session, "Ada Brook", [Role.COORDINATOR]), make_candidate(session)
        document = CleanFile("cv.txt", "text/plain", b"what was sent")
        return files.attach(session, actor_of(keeper), candidate.id, document, folder=folder / "files", now=NOW)


def test_jobs_that_never_ran_failed_or_stopped_are_behind(settings: Settings, database: Database) -> None:
    # To the minute: what a module asked for when it was loaded is old by the time that its turn comes.
    now = datetime.now(UTC)
    with writing(database.engine) as session:
        rounds.end(session, "case work", now=now)
        rounds.end(session, "mail", now=now - timedelta(hours=3))
        rounds.end(session, "strictness", now=now - timedelta(hours=20))
        rounds.end(session, "audit checkpoint", now=now - timedelta(days=3))
        rounds.end(session, "audit checkpoint", now=now, trouble="the disk is full")

    told = seen(examination_work.check_jobs, settings)

    assert {line for _, line in told} == {
        "mail: last went well 3 h 0 min ago",
        "audit checkpoint: the disk is full (1 times in a row); last went well 3 days ago",
        "retention: never went well",
    }
    assert {level for level, _ in told} == {Level.WARNING}


def test_a_worker_in_time_is_good(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)  # to the minute, as above
    with writing(database.engine) as session:
        for name in ("case work", "mail", "strictness", "audit checkpoint", "retention"):
            rounds.end(session, name, now=now)
    assert seen(examination_work.check_jobs, settings) == [(Level.GOOD, "the worker does all of them in time")]


def test_backups_and_drills_have_an_age(settings: Settings, database: Database) -> None:
    assert seen(examination_work.check_backups, settings) == [(Level.WARNING, "never went well")] * 2
    with writing(database.engine) as session:
        rounds.end(session, rounds.BACKUP, now=NOW - timedelta(hours=5))
        rounds.end(session, rounds.DRILL, now=NOW - timedelta(days=40))
    assert seen(examination_work.check_backups, settings) == [
        (Level.GOOD, "in time"), (Level.WARNING, "last went well 40 days ago"),
    ]  # fmt: skip


def test_mail_that_waits_and_a_server_that_is_away_are_told(settings: Settings, database: Database) -> None:
    # To the minute: what a module asked for when it was loaded is old by the time that its turn comes.
    now = datetime.now(UTC)
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", [])
        outbox.notify(session, person.id, subject="S", body="B", path="/", now=now - timedelta(hours=1))
    assert seen(examination_work.check_outbox, settings) == [
        (Level.WARNING, "1 notices wait, 0 were tried in vain; the oldest for 1 h 0 min")
    ]
    ((level, line),) = seen(examination_work.check_mail, settings)
    assert (level, "the mail server at 127.0.0.1 refused" in line) == (Level.FAILED, True)
    ((level, _),) = seen(examination_work.check_mail, replace(settings, smtp_url=None))
    assert level is Level.WARNING


def test_a_mail_server_that_answers_is_good(settings: Settings) -> None:
    with mailbox.receiving() as (box, url):
        assert seen(examination_work.check_mail, replace(settings, smtp_url=url)) == [
            (Level.GOOD, "it answers and lets us in")
        ]
    assert box.kept == []


def test_documents_are_held_against_their_records(settings: Settings, database: Database) -> None:
    file = settings.instance / "files" / str(kept(database, settings.instance))
    assert seen(examination_record.check_documents, settings) == [
        (Level.GOOD, "1 of 1 looked at, each is what was stored")
    ]
    file.write_bytes(b"something else")
    told = (Level.FAILED, f"files/{file.name}: the file does not match its record")
    assert seen(examination_record.check_every_document, settings) == [told]
    file.unlink()
    told = (Level.FAILED, f"files/{file.name}: the file cannot be read (No such file or directory)")
    assert seen(examination_record.check_documents, settings) == [told]


def test_rules_of_keeping_that_nobody_decided_are_told(settings: Settings, database: Database) -> None:
    ((level, line),) = seen(examination_record.check_retention, settings)
    assert (level, "kept for 48 months" in line) == (Level.WARNING, True)
    with writing(database.engine) as session:
        hana = actor_of(make_person(session, "Hana Sato", [Role.HR_PARTNER]))
        cell = (Jurisdiction.FRANCE, Ending.NOT_HIRED, Kind.RECORD)
        retention.set_rule(session, hana, cell, months=24, reason="So says our counsel.", now=NOW)
    assert [level for level, _ in seen(examination_record.check_retention, settings)] == [Level.GOOD]


def test_the_chain_is_looked_at_shortly_and_wholly(settings: Settings, database: Database) -> None:
    assert seen(examination_record.check_chain, settings) == [(Level.GOOD, "guarded; its last 1,000 links hold")]
    ((level, line),) = seen(examination_record.check_whole_record, settings)
    assert (level, line) == (Level.GOOD, "2 events hold, and sealed rows are what they say")
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE audit_head SET hash = :other"), {"other": "0" * 64})
    assert [level for level, _ in seen(examination_record.check_chain, settings)] == [Level.FAILED]
    assert [level for level, _ in seen(examination_record.check_whole_record, settings)] == [Level.FAILED]


def test_an_event_from_the_future_is_told(settings: Settings, database: Database) -> None:
    assert [level for level, _ in seen(examination_record.check_times, settings)] == [Level.GOOD]
    ahead = datetime.now(UTC) + timedelta(days=40)
    with writing(database.engine) as session:
        audit.record(session, None, "test.act", "test/2", now=ahead)

    ((level, line),) = seen(examination_record.check_times, settings)

    assert level == Level.WARNING
    assert f"{ahead:%Y-%m-%d}" in line


def test_packages_and_confinement_are_told(settings: Settings) -> None:
    ((level, line),) = seen(examination.check_packages, settings)
    assert (level, "are new enough to be safe" in line) == (Level.GOOD, True)
    ((level, _),) = seen(examination.check_confinement, settings)
    assert level in {Level.GOOD, Level.WARNING}


def test_a_register_of_erasures_that_cannot_be_read_is_named_by_its_lines(settings: Settings) -> None:
    register = settings.instance / erasure_register.NAME
    check = examination_record.check_register
    assert seen(check, settings) == [(Level.GOOD, "0 erasures, and how each ended")]
    erasure_register.begin(register, RegisterEntry(UUID(int=5), SubjectKind.CANDIDATE, UUID(int=6), NOW))
    assert seen(check, settings) == [(Level.WARNING, "1 began, and nobody wrote down how they ended")]
    erasure_register.end(register, UUID(int=5), Progress.DONE, now=NOW)
    with register.open("a") as stream:
        stream.write("Dear Mira,\n")
    (finding,) = check(settings)
    assert finding.level is Level.FAILED
    assert finding.seen == "erasures.jsonl, line 3: this is not a line of the register of erasures"
    assert "put this line back" in finding.mending
