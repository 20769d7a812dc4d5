"""People with levels, and the people of a cycle, from CSV files: whole, or every fault by line and column."""

from __future__ import annotations

from datetime import date

import pytest

from app.formats import people_csv, placement_csv

HEADER = "email,manager,team,role,level,since,reason\n"


def test_a_line_may_place_somebody_or_only_say_to_whom_they_report() -> None:
    text = (
        "since;level;role;email;manager;team\n"
        "2024-03-01;senior;senior-ml-pm;Mira@Example.org;LENA@example.org;Search\n"
        ";;;ben@example.org;lena@example.org;\n"
    )
    rows, faults = placement_csv.read(text.encode())
    assert faults == ()
    assert [(row.line, row.email, row.manager, row.team, row.role, row.level, row.since) for row in rows] == [
        (2, "mira@example.org", "lena@example.org", "Search", "senior-ml-pm", "senior", date(2024, 3, 1)),
        (3, "ben@example.org", "lena@example.org", "", "", "", None),
    ]


TOGETHER = "role, level and since go together: fill this in too, or leave all three empty"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",lena@example.org,,,,,", "line 2, column email: write the person's e-mail address"),
        ("mira,,Search,,,,", "line 2, column email: “mira” is no e-mail address"),
        ("mira@example.org,lena,,,,,", "line 2, column manager: “lena” is no e-mail address"),
        ("mira@example.org,,,pm,senior,,", f"line 2, column since: {TOGETHER}"),
        ("mira@example.org,,,,senior,2024-03-01,", f"line 2, column role: {TOGETHER}"),
        (
            "mira@example.org,,,pm,senior,1.3.2024,",
            "line 2, column since: “1.3.2024” is no date; write it like 2026-03-02",
        ),
        (
            f"mira@example.org,,{'x' * 201},,,,",
            "line 2, column team: Shorten this to at most 200 characters; it has 201.",
        ),
    ],
)
def test_what_is_wrong_with_a_line_is_said_where_it_is(line: str, said: str) -> None:
    rows, faults = placement_csv.read((HEADER + line + "\n").encode())
    assert rows == ()
    assert [str(fault) for fault in faults] == [said]


def test_a_person_stands_in_a_file_once_and_good_lines_do_not_hide_bad_ones() -> None:
    good = "".join(f"person{n}@example.org,lena@example.org,,,,,\n" for n in range(1000))
    text = f"{HEADER}{good}person7@example.org,lena@example.org,,,,,\nnobody,,,,,,\n"
    rows, faults = placement_csv.read(text.encode())
    assert len(rows) == 1000
    assert [str(fault) for fault in faults] == [
        "line 1002, column email: this person stands in line 9 already",
        "line 1003, column email: “nobody” is no e-mail address",
    ]


def test_a_line_that_gives_only_the_person_changes_nothing() -> None:
    text = f"{HEADER}mira@example.org,,,,,,\nben@example.org,,Maps,,,,\n"
    rows, faults = placement_csv.read(text.encode())
    assert ([row.line for row in rows], faults) == ([3], ())


def test_an_unknown_header_is_refused_with_the_right_one() -> None:
    _, faults = placement_csv.read(b"mail,boss\nmira@example.org,lena@example.org\n")
    assert [str(fault) for fault in faults] == [
        "line 1: The header is “mail,boss”: expected email and, as wanted, name,manager,team,role,level,since,reason."
    ]


def test_the_people_of_a_cycle_are_addresses_and_perhaps_managers() -> None:
    rows, faults = people_csv.read(b"email,manager\nMira@example.org,\nben@example.org,Lena@example.org\n")
    assert faults == ()
    assert [(row.line, row.email, row.manager) for row in rows] == [
        (2, "mira@example.org", ""),
        (3, "ben@example.org", "lena@example.org"),
    ]


def test_every_fault_of_the_people_of_a_cycle_is_said() -> None:
    rows, faults = people_csv.read(
        b"email,manager\nmira@example.org,lena\n,lena@example.org\nmira@example.org,\nben@example.org,\n"
    )
    assert [row.line for row in rows] == [5]
    assert [str(fault) for fault in faults] == [
        "line 2, column manager: “lena” is no e-mail address",
        "line 3, column email: write the person's e-mail address",
        "line 4, column email: this person stands in line 2 already",
    ]
