from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.change.marks import LONG, Piece, marked, told
from app.domain.change.record import Area, Change, Effect

texts = st.lists(st.sampled_from(["bread", "dough", "is", "weighed", "\n", "  "])).map(" ".join)


def _change(before: str | None, after: str | None, sentence: str = "Something changes.") -> Change:
    return Change(Area.ROLE, "Summary", sentence, before, after, (Effect.READING,))


def _shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


@given(texts, texts)
def test_the_pieces_put_together_are_the_texts(before: str, after: str) -> None:
    old, new = marked(before, after)
    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after
    assert not any(piece.marked for piece in (*old, *new)) or before != after


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        pytest.param("Weighs the water.", "Weighs water.", "Weighs [the ]water.", "Weighs water.", id="a word less"),
        pytest.param(
            "Bakes good bread daily.", "Bakes fine rolls daily.", "Bakes [good bread] daily.",
            "Bakes [fine rolls] daily.", id="two words in a row are one mark",
        ),
        pytest.param("Bakes.", "Sells.", "[Bakes.]", "[Sells.]", id="all of it"),
        pytest.param("Bakes.", "Bakes.", "Bakes.", "Bakes.", id="nothing"),
    ],
)  # fmt: skip
def test_words_that_the_other_text_lacks_are_marked(before: str, after: str, old: str, new: str) -> None:
    assert tuple(map(_shown, marked(before, after))) == (old, new)


def test_texts_too_long_to_compare_stand_unmarked() -> None:
    long = " ".join(str(number) for number in range(2000))
    assert marked(long, "short") == ((Piece(long, marked=False),), (Piece("short", marked=False),))


def test_a_sentence_that_says_both_values_needs_no_texts_beside_it() -> None:
    assert told(_change("15", "10", "The weight goes from 15 to 10.")).before == ()
    assert told(_change("no", "yes", "It becomes a must-have.")).after == ()
    assert told(_change(None, "Bread", "“Bread” is added.")).after == ()


def test_a_long_text_that_came_whole_folds_and_a_reworded_one_does_not() -> None:
    long = "bread " * LONG
    assert told(_change(None, long)).folds
    assert not told(_change(None, "Bread for the street")).folds
    assert not told(_change(long, f"{long} daily")).folds
