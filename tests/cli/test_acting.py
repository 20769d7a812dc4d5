"""As whom commands act: each that writes says so, and what the operator does stands in the chain as the operator's."""

from __future__ import annotations

import io
import json
import os
import pwd
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.cli import ACTS_AS, COMMANDS, OPERATED, main
from app.models.audit import AuditEvent, AuditHead, AuditPayload
from app.models.engine import reading, writing
from app.models.person import Person
from app.services import audit
from tests.factories.blueprints import SCORECARD, load_written
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from tests.databases import Database

ADDRESS = "ada@example.org"
COMMAND_FOLDER = Path(__file__).resolve().parents[2] / "app" / "cli"
WRITES = ("writing(", "migrate.upgrade(")
LIGHTER = SCORECARD.replace("weight: 60", "weight: 70").replace("weight: 40", "weight: 30")
ACTS = (
    ("user", "add", "--email", ADDRESS, "--name", "Ada Lovelace", "--role", "admin"),
    ("user", "import", "people.csv"),
    ("user", "invite", "--email", "ben@example.org"),
    ("user", "password", "--email", "ben@example.org"),
    ("user", "reset-factor", "--email", ADDRESS),
    ("user", "deactivate", "--email", "ben@example.org"),
    ("user", "reactivate", "--email", "ben@example.org"),
    ("identity", "let-in", "--email", ADDRESS),
    ("rubric", "publish", "baker"),
    ("audit", "mend-head"),
)
"""Acts of the operator, in an order in which each has something to do."""


@pytest.fixture
def at_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """A shell on the machine of an installation that nobody has used yet."""
    load_written(tmp_path)
    (tmp_path / "people.csv").write_text("email,name\nben@example.org,Ben Adler\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLUMBLINE_RUBRICS_DIR", str(tmp_path / "rubrics"))
    monkeypatch.setenv("PLUMBLINE_CASE_STUDIES_DIR", str(tmp_path / "case_studies"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database.url)
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("LOGNAME", "somebody-else")


@pytest.mark.usefixtures("at_the_machine")
def test_each_act_at_the_machine_is_the_operators_in_the_chain(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, seen = {}, 0
    for words in ACTS:
        if words[0] == "rubric":
            # What was there at the first command is published already.
            Path("rubrics/baker/scorecard.yaml").write_text(LIGHTER, encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", io.StringIO("seven green lanterns on the quay\n"))
        assert main(words) == 0, words
        with reading(database.engine) as session:
            events = session.scalars(select(AuditEvent).where(AuditEvent.seq > seen).order_by(AuditEvent.seq)).all()
            texts = dict(session.execute(select(AuditPayload.seq, AuditPayload.body)).all())
        acted = [event for event in events if event.actor == audit.OPERATOR]
        if not acted:
            silent[words] = [(event.action, event.actor) for event in events]
        for event in acted:
            assert json.loads(texts[event.seq] or "{}")["machine_account"] == pwd.getpwuid(os.getuid()).pw_name
        seen = max((event.seq for event in events), default=seen)
    assert silent == {}


@pytest.mark.usefixtures("at_the_machine")
def test_after_a_command_the_program_is_itself_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("seven green lanterns on the quay\n"))
    assert main(ACTS[0]) == 0
    with writing(database.engine) as session:
        person = session.scalars(select(Person.id)).one()
        audit.record(session, None, "test.act", f"user/{person}", now=NOW)
    with reading(database.engine) as session:
        last = session.scalars(select(AuditEvent).where(AuditEvent.seq == select(AuditHead.seq).scalar_subquery()))
        assert last.one().actor == audit.SYSTEM


def test_no_command_writes_without_saying_as_whom(capsys: pytest.CaptureFixture[str]) -> None:
    writing_ones = {name for name in COMMANDS if _writes(name)}
    assert writing_ones <= set(ACTS_AS)
    assert set(ACTS_AS) <= set(COMMANDS)
    assert {words[0] for words in ACTS} | {"restore"} == set(OPERATED), "restore has drills of its own"
    for name, says in ACTS_AS.items():
        with pytest.raises(SystemExit):
            main([name, "--help"])
        assert " ".join(says.split()[:6]) in " ".join(capsys.readouterr().out.split())


def _writes(name: str) -> bool:
    module = COMMAND_FOLDER / f"{name}.py"
    files = [module] if module.exists() else sorted((COMMAND_FOLDER / name).rglob("*.py"))
    return any(word in file.read_text(encoding="utf-8") for file in files for word in WRITES)
