"""Publishing, listing and comparing versions from a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from tests.factories.blueprints import SCORECARD, load_written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.databases import Database

    Said = tuple[int, str, str]
    Shell = Callable[..., Said]

LIGHTER = SCORECARD.replace("weight: 60", "weight: 70").replace("weight: 40", "weight: 30")


@pytest.fixture
def bakery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database) -> Path:
    """An installation whose only role is the baker."""
    load_written(tmp_path)
    monkeypatch.setenv("PLUMBLINE_RUBRICS_DIR", str(tmp_path / "rubrics"))
    monkeypatch.setenv("PLUMBLINE_CASE_STUDIES_DIR", str(tmp_path / "case_studies"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database.url)
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    return tmp_path


@pytest.fixture
def shell(bakery: Path, capsys: pytest.CaptureFixture[str]) -> Shell:  # noqa: ARG001  the bakery sets the scene
    """Runs `rubric` and returns its exit code and both outputs."""

    def run(*words: str) -> Said:
        code = main(["rubric", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def write(bakery: Path, scorecard: str) -> None:
    (bakery / "rubrics" / "baker" / "scorecard.yaml").write_text(scorecard, encoding="utf-8")


def test_a_changed_role_becomes_the_next_version_with_its_note(bakery: Path, shell: Shell) -> None:
    assert shell("publish", "baker")[1].endswith("version 1 holds just this content; nothing was published\n")
    write(bakery, LIGHTER)
    code, out, _ = shell("publish", "baker", "--note", "Dough decides.")
    head, *rest = out.splitlines()
    assert code == 0
    assert head.startswith("baker: version 2 published (")
    assert rest == [
        "since version 1: 2 changes (Dimensions 2)",
        "affects: scores and comparisons 2, decisions 2",
        "",
        "Dimensions",
        "  The weight of “Dough” goes from 60 to 70. [scores and comparisons, decisions]",
        "  The weight of “Service” goes from 40 to 30. [scores and comparisons, decisions]",
    ]
    _, listed, _ = shell("versions", "baker")
    name, newest, note, oldest = listed.splitlines()
    assert name == "baker: Baker"
    assert newest.startswith("  version 2  ")
    assert newest.endswith("  by the program  0 requisitions")
    assert note == "    Dough decides."
    assert oldest.startswith("  version 1  ")


def test_the_same_content_twice_makes_nothing(shell: Shell) -> None:
    for _ in range(2):
        assert shell("publish", "baker") == (
            0,
            "baker: version 1 holds just this content; nothing was published\n",
            "",
        )
    assert [one["number"] for one in json.loads(shell("versions", "--json")[1])["baker"]] == [1]


def test_a_rehearsal_publishes_nothing(bakery: Path, shell: Shell) -> None:
    assert shell("publish", "baker", "--dry-run")[1].startswith("baker: would become version 1 (")
    shell("publish", "baker")
    write(bakery, LIGHTER)
    code, out, _ = shell("publish", "baker", "--dry-run")
    assert (code, out.splitlines()[1]) == (0, "since version 1: 2 changes (Dimensions 2)")
    assert out.splitlines()[0].endswith("; nothing was published")
    assert [one["number"] for one in json.loads(shell("versions", "baker", "--json")[1])["baker"]] == [1]


def test_faults_are_listed_and_nothing_is_published(bakery: Path, shell: Shell) -> None:
    shell("publish", "baker")
    write(bakery, SCORECARD.replace("weight: 40", "weight: 39"))
    code, out, _ = shell("publish", "baker")
    assert (code, out.splitlines()[0]) == (
        2,
        "rubrics/baker/scorecard.yaml:8: the weights sum to 99, not 100: add 1 (60 + 39)",
    )
    assert [one["number"] for one in json.loads(shell("versions", "baker", "--json")[1])["baker"]] == [1]


def test_blueprints_are_compared_by_role_folder_number_and_hash(bakery: Path, shell: Shell) -> None:
    shell("publish", "baker")
    (first,) = json.loads(shell("versions", "baker", "--json")[1])["baker"]
    write(bakery, LIGHTER)
    folder = str(bakery / "rubrics" / "baker")
    tellings = [shell("diff", "baker@1", name)[1].splitlines()[1:] for name in ("baker", folder)]
    tellings.append(shell("diff", first["sha256"][:8], "baker")[1].splitlines()[1:])
    assert tellings[0][0] == "2 changes (Dimensions 2)"
    assert tellings[1:] == [tellings[0], tellings[0]]


def test_a_reworded_text_is_shown_before_and_after(bakery: Path, shell: Shell) -> None:
    shell("publish", "baker")
    write(bakery, SCORECARD.replace("Weighs the water.", "Weighs water to the gram."))
    assert shell("diff", "baker@1", "baker")[1].splitlines()[1:] == [
        "1 change (Dimensions 1)",
        "affects: interview kits 1",
        "",
        "Dimensions",
        "  The anchor of “Dough” at point 2 (Fair) is reworded. [interview kits]",
        "    - Weighs the water.",
        "    + Weighs water to the gram.",
    ]


def test_programs_get_changes_as_json_and_an_exit_code(bakery: Path, shell: Shell) -> None:
    shell("publish", "baker")
    assert shell("diff", "baker@1", "baker", "--exit-code") == (0, "baker@1 -> baker\nno change\n", "")
    write(bakery, LIGHTER)
    code, out, _ = shell("diff", "baker@1", "baker", "--json", "--exit-code")
    answer = json.loads(out)
    assert code == 1
    assert shell("diff", "baker@1", "baker")[0] == 0
    assert (answer["total"], answer["effects"]) == (2, {"scores": 2, "decisions": 2})
    assert answer["before"]["name"] == "baker@1"
    assert answer["changes"][0] == {
        "area": "dimensions",
        "subject": "Dough",
        "sentence": "The weight of “Dough” goes from 60 to 70.",
        "before": "60",
        "after": "70",
        "effects": ["scores", "decisions"],
        "at": "scorecard/dimensions/0/weight",
    }


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("loaf", "'loaf' names no blueprint; name a role, a folder, ROLE@NUMBER"),
        ("baker@7", "baker has no version 7; it has 1"),
        ("miller@1", "No version of 'miller' is published"),
        ("00000000", "No version's SHA-256 begins with 00000000"),
        ("0000", "'0000' names no blueprint"),
    ],
)
def test_what_names_no_blueprint_is_refused_in_one_line(shell: Shell, name: str, refusal: str) -> None:
    shell("publish", "baker")
    code, out, said = shell("diff", name, "baker")
    assert (code, out) == (2, "")
    assert said.startswith(refusal)
    assert said.count("\n") == 1


def test_a_faulty_folder_is_not_compared(bakery: Path, shell: Shell) -> None:
    write(bakery, SCORECARD.replace("weight: 40", "weight: 39"))
    assert shell("diff", "baker", "baker") == (2, "", "baker has 1 fault; see them with: rubric check baker\n")


def test_a_role_without_a_version_is_said(shell: Shell) -> None:
    code, _, said = shell("versions", "miller")
    assert (code, said) == (2, "No version of 'miller' is published; publish one with: rubric publish miller\n")
