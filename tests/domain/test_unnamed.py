from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.unnamed import COVERED, Author, without_name

MARK = Author("Mark Müller-Østby", "mark.mueller@example.org", "+49 (0)170 123-4567")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I am Mark Müller-Østby.", "I am [name]."),
        ("MARK MÜLLER-ØSTBY wrote this", "[name] wrote this"),
        ("Mark\n  Müller-Østby", "[name]"),
        ("Yours, Mark", "Yours, [name]"),
        ("Müller's plan", "[name]'s plan"),
        ("I would mark the risks, and remark on them.", "I would mark the risks, and remark on them."),
        ("Write to mark.mueller@example.org!", "Write to [name]!"),
        ("github.com/mark.mueller", "github.com/[name]"),
        ("Call +49 (0)170 123-4567 or 490170 1234567.", "Call [name] or [name]."),
        ("Mu\u0308ller, decomposed", "[name], decomposed"),
        ("A market of 4567 users", "A market of 4567 users"),
    ],
)
def test_what_tells_the_author_is_covered_and_the_rest_stays(text: str, read: str) -> None:
    assert without_name(text, MARK) == read


def test_a_short_name_covers_no_part_of_other_words() -> None:
    author = Author("Li Wu", "li@example.org")
    assert without_name("Lisbon will like it. Li Wu", author) == "Lisbon will like it. [name]"


def test_a_name_of_signs_that_mean_something_in_patterns_is_taken_as_it_is() -> None:
    author = Author("A+ (B) [C", "x.y+z@example.org")
    assert without_name("by A+ (B) [C and x.y+z@example.org", author) == "by [name] and [name]"


@given(st.text(alphabet="abc ÄÉ.", max_size=60))
def test_a_text_without_the_author_stays_as_it_is(text: str) -> None:
    assert without_name(text, Author("Zoë Quinn", "zoe.quinn@example.org")) == normalize("NFC", text)


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_whole_name_is_nowhere_left(before: str, after: str) -> None:
    covered = without_name(f"{before} Zoë Quinn {after}", Author("Zoë Quinn", "zoe.quinn@example.org"))
    assert "Zoë Quinn" not in covered
    assert COVERED in covered
