"""Words as the search box compares them, the order of hits, and what is shown of a long text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import LONGEST, MOST_WORDS
from app.domain.searching import ROOM, asked, excerpt, rank, terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("José Ñúñez-O'Neill", ("jose", "nunez", "o", "neill")),
        ("JOSE NUNEZ jose", ("jose", "nunez")),
        ("Straße 12", ("strasse", "12")),
        ("評価の軸", ("評", "価", "の", "軸")),
        ("ML評価", ("ml", "評", "価")),
        ("mira.okafor@example.org", ("mira", "okafor", "example", "org")),
        ("'; DROP TABLE -- \" * ( ) & | ! :", ("drop", "table")),
        (" … ", ()),
        ("x" * 5000, ("x" * 200,)),
    ],
)
def test_words_are_folded_and_taken_once(text: str, words: tuple[str, ...]) -> None:
    assert terms(text) == words


@given(st.text())
def test_words_hold_letters_and_digits_only_and_fold_to_themselves(text: str) -> None:
    words = terms(text)
    assert all(word.isalnum() for word in words)
    assert terms(" ".join(words)) == words


def test_a_question_is_read_to_its_limits() -> None:
    assert asked("a " * LONGEST + "b") == ("a",)
    assert len(asked(" ".join("abcdefghijklmno"))) == MOST_WORDS


def test_the_name_itself_comes_before_names_that_hold_it() -> None:
    ranks = [rank(title, asked("Ann Lee")) for title in ("ann lee", "Ann Marie Lee", "Annika Leeds")]
    assert ranks == [0, 1, 2]


def test_a_short_text_is_shown_whole_with_what_was_found() -> None:
    assert excerpt("Drift of models", asked("model")) == (("Drift of ", False), ("model", True), ("s", False))
    assert excerpt("<b>Drift</b>", asked("drift")) == (("<b>", False), ("Drift", True), ("</b>", False))


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    text = "x" * 300 + " drift " + "y" * 300
    pieces = excerpt(text, asked("drift"))
    assert ("drift", True) in pieces
    assert pieces[0] == ("…", False)
    assert pieces[-1] == ("…", False)
    assert sum(len(piece) for piece, _ in pieces) == ROOM + 2


@given(st.text(max_size=400), st.text(max_size=20))
def test_pieces_hold_the_text_in_order(text: str, question: str) -> None:
    joined = "".join(piece for piece, _ in excerpt(text, asked(question)))
    assert joined in text or joined.strip("…") in text
