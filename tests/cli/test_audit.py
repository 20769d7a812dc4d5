from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.cli import main
from app.domain.audit import event_hash
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
    assert told(capsys) == {"sound": True, "size": 3, "checkpoint": line, "erased": [], "signed": 0, "unsigned": 0}
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


def test_a_signed_checkpoint_is_checked_by_its_key_and_a_foreign_signature_is_found(
    chained: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "checkpoint"]) == 0
    line, key, _ = capsys.readouterr().out.splitlines()
    assert main(["audit", "key"]) == 0
    assert capsys.readouterr().out.startswith(f"{key}\npublic ")
    assert main(["audit", "verify", "--checkpoint", line]) == 0
    assert "with this installation's signature: 1" in capsys.readouterr().out

    file = tmp_path / "instance" / "audit_key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("ab" * 32, encoding="ascii")
    assert main(["audit", "verify"]) == 0
    assert "whose signature was not checked: 1" in capsys.readouterr().out
    file.chmod(0o644)
    assert main(["audit", "verify"]) == 2
    assert f"chmod 600 {file}" in capsys.readouterr().err
    assert chained.engine is not None


def test_a_decision_is_proved_on_another_computer(
    chained: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decision, other = uuid4(), uuid4()
    with writing(chained.engine) as session:
        payload = {"outcome": "hire", "reasons": "Naïve\u2028 and clear"}
        audit.record(session, None, "decision.record", f"decision/{decision}", now=NOW, payload=payload)
        audit.record(session, None, "decision.print", f"document/{'ab' * 32}", now=NOW)
    assert main(["audit", "checkpoint"]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    for act, file in ((["prove", str(decision)], "proof.json"), (["verifier"], "verify.py")):
        assert main(["audit", *act]) == 0
        (tmp_path / file).write_text(capsys.readouterr().out, encoding="utf-8")

    assert alone(tmp_path, "proof.json", "--line", line)[0] == 0
    assert alone(tmp_path, "proof.json", "--line", line.upper())[0] == 0
    assert alone(tmp_path, "proof.json", "--line", line.replace(" 5 ", " 4 "))[0] == 1
    proof = json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))
    found = event_hash(bytes.fromhex(proof["prev"]), proof["seq"], proof["body"]).hex()
    assert alone(tmp_path, "proof.json", "--line", line, "--event", f"{proof['seq']} {found}")[0] == 0
    assert alone(tmp_path, "proof.json", "--line", line, "--event", f"2 {found}")[0] == 1
    told = (tmp_path / "proof.json").read_text(encoding="utf-8")
    (tmp_path / "proof.json").write_text(told.replace("hire", "hold"), encoding="utf-8")
    assert alone(tmp_path, "proof.json", "--line", line) == (1, "not the one that was recorded")
    refused = verifier(tmp_path, "proof.json", "--line", line, "--pdf", "proof.json")
    assert (refused.returncode, "a proof knows of no file" in refused.stderr) == (2, True)
    assert len((tmp_path / "verify.py").read_text(encoding="utf-8").splitlines()) < 100
    assert main(["audit", "prove", str(other)]) == 2
    assert main(["audit", "prove", "7"]) == 2
    assert main(["audit", "prove", str(decision), "--checkpoint", line.replace(" 5 ", " 3 ")]) == 2
    assert "older than the decision" in capsys.readouterr().err


def test_an_export_and_a_printed_file_are_verified_on_another_computer(
    chained: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = tmp_path / "decision.pdf"
    paper.write_bytes(b"%PDF-1.7 as it was printed")
    with writing(chained.engine) as session:
        digest = hashlib.sha256(paper.read_bytes()).hexdigest()
        audit.record(session, None, "decision.print", f"document/{digest}", now=NOW)
    assert main(["audit", "export", str(tmp_path / "chain.jsonl")]) == 0
    assert main(["audit", "verifier"]) == 0
    (tmp_path / "verify.py").write_text(capsys.readouterr().out.partition("\n")[2], encoding="utf-8")
    assert main(["audit", "verify"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    events = [json.loads(one) for one in (tmp_path / "chain.jsonl").read_text(encoding="utf-8").splitlines()]
    printed = f"3 {events[2]['hash']}"

    assert alone(tmp_path, "chain.jsonl", "--line", line, "--event", printed, "--pdf", "decision.pdf")[0] == 0
    assert alone(tmp_path, "chain.jsonl", "--event", f"2 {events[2]['hash']}")[0] == 1
    paper.write_bytes(b"%PDF-1.7 as somebody would like it")
    assert alone(tmp_path, "chain.jsonl", "--pdf", "decision.pdf")[0] == 1
    text = (tmp_path / "chain.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    for found in (
        text[:-1],
        [text[0], text[2], text[1], text[3]],
        [text[0].replace("chain.begin", "chain.other"), *text[1:]],
    ):
        (tmp_path / "chain.jsonl").write_text("".join(found), encoding="utf-8")
        assert alone(tmp_path, "chain.jsonl", "--line", line)[0] == 1
    (tmp_path / "chain.jsonl").write_text("nonsense", encoding="utf-8")
    assert alone(tmp_path, "chain.jsonl")[0] == 2


def alone(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the verifier as somebody without the program would; the code, and the end of what it said."""
    done = verifier(folder, *arguments)
    assert done.stderr == ""
    return done.returncode, done.stdout.strip().partition("text is ")[2]


def verifier(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What came of the verifier in a folder."""
    command = [sys.executable, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
