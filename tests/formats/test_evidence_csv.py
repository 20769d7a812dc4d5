"""Entries of an evidence log from CSV files: what is read, and every fault by line and column."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.growth.log import Showing, Shown, Visibility
from app.formats import evidence_csv
from app.formats.evidence_csv import EntryCells

TODAY = date(2026, 11, 22)
DEPTH, REACH = Showing(Shown.COMPETENCY, "depth"), Showing(Shown.COMPETENCY, "reach")
IMPACT = Showing(Shown.CRITERION, "impact")
KNOWN = frozenset({DEPTH, REACH, IMPACT})
HEADER = "date,title,link,text,competencies,criteria,visibility"


def _read(*lines: str, header: str = HEADER) -> tuple[tuple[EntryCells, ...], list[str]]:
    raw = "\n".join((header, *lines)).encode()
    rows, faults = evidence_csv.read(raw, today=TODAY, known=KNOWN)
    return rows, [str(fault) for fault in faults]


def test_lines_become_entries() -> None:
    rows, faults = _read(
        "2026-03-02, Cut  the waiting time ,,From nine to four.,depth reach;depth,impact,Manager",
        "2026-05-18,A talk,https://example.org/talk,,,,",
        "2026-05-19,=A title alone,,,,,",
    )

    assert faults == []
    assert rows == (
        EntryCells(2, date(2026, 3, 2), "Cut the waiting time", "From nine to four.", KNOWN, Visibility.MANAGER),
        EntryCells(3, date(2026, 5, 18), "A talk", "https://example.org/talk", frozenset(), None),
        EntryCells(4, date(2026, 5, 19), "=A title alone", "", frozenset(), None),
    )


def test_a_date_and_a_title_are_enough_and_columns_stand_in_any_order() -> None:
    rows, faults = _read("Did it;2026-03-02", header="title;date")

    assert faults == []
    assert [(row.title, row.day) for row in rows] == [("Did it", date(2026, 3, 2))]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("2026-02-30,A,,,,,", "date", "“2026-02-30” is not a day. Write it like 2026-03-02."),
        ("2.3.2026,A,,,,,", "date", "“2.3.2026” is not a day. Write it like 2026-03-02."),
        ("2026-11-23,A,,,,,", "date", "23 November 2026 has not come yet. Add it once it has happened."),
        ("2026-03-02,,,words,,,", "title", "Write a title."),
        ("2026-03-02,A,ftp://x,,,,", "link", "Write a whole address that begins with https:// or http://."),
        ("2026-03-02,A,https://a.org,b,,,", "text", "Give a link or a text, and put the other on a line of its own."),
        ("2026-03-02,A,,,detph,,", "competencies", "Your role has no competency “detph”. Did you mean “depth”?"),
        ("2026-03-02,A,,,hm,,", "competencies", "Your role has no competency “hm”. It has, for example, “depth”."),
        ("2026-03-02,A,,,,xyz,", "criteria", "Your role has no criterion “xyz”. It has, for example, “impact”."),
        (
            "2026-03-02,A,,,,,all",
            "visibility",
            "“all” is not one of private, manager, case. Leave it empty to choose for the whole file.",
        ),
    ],
)
def test_each_fault_names_its_place_and_the_remedy(line: str, column: str, said: str) -> None:
    assert _read(line) == ((), [f"line 2, column {column}: {said}"])


def test_without_a_role_nothing_can_be_shown() -> None:
    raw = f"{HEADER}\n2026-03-02,A,,,depth,,".encode()
    rows, faults = evidence_csv.read(raw, today=TODAY, known=())

    assert rows == ()
    assert [fault.message for fault in faults] == [
        "No role with competencies is known for you. Leave this column empty."
    ]


def test_one_bad_line_keeps_all_out_and_every_fault_is_named() -> None:
    rows, faults = _read("2026-03-02,A,,,,,", "x,,,,,,", "2026-03-04,C,,,nope,,")

    assert rows == ()
    assert [fault.partition(":")[0] for fault in faults] == [
        "line 3, column date",
        "line 3, column title",
        "line 4, column competencies",
    ]


def test_what_was_withdrawn_and_where_a_file_lies_is_left_aside() -> None:
    rows, faults = _read(
        "2026-03-02,A,result.pdf,Ana: yes,",
        "2026-03-02,B,,,Counted twice",
        header="date,title,file,said,withdrawn",
    )

    assert faults == []
    assert [(row.title, row.body) for row in rows] == [("A", "")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty: expected date,title"),
        (b"date,title\n", "The file has a header and no entries below it."),
        (b"day,what\n1,2\n", "The header is"),
        (b"PK\x03\x04", "This file is a spreadsheet or archive, not CSV."),
        (b"date,title\n" + b"2026-03-02,A\n" * 10_001, "This file has 10,001 entries."),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_refused(raw: bytes, said: str) -> None:
    rows, faults = evidence_csv.read(raw, today=TODAY, known=KNOWN)

    assert rows == ()
    assert said in str(faults[0])
