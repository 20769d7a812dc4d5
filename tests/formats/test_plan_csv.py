"""First years in CSV: any bytes are answered with rows or with faults, never with both and never with an error."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.formats.plan_csv import COLUMNS, ROW_LIMIT, PlanRow, read

HEADER = ",".join(COLUMNS)


def test_a_line_becomes_a_row() -> None:
    text = f"{HEADER}\n Nia  New ,Nia@Example.org,lena@example.org,,senior-ml-pm,2026-03-02,Europe/Berlin,DE-BE\n"

    assert read(text.encode()) == (
        (
            PlanRow(2, "Nia New", "nia@example.org", "lena@example.org", "", "senior-ml-pm", date(2026, 3, 2),
                    "Europe/Berlin", "DE-BE"),
        ),
        (),
    )  # fmt: skip


def test_every_fault_has_its_line_and_column() -> None:
    text = "email;manager;role;starts_on\nnia@example.org;;pm;2026-13-01\nole;lena@example.org;pm;2026-03-02\n"

    assert [str(fault) for fault in read(text.encode())[1]] == [
        "line 2, column manager: write the manager's e-mail address",
        "line 2, column starts_on: “2026-13-01” is no date; write it like 2026-03-02",
        "line 3, column email: “ole” is no e-mail address",
    ]


def test_too_many_people_are_refused_with_the_limit() -> None:
    line = "a{0}@example.org,lena@example.org,pm,2026-03-02\n"
    text = "email,manager,role,starts_on\n" + "".join(line.format(n) for n in range(ROW_LIMIT + 1))

    assert [str(fault) for fault in read(text.encode())[1]] == [
        "This file has 101 people. CSV in UTF-8, at most 100 kB and 100 people; split it."
    ]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{HEADER}\n{text}".encode(errors="replace")))
def test_any_file_gives_rows_or_faults(raw: bytes) -> None:
    rows, faults = read(raw)

    assert bool(rows) is not bool(faults)
