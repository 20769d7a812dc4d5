from __future__ import annotations

from datetime import date

from app.formats import training_csv
from app.formats.training_csv import TrainingRow

HEAD = b"email,role,topic,since\n"


def faults_of(raw: bytes) -> list[str]:
    return [str(fault) for fault in training_csv.read(raw)[1]]


def test_lines_are_read_in_small_letters_and_columns_in_any_order() -> None:
    rows, faults = training_csv.read(b"since;topic;email\n2026-03-02;screen;ADA@Example.org\n")

    assert faults == ()
    assert rows == (TrainingRow(2, "ada@example.org", "", "screen", date(2026, 3, 2)),)


def test_every_fault_is_named_by_line_and_column() -> None:
    raw = HEAD + b"nobody,,screen,2026-03-02\nada@example.org,,,2026-03-02\nada@example.org,,screen,last week\n"

    assert faults_of(raw) == [
        "line 2, column email: “nobody” is no e-mail address",
        "line 3, column topic: write a kind of interview, or the id of a dimension",
        "line 4, column since: “last week” is no date; write it like 2026-03-02",
    ]


def test_the_same_said_twice_is_a_fault_and_another_role_is_not() -> None:
    line = b"ada@example.org,,screen,2026-03-02\n"
    other = b"ada@example.org,pm,screen,2026-03-02\n"

    assert faults_of(HEAD + line + other) == []
    assert faults_of(HEAD + line + line) == ["line 3, column topic: line 2 says this of the same person already"]
