"""Asking kept analyses again from the command line."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def here(told: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that holds the demo; return its database."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copyfile(str(told.url.database), folder / "plumbline.db")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(folder))
    monkeypatch.delenv("PLUMBLINE_DATABASE_URL", raising=False)
    return folder / "plumbline.db"


def alter(database: Path) -> str:
    """Change the answer kept with one decision, as somebody with the file could; return the decision's id."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT decision_id FROM kept_analysis ORDER BY made_at, id LIMIT 1").fetchone()[0]
        connection.execute("DROP TRIGGER guard_kept_analysis_update")
        connection.execute(
            "UPDATE kept_analysis SET answer = replace(answer, '\"concentration\":50', '\"concentration\":51') "
            "WHERE decision_id = ?",
            [found],
        )
        connection.commit()
    return str(found)


@pytest.mark.usefixtures("here")
def test_everything_that_the_demo_keeps_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "verify"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert all(": sound (comparison 2, data " in line for line in lines)


def test_what_was_altered_is_named_and_the_rest_is_sound(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    altered = alter(here)
    assert main(["report", "verify", altered]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.replace("-", "").startswith(f"decision {altered} record 1: differs")
    assert second == "  sensitivity.concentration: 51 is now 50"
    assert main(["report", "verify"]) == 1
    assert capsys.readouterr().out.count(": differs (") == 1


def test_another_method_is_not_judged(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = alter(here)
    monkeypatch.setattr("app.queries.kept_analyses.METHOD", "comparison 900")
    assert main(["report", "verify", altered]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert ": not judged (comparison 2, data " in first
    assert second == "  it was worked out by 'comparison 2', and this program works by 'comparison 900'"
    assert main(["report", "verify"]) == 1
    assert "differs" not in capsys.readouterr().out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("hire", "'hire' is no ID; it is the end of a decision's address"),
        ("00000000-0000-4000-8000-000000000000", "No decision or analysis has the ID"),
    ],
)
def test_what_is_not_there_is_one_line(wanted: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "verify", wanted]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.splitlines()) == 1
