from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.formats.csv_cells import csv_bytes, guarded, unguarded

CELLS = st.text(
    alphabet=st.sampled_from("'\"=+-@|% \t\r\n\uff1d\uff0b\uff0d\uff20ab1\u201c\u2019"), max_size=8
) | st.text(max_size=20)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|calc", "%x", "\uff1d1", " =1", '"=1', "'=1", "'' @x"],
)
def test_a_text_that_reads_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Mira", "'quoted'", "a=b", "1-2", "O'Hara", "   ", "'"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@settings(max_examples=2000)
@given(CELLS)
@example("''=1")
def test_what_goes_out_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(CELLS, CELLS)
def test_two_texts_never_look_the_same(one: str, other: str) -> None:
    assert (guarded(one) == guarded(other)) == (one == other)


def test_a_file_has_the_mark_bare_numbers_and_guarded_texts() -> None:
    raw = csv_bytes(["name", "openings"], [["=cmd", -1], ['Anna, "A"', None]])
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert read == [["name", "openings"], ["'=cmd", "-1"], ['Anna, "A"', ""]]
