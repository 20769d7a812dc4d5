"""Backups and restores from the command line: what a person types, sees, and gets back, the erased not among it."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cli import main
from app.domain.privacy.erasing import Progress, RegisterEntry, SubjectKind
from app.formats import erasure_register
from app.models import migrate
from app.models.engine import make_engine, writing
from app.services import installation
from tests.cli.processes import SECRET
from tests.factories.hiring import make_candidate

if TYPE_CHECKING:
    from pathlib import Path

NAME = "Heliotrope Quagmire"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an installation in `instance`, whose settings are the environment's."""
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    for name, value in {"ENV": "demo", "INSTANCE": str(instance), "SECRET_KEY": SECRET}.items():
        monkeypatch.setenv(f"PLUMBLINE_{name}", value)
    url = f"sqlite:///{instance / 'plumbline.db'}"
    migrate.upgrade(url)
    engine = make_engine(url)
    with writing(engine) as session:
        installation.ensure(session)
        make_candidate(session, "Mira Okafor")
    engine.dispose()
    return tmp_path


def candidates(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [name for (name,) in database.execute("SELECT name FROM candidate ORDER BY name")]


def test_a_day_in_the_life_of_a_backup(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, out, new = place / "key", place / "backup.plb", place / "new"
    sealed = ["--key-file", str(key)]
    assert main(["backup", "key", str(key)]) == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert main(["backup", "create", str(out), *sealed]) == 0
    assert b"Mira Okafor" not in out.read_bytes()
    assert main(["backup", "verify", str(out), *sealed]) == 0
    assert main(["restore", str(out), "--into", str(new), *sealed]) == 0
    said = capsys.readouterr()

    assert candidates(new / "plumbline.db") == ["Mira Okafor"]
    assert "whole: " in said.out
    assert "lost: everything since " in said.out
    assert "sound: 2 audit events" in said.out, "the restore itself, and the beginning of the chain"
    assert "There is no register of erasures at" in said.err
    assert main(["doctor", "--json"]) == 0
    told = {one["subject"]: one["level"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert (told["backup"], told["restore drill"]) == ("good", "good")


def test_who_was_erased_since_the_backup_stays_erased(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = make_engine(f"sqlite:///{place / 'instance' / 'plumbline.db'}")
    with writing(engine) as session:
        gone: UUID = make_candidate(session, NAME).id
    engine.dispose()
    assert main(["backup", "create", str(place / "backup.plb")]) == 0
    register = place / "instance" / erasure_register.NAME
    erasure_id = uuid4()
    erasure_register.begin(register, RegisterEntry(erasure_id, SubjectKind.CANDIDATE, gone, datetime.now(UTC)))
    erasure_register.end(register, erasure_id, Progress.DONE, now=datetime.now(UTC))

    assert main(["restore", str(place / "backup.plb"), "--into", str(place / "new")]) == 0

    assert "erased again: 1 of 1" in capsys.readouterr().out
    everything = b"".join(file.read_bytes() for file in (place / "new").rglob("*") if file.is_file())
    assert NAME.encode() not in everything
    assert gone.hex in everything.decode("latin-1"), "the tombstone"
    assert (place / "new" / erasure_register.NAME).read_bytes() == register.read_bytes()


def test_an_erasure_that_may_have_been_done_is_a_question(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = make_engine(f"sqlite:///{place / 'instance' / 'plumbline.db'}")
    with writing(engine) as session:
        gone: UUID = make_candidate(session, NAME).id
    engine.dispose()
    assert main(["backup", "create", str(place / "backup.plb")]) == 0
    register, erasure_id = place / "instance" / erasure_register.NAME, uuid4()
    erasure_register.begin(register, RegisterEntry(erasure_id, SubjectKind.CANDIDATE, gone, datetime.now(UTC)))
    back = ["restore", str(place / "backup.plb"), "--into"]

    assert main([*back, str(place / "new")]) == 2
    said = capsys.readouterr().err
    assert str(erasure_id) in said
    assert "--not-erased ID" in said
    assert not (place / "new").exists()
    assert main([*back, str(place / "new"), "--erased", str(uuid4())]) == 2
    assert "is no erasure that the register leaves open" in capsys.readouterr().err

    both = ["--erased", str(erasure_id), "--not-erased", str(erasure_id)]
    assert main([*back, str(place / "new"), *both]) == 2
    assert "cannot be both --erased and --not-erased" in capsys.readouterr().err
    assert not (place / "new").exists()

    # Under whatever name it lies, the new folder has it under the one that the program reads.
    register = register.rename(place / "old.jsonl")
    back = [*back[:2], "--register", str(register), "--into"]
    assert main([*back, str(place / "kept"), "--not-erased", str(erasure_id)]) == 0
    assert NAME in candidates(place / "kept" / "plumbline.db")
    assert main([*back, str(place / "new"), "--erased", str(erasure_id)]) == 0
    assert "erased again: 1 of 1" in capsys.readouterr().out
    assert NAME not in candidates(place / "new" / "plumbline.db")
    answered = {one: erasure_register.read(place / one / erasure_register.NAME)[0] for one in ("new", "kept")}
    assert {name: one.progress for name, one in answered.items()} == {"new": Progress.DONE, "kept": Progress.VOID}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backup", "verify", "nothing.plb"], "nothing.plb cannot be read as a backup"),
        (["backup", "verify", "letter"], "letter cannot be read as a backup"),
        (["backup", "create", "letter"], "letter is there already; name a new file"),
        (["backup", "create", "no/such/folder/x.plb"], "cannot be written (No such file or directory)"),
        (["backup", "create", "x.plb", "--key-file", "letter"], "make one with: python3 -m app backup key letter"),
        (["backup", "key", "letter"], "letter cannot be made (File exists)"),
        (["restore", "letter", "--into", "new"], "letter was not restored"),
        (["restore", "x", "--into", "new", "--register", "nowhere"], "name the register of the old instance folder"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(
    place: Path, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    (place / "letter").write_text("Dear all,")
    assert main(words) == 2
    assert said in capsys.readouterr().err.splitlines()[-1]
    assert sorted(path.name for path in place.iterdir()) == ["instance", "letter"]
