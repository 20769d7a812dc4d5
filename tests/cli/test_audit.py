from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.cli import main
from app.models.engine import writing
from app.services import audit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def chained(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An installation with a chain of three events, found by the command through its environment."""
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database.url)
    with writing(database.engine) as session:
        audit.record(session, None, "act.one", "thing/1", now=NOW, payload={"name": "Mira Okafor"})
        audit.record(session, None, "act.two", "thing/2", now=NOW)
    return database


def edit(database: Database, statement: str) -> None:
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        if database.is_sqlite:
            connection.execute(sa.text("DROP TRIGGER guard_audit_event_update"))
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
        connection.execute(sa.text(statement))


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_a_sound_chain_exits_0_and_prints_its_checkpoint(chained: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    first, line = capsys.readouterr().out.splitlines()
    assert first == "sound: 3 events"
    assert line.startswith("plumbline-audit/v1 ")
    assert main(["audit", "verify", "--checkpoint", line, "--json"]) == 0
    assert told(capsys) == {"sound": True, "size": 3, "checkpoint": line, "erased": []}
    assert chained.engine is not None


def test_an_altered_event_exits_1_and_is_named(chained: Database, capsys: pytest.CaptureFixture[str]) -> None:
    edit(chained, "UPDATE audit_event SET action = 'act.forged' WHERE seq = 2")
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out == "BROKEN at event 2: its column 'action' differs from its text\n"
    assert main(["audit", "verify", "--json"]) == 1
    assert told(capsys) == {"sound": False, "seq": 2, "what": "its column 'action' differs from its text"}


def test_an_export_verifies_elsewhere_holds_no_names_and_is_not_overwritten(
    chained: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "chain.jsonl"
    assert main(["audit", "export", str(file)]) == 0
    assert "Mira" not in file.read_text(encoding="utf-8")
    assert main(["audit", "export", str(file)]) == 2
    capsys.readouterr()
    assert main(["audit", "verify", "--file", str(file), "--json"]) == 0
    line = str(told(capsys)["checkpoint"])

    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:2]), encoding="utf-8")
    assert main(["audit", "verify", "--file", str(file)]) == 0
    assert main(["audit", "verify", "--file", str(file), "--checkpoint", line]) == 1
    file.write_text(lines[0] + lines[1].replace("act.one", "act.two") + lines[2], encoding="utf-8")
    assert main(["audit", "verify", "--file", str(file)]) == 1
    assert "BROKEN at event 2" in capsys.readouterr().out
    assert chained.engine is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--checkpoint", "plumbline-audit/v1 x"], "a checkpoint reads: plumbline-audit/v1 INSTANCE SIZE ROOT"),
        (["--file", "no-such-file.jsonl"], "cannot be read"),
        (["--file", "pyproject.toml"], "pyproject.toml:1: this is not an exported event"),
    ],
)
def test_what_cannot_be_read_exits_2_with_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["audit", "verify", *arguments]) == 2
    refusal = capsys.readouterr().err
    assert said in refusal
    assert refusal.count("\n") == 1


def test_a_database_without_the_schema_exits_2(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", empty_database_url)
    assert main(["audit", "verify"]) == 2
    assert "python3 -m app migrate" in capsys.readouterr().err
