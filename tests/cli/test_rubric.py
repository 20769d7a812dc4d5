from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from app.cli import main
from app.domain.blueprint import canonical_json, from_canonical
from tests.factories.blueprints import SCORECARD, load_written

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_check_without_a_name_checks_every_shipped_role(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rubric", "check"]) == 0
    assert "senior-ml-pm: no faults, no warnings\n" in capsys.readouterr().out


def test_check_lists_faults_then_warnings_and_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoiled = SCORECARD.replace("weight: 40", "weight: 39").replace(
        "dimensions: [service]}\nsig", "dimensions: []}\nsig"
    )
    load_written(tmp_path, scorecard=spoiled)
    assert main(["rubric", "check", str(tmp_path / "rubrics" / "baker")]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "rubrics/baker/scorecard.yaml:8: the weights sum to 99, not 100: add 1 (60 + 39)",
        "rubrics/baker/scorecard.yaml:16: warning: the dimension service has no probe: nobody will know what to ask",
        "rubrics/baker/scorecard.yaml:25: warning: the probe queue has no dimension: its answers count nowhere",
        "baker: 1 fault, 2 warnings",
    ]


def test_warnings_alone_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_written(tmp_path, scorecard=SCORECARD.replace("dimensions: [service]}\nsig", "dimensions: [dough]}\nsig"))
    assert main(["rubric", "check", str(tmp_path / "rubrics" / "baker")]) == 0
    assert capsys.readouterr().out.endswith("baker: no faults, 1 warning\n")


def test_check_answers_programs_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_written(tmp_path, scorecard=SCORECARD.replace("weight: 40", "weight: 39"))
    assert main(["rubric", "check", str(tmp_path / "rubrics" / "baker"), "--json"]) == 2
    message = "the weights sum to 99, not 100: add 1 (60 + 39)"
    assert json.loads(capsys.readouterr().out) == {
        "baker": {"faults": [{"file": "rubrics/baker/scorecard.yaml", "line": 8, "message": message}], "warnings": []}
    }


def test_show_sums_a_blueprint_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rubric", "show", "senior-ml-pm"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Senior Machine Learning Product Manager\n")
    assert "Commercial Acumen                           5        5       1        1\n" in shown
    assert "case A: ML Feature Productization Plan, 60 to 90 minutes, live or take-home, 6 outputs\n" in shown


def test_show_gives_programs_the_stored_form_and_its_hash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rubric", "show", "senior-ml-pm", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    text = json.dumps(answer["blueprint"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical_json(from_canonical(text)) == text
    assert answer["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_show_of_a_faulty_role_lists_the_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_written(tmp_path, case=None)
    assert main(["rubric", "show", str(tmp_path / "rubrics" / "baker")]) == 2
    assert "scorecard.yaml:29: there is no case study sourdough" in capsys.readouterr().out


def test_an_unknown_role_is_one_line_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rubric", "show", "nobody"]) == 2
    refusal = capsys.readouterr().err
    assert refusal.count("\n") == 1
    assert "There is no role or folder 'nobody'" in refusal
    assert "senior-ml-pm" in refusal


def test_inventory_counts_what_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_written(tmp_path)
    assert main(["rubric", "inventory", str(tmp_path / "rubrics" / "baker")]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts == {
        "hiring.assess": 2,
        "hiring.case_studies": 1,
        "hiring.case_studies.A.outputs": 2,
        "hiring.scorecard": 2,
        "hiring.signals.red_flag": 1,
        "hiring.signals.strong": 1,
        "mission.core": 1,
        "summary.paragraphs": 1,
    }


def test_inventory_of_a_faulty_role_lists_the_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_written(tmp_path, case=None)
    assert main(["rubric", "inventory", str(tmp_path / "rubrics" / "baker")]) == 2
    assert "there is no case study sourdough" in capsys.readouterr().out


def test_schema_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rubric", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "rubric/1"
