from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.candidate import CandidateDetails, ImportRow
from app.formats.candidate_csv import ROW_LIMIT, SIZE_LIMIT, read
from app.formats.csv_cells import csv_bytes

GOOD = "name,email,phone\nMira Okafor,Mira@Example.org,+44 20\nOle Bard,ole@example.org,\n"


def faults(raw: bytes | str) -> list[str]:
    """What a file is told, which must then have given no rows at all."""
    rows, found = read(raw.encode() if isinstance(raw, str) else raw)
    assert not found or rows == ()
    return [str(fault) for fault in found]


def names(raw: bytes | str) -> list[str]:
    rows, found = read(raw.encode() if isinstance(raw, str) else raw)
    assert found == ()
    return [row.details.name for row in rows]


def test_a_good_file_is_read_with_its_lines() -> None:
    rows, found = read(GOOD.encode())
    assert found == ()
    assert rows == (
        ImportRow(2, CandidateDetails("Mira Okafor", "mira@example.org", "+44 20")),
        ImportRow(3, CandidateDetails("Ole Bard", "ole@example.org")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("name,email,phone", " Name , EMAIL ,Phone"),
        GOOD + "\n\n",
        GOOD.replace("name,email,phone", "name,email,phone,,"),
    ],
    ids=["bom", "crlf", "semicolon", "tab", "header-case", "blank-lines", "empty-columns"],
)
def test_what_spreadsheets_make_of_a_file_is_accepted(text: str) -> None:
    assert names(text) == ["Mira Okafor", "Ole Bard"]


def test_columns_may_stand_in_any_order() -> None:
    assert names("email,source,name\na@example.org,Fair,Ann\n") == ["Ann"]


def test_a_bad_address_is_named_by_line_and_column() -> None:
    lines = ["name,email", *(f"Person {n},p{n}@example.org" for n in range(2, 7)), "Person 7,p7 at example.org"]
    expected = "line 7, column email: Write an e-mail address such as name@example.org."
    assert faults("\n".join(lines)) == [expected]


def test_lines_are_those_of_the_file_even_after_quoted_line_breaks_and_blank_lines() -> None:
    text = 'name,email,headline\nAnn,ann@example.org,"Two\nlines"\n\nBob,bob,\n'
    assert faults(text) == ["line 5, column email: Write an e-mail address such as name@example.org."]


def test_all_faults_come_at_once_and_no_row_with_them() -> None:
    text = "name,email,phone\n,ann@example.org,\nBob,bob@,\nCy,cy@example.org," + "1" * 41 + "\nDi,di@example.org,1,2\n"
    assert faults(text) == [
        "line 2, column name: Write the candidate's name.",
        "line 3, column email: Write an e-mail address such as name@example.org.",
        "line 4, column phone: Shorten this to at most 40 characters; it has 41.",
        "line 5: This line has more cells than the header, which has 3.",
    ]


@pytest.mark.parametrize("header", ["naem,email", "name", "name,email,name", "Mira,mira@example.org", "name,email,age"])
def test_a_wrong_header_is_named_with_the_expected_one(header: str) -> None:
    (said,) = faults(f"{header}\nMira,mira@example.org\n")
    assert said == (
        f"line 1: The header is “{header.lower()}”: expected name,email and, as wanted, phone,headline,source."
    )


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_with_the_remedy(coding: str) -> None:
    assert faults(GOOD.encode(coding)) == ["This file is written in UTF-16. Save it again as “CSV UTF-8”."]


def test_latin_1_is_named_by_line_with_the_remedy() -> None:
    raw = "name,email\nAnn,ann@example.org\nZoë,zoe@example.org\n".encode("latin-1")
    assert faults(raw) == ["line 3: This is not UTF-8 text. Save it again as “CSV UTF-8”."]


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"PK\x03\x04rest", "a spreadsheet or archive"), (b"%PDF-1.7", "a PDF"), (b"\xd0\xcf\x11\xe0", "an old spread")],
)
def test_other_files_are_named_for_what_they_are(raw: bytes, said: str) -> None:
    assert said in faults(raw)[0]


def test_a_file_that_is_too_big_is_told_the_limit_in_words() -> None:
    assert faults(b"x" * SIZE_LIMIT * 10) == [
        "This file has 50 MB. CSV in UTF-8, at most 5 MB and 10,000 candidates; split it into smaller files."
    ]


def test_as_many_rows_as_promised_are_read_and_no_more() -> None:
    lines = [f"P{n},p{n}@example.org" for n in range(ROW_LIMIT)]
    assert len(names("\n".join(["name,email", *lines]))) == ROW_LIMIT
    assert "10,001 candidates" in faults("\n".join(["name,email", *lines, "Q,q@example.org"]))[0]


@pytest.mark.parametrize("text", ["", "\n\n", "name,email\n", "name,email\n\n"])
def test_nothing_to_import_is_said(text: str) -> None:
    assert len(faults(text)) == 1


def test_an_open_quotation_mark_and_a_very_wide_line_are_said_by_line() -> None:
    assert faults('name,email\nAnn,"ann@example.org\n')[0].startswith("line 2: A quotation mark")
    assert faults("name,email\nA,a@example.org\n" + "," * 50)[0] == "line 3: This line has more than 40 cells."


def test_a_nul_is_refused_in_its_cell() -> None:
    text = "name,email\nAn\0n,ann@example.org\nBob,b\0b@example.org\n"
    assert [said.partition(":")[0] for said in faults(text)] == ["line 2, column name", "line 3, column email"]


def test_guarded_cells_come_in_as_they_were() -> None:
    raw = csv_bytes(["name", "email", "phone"], [["=Ann", "ann@example.org", "+49 30"]])
    rows, _ = read(raw)
    assert rows[0].details == CandidateDetails("=Ann", "ann@example.org", "+49 30")


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    rows, found = read(raw)
    assert not (rows and found)


@given(st.text(alphabet=string.ascii_letters + ',;"\n\r\t\0=', max_size=120))
def test_no_text_below_a_good_header_breaks_the_reader(text: str) -> None:
    rows, found = read(b"name,email\n" + text.encode())
    assert not (rows and found)
    assert rows or found
