"""`onboarding dates`: the plan's dates from the command line, and what it says to bad input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from tests.factories.blueprints import SCORECARD, load_written

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = {
    "day-30": "2026-04-01",
    "day-60": "2026-05-01",
    "day-90": "2026-06-01",
    "month-6": "2026-09-02",
    "month-12": "2027-03-02",
}


def _dates(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    assert main(["onboarding", "dates", *words]) == 0
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    return found


def test_the_plan_of_the_first_role_is_dated(capsys: pytest.CaptureFixture[str]) -> None:
    assert _dates(capsys, "2026-03-02") == PLAIN
    assert _dates(capsys, "2026-03-02", "--role", "senior-ml-pm", "--roll", "forward") == PLAIN


@pytest.mark.parametrize(("roll", "day_90"), [("none", "2026-05-31"), ("back", "2026-05-29")])
def test_the_roll_is_chosen(capsys: pytest.CaptureFixture[str], roll: str, day_90: str) -> None:
    assert _dates(capsys, "2026-03-02", "--roll", roll) == {**PLAIN, "day-90": day_90}


def test_holidays_and_leave_move_what_comes_after(capsys: pytest.CaptureFixture[str]) -> None:
    found = _dates(capsys, "2026-03-02", "--country", "US", "--leave", "2026-04-06..2026-04-10")

    # Six months and five days fall on Labor Day, twelve months and five days on a Sunday.
    assert found == {
        "day-30": "2026-04-01",
        "day-60": "2026-05-06",
        "day-90": "2026-06-05",
        "month-6": "2026-09-08",
        "month-12": "2027-03-08",
    }


def test_a_country_brings_its_weekend_and_a_week_overrules_it(capsys: pytest.CaptureFixture[str]) -> None:
    sunday = _dates(capsys, "2026-03-02", "--country", "IL", "--roll", "back")["day-90"]
    friday = _dates(capsys, "2026-03-02", "--country", "IL", "--roll", "back", "--week", "mon,Tue,wednesday,thu,fri")

    assert sunday == "2026-05-31"
    assert friday["day-90"] == "2026-05-29"


def test_a_part_of_a_country_has_its_own_holidays(capsys: pytest.CaptureFixture[str]) -> None:
    start = "2026-05-05"  # thirty days before Corpus Christi, which Bavaria keeps and Berlin does not

    assert _dates(capsys, start, "--country", "DE-BY")["day-30"] == "2026-06-05"
    assert _dates(capsys, start, "--country", "DE-BE")["day-30"] == "2026-06-04"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-13-02"], "'2026-13-02' is no date for the start; write it like 2026-03-02"),
        (["20260302"], "'20260302' is no date for the start; write it like 2026-03-02"),
        (["2026-W10-1"], "'2026-W10-1' is no date for the start; write it like 2026-03-02"),
        (["2026-3-2"], "'2026-3-2' is no date for the start; write it like 2026-03-02"),
        (["2026-03-02", "--leave", "20260406..20260410"], "'20260406' is no date for the first day of leave"),
        (["2026-03-02", "--week", ""], "'' is no day of the 7; write the week like mon,tue"),
        (["2026-03-02", "--country", " "], "Say whose holidays after --country, such as US, or DE-BY"),
        (["1900-01-01"], "The start 1900-01-01 is not between 1970-01-01 and 2199-12-31; is the year right?"),
        (["2026-03-02", "--leave", "soon"], "'soon' is no leave; write its first and last day like"),
        (["2026-03-02", "--leave", "2026-04-10..2026-04-06"], "ends before it begins; write the earlier day first"),
        (["2026-03-02", "--leave", "2026-04-10..9999-04-06"], "The last day of leave 9999-04-06 is not between"),
        (["2026-03-02", "--week", "mon,funday"], "'funday' is no day of the 7; write the week like mon,tue"),
        (["2026-03-02", "--week", "monkey"], "'monkey' is no day of the 7"),
        (["2026-03-02", "--country", "USA"], "There is no holiday list for the country 'USA': did you mean"),
        (["2026-03-02", "--country", "DE-QQ"], "There is no holiday list for the part 'QQ' of DE"),
        (["2026-03-02", "--role", "nobody"], "There is no role or folder 'nobody'"),
        (["2026-03-02", "--roll", "sideways"], "invalid choice: 'sideways'"),
    ],
)
def test_bad_input_is_one_line_that_says_the_remedy(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["onboarding", "dates", *words]) == 2
    answer = capsys.readouterr()

    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


def test_a_role_without_a_plan_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_written(tmp_path, scorecard=SCORECARD)

    assert main(["onboarding", "dates", "2026-03-02", "--role", str(tmp_path / "rubrics" / "baker")]) == 2
    assert "has no onboarding plan: add an onboarding.yaml" in capsys.readouterr().err
