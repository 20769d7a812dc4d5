from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from app.formats.blueprint_lint import NOBODY_HIRED
from tests.factories.ladders import FAMILY, FAMILY_COUNTS, TABLE

if TYPE_CHECKING:
    from pathlib import Path


def bring_in(tmp_path: Path, text: str | bytes = FAMILY, name: str = "bakery.yml", *more: str) -> int:
    source = tmp_path / name
    source.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return main(["rubric", "import", str(source), "--as", "bakery", "--into", str(tmp_path / "rubrics"), *more])


def test_an_import_writes_a_role_that_passes_and_reports_on_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring_in(tmp_path) == 0
    target = tmp_path / "rubrics" / "bakery"
    assert capsys.readouterr().out.splitlines() == [
        "Bakery: 2 competencies, 1 group, 4 rungs, 4 criteria, 3 examples, 4 levels, 4 requirements",
        "kept: googleSheetId, in meta of role.yaml",
        "kept: isLegacy, in meta of role.yaml",
        "kept: levels, in meta of ladder.yaml",
        "kept: themes, in meta of competencies.yaml",
        "kept: examples_of_criteria, in meta of competencies.yaml",
        "kept: competencies, in meta of competencies.yaml",
        "changed: line 30: U+00A0 (NO-BREAK SPACE) made a plain blank",
        "changed: line 42: U+200B (ZERO WIDTH SPACE) taken out",
        "to check: master-ic and master-pm have the same rank, 2, on tracks of their own: their ids end that way",
        "to check: each level requires its own rung of every theme that has one, by the rule all",
        f"warning: {NOBODY_HIRED}",
        "warning: the role has no mission: say what it is there for, in a sentence under mission: core",
        f"written: {target / 'role.yaml'}",
        f"written: {target / 'competencies.yaml'}",
        f"written: {target / 'ladder.yaml'}",
    ]
    assert main(["rubric", "check", str(target)]) == 0
    assert capsys.readouterr().out.endswith("bakery: no faults, 2 warnings\n")
    assert sorted(path.name for path in (tmp_path / "rubrics").iterdir()) == ["bakery"]
    assert main(["rubric", "show", str(target)]) == 0
    shown = capsys.readouterr().out
    assert "no scorecard: nobody can be hired with this role\n" in shown
    assert "levels: baker, master-ic, master-pm, head\n" in shown


def test_a_program_gets_the_report_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring_in(tmp_path, FAMILY, "family.txt", "--format", "ft", "--json", "--title", "Ovens") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["role"] == "bakery"
    assert told["counts"] == FAMILY_COUNTS
    assert told["changed"][1] == {"line": 42, "message": "U+200B (ZERO WIDTH SPACE) taken out"}
    assert [len(told[key]) for key in ("kept", "guesses", "warnings", "written", "faults")] == [6, 2, 2, 3, 0]
    assert "title: Ovens\n" in (tmp_path / "rubrics" / "bakery" / "role.yaml").read_text(encoding="utf-8")


def test_a_table_comes_in_by_its_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring_in(tmp_path, TABLE, "bakery.csv") == 0
    assert "kept: column Notes, in meta of competencies.yaml\n" in capsys.readouterr().out
    assert (tmp_path / "rubrics" / "bakery" / "ladder.yaml").is_file()


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (FAMILY.replace("level: master-pm", "level: chief"), "bakery.yml", ":51: there is no level chief: "),
        (TABLE.replace("Adjusts to the flour,", ""), "bakery.csv", ":5: this row has 5 cells and the first row 6: "),
        (TABLE.replace("Dough", "D\u00f6ugh").encode("cp1252"), "bakery.csv", ":2: character 24 is not UTF-8: "),
    ],
)
def test_with_any_fault_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, name: str, says: str
) -> None:
    assert bring_in(tmp_path, text, name) == 2
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{tmp_path / name}{says}")
    assert last == "nothing was written"
    assert not (tmp_path / "rubrics").exists()
    assert bring_in(tmp_path, text, name, "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == []
    assert told["faults"][0]["file"] == str(tmp_path / name)


def test_a_role_that_is_there_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring_in(tmp_path) == 0
    mine = tmp_path / "rubrics" / "bakery" / "role.yaml"
    mine.write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert bring_in(tmp_path) == 2
    assert "is there already: choose another id" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == "mine"


def test_what_cannot_be_read_or_written_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring_in(tmp_path, FAMILY, "bakery.txt") == 2
    assert "does not say what it is: add --format ft or --format csv" in capsys.readouterr().err
    assert main(["rubric", "import", str(tmp_path / "no.yml"), "--as", "x", "--into", str(tmp_path)]) == 2
    assert "cannot be read: No such file or directory" in capsys.readouterr().err
    (tmp_path / "rubrics").write_text("a file", encoding="utf-8")
    assert bring_in(tmp_path) == 2
    assert "cannot be written: Not a directory" in capsys.readouterr().err
