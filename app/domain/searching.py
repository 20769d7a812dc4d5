"""The one search box: the words of a text or a question as they are compared, and the order of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from app.domain.finding import LONGEST, MOST_WORDS, fold, marked, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOM = 160
"""How many characters of a long text are shown around the first word that was found."""
_BEFORE = 60
_WORD = 200
"""How many letters of a word are kept: more than anybody looks for, and less than an index refuses."""


def terms(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents, each once, in the order of the text.

    Scripts that set no blanks between words are taken letter by letter, so that a word is found wherever it stands.
    Of a word beyond all measure only the beginning is kept.
    """
    spaced = "".join(f" {one} " if east_asian_width(one) in "WF" else one for one in fold(text).text)
    return tuple(dict.fromkeys(word[:_WORD] for word in spaced.split()))


def asked(question: str) -> tuple[str, ...]:
    """The words of a question, at most as many as are looked for; each may be the beginning of a longer one."""
    return terms(question[:LONGEST])[:MOST_WORDS]


def rank(title: str, words: Sequence[str]) -> int:
    """How well a title answers: 0 when it is just these words, 1 when it has them all as words, 2 otherwise."""
    own = terms(title)
    if own == tuple(words):
        return 0
    return 1 if set(words) <= set(own) else 2


def excerpt(text: str, words: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, each with whether it was looked for; a long one is cut around the first such piece."""
    found = spans(text, words)
    if len(text) <= ROOM:
        return marked(text, found)
    start = max(0, found[0][0] - _BEFORE) if found else 0
    end = min(len(text), start + ROOM)
    inside = [(max(first, start) - start, min(last, end) - start) for first, last in found if first < end]
    pieces = marked(text[start:end], [span for span in inside if span[0] < span[1]])
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return tuple(piece for piece in ((before, False), *pieces, (after, False)) if piece[0])
