"""Searching texts for words: without regard to case or accents in any script, all words at once, phrases first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from app.domain.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.outline import Place

LONGEST, MOST_WORDS = 100, 8
"""How many characters of a question are read, and how many of its words."""
_NEAR, _NEAREST = 0.72, 3
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the shape in which it is compared; `origins` leads each of its characters back to the text's."""

    text: str
    origins: tuple[int, ...]
    length: int

    def span(self, start: int, end: int) -> Span:
        """Where in the text a stretch of the folded one stands, marks over its last letter included."""
        after = self.origins[end] if end < len(self.origins) else self.length
        return self.origins[start], after


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that has every word. `marks` say where in its text, `detail_marks` where in its detail."""

    place: Place
    marks: tuple[Span, ...]
    detail_marks: tuple[Span, ...]
    phrase: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the question that nothing has, and the words most like it."""

    word: str
    like: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for which words, by part, and what to try where nothing was."""

    words: tuple[str, ...]
    parts: tuple[tuple[Part, tuple[Hit, ...]], ...]
    near: tuple[Near, ...] = ()
    alone: tuple[tuple[str, int], ...] = ()

    @property
    def count(self) -> int:
        """How many places were found."""
        return sum(len(hits) for _, hits in self.parts)


def fold(text: str) -> Folded:
    """Return a text in small letters without accents, everything that is no letter or digit a blank."""
    folded: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
        for one in plain:
            if not unicodedata.combining(one):
                folded.append(one if one.isalnum() else " ")
                origins.append(index)
    return Folded("".join(folded), tuple(origins), len(text))


def spans(text: str, words: Iterable[str]) -> tuple[Span, ...]:
    """Where in a text folded words stand, or words that begin with them; stretches do not overlap."""
    folded = fold(text)
    return _merged(_spans(folded, _pattern(re.escape(word))) for word in words)


def asked(question: str) -> tuple[str, ...]:
    """Return the words of a question as they are compared, each once, at most as many as are looked for."""
    return tuple(dict.fromkeys(fold(question[:LONGEST]).text.split()))[:MOST_WORDS]


@dataclass(frozen=True, eq=False)
class _Line:
    place: Place
    own: Folded
    detail: Folded
    around: str


@dataclass(frozen=True, eq=False)
class Index:
    """The texts of one blueprint, folded once."""

    lines: tuple[_Line, ...]

    @cached_property
    def vocabulary(self) -> dict[str, str]:
        """Every word of three letters and more, as compared and as first written."""
        found: dict[str, str] = {}
        for line in self.lines:
            for written in re.findall(r"\w{3,}", f"{line.place.text} {line.place.detail}"):
                found.setdefault(fold(written).text, written)
        return found

    def find(self, question: str) -> Findings:
        """Return the places whose text, detail, tags and titles above have every word, one of them in their own text.

        Places that have the question as it stands come first, then the others in reading order.
        """
        words = asked(question)
        if not words:
            return Findings((), ())
        phrase = _pattern(r"\s+".join(re.escape(word) for word in fold(question[:LONGEST]).text.split()))
        patterns = [_pattern(re.escape(word)) for word in words]
        hits = [hit for line in self.lines if (hit := _hit(line, patterns, phrase))]
        hits.sort(key=lambda hit: not hit.phrase)
        grouped = {part: tuple(hit for hit in hits if hit.place.part is part) for part in Part}
        parts = tuple((part, found) for part, found in grouped.items() if found)
        return Findings(words, parts) if parts else self._instead(words, patterns)

    def _instead(self, words: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> Findings:
        counts = [sum(_hit(line, [pattern], pattern) is not None for line in self.lines) for pattern in patterns]
        near = tuple(
            Near(word, tuple(self.vocabulary[one] for one in self._like(word)))
            for word, count in zip(words, counts, strict=True)
            if not count
        )
        alone = tuple((word, count) for word, count in zip(words, counts, strict=True) if count)
        return Findings(tuple(words), (), near, alone)

    def _like(self, word: str) -> list[str]:
        # Words of another length cannot be as near as asked; leaving them out is most of the time saved.
        possible = [one for one in self.vocabulary if abs(len(one) - len(word)) <= max(2, len(word) // 2)]
        return get_close_matches(word, possible, n=_NEAREST, cutoff=_NEAR)


def index(places: Iterable[Place]) -> Index:
    """Return the index of a blueprint's places."""
    lines = (
        _Line(place, fold(place.text), fold(place.detail), fold(" ".join((*place.tags, *place.trail))).text)
        for place in places
    )
    return Index(tuple(lines))


def _pattern(words: str) -> re.Pattern[str]:
    # Scripts with capitals set blanks between words, so a word is meant from its beginning. In others it may stand
    # anywhere: they write without blanks or join small words to the next.
    first = words.lstrip("\\")[:1]
    begins = first.isdigit() or first.upper() != first.lower()
    return re.compile(rf"(?<![^\W_]){words}" if begins else words)


def _hit(line: _Line, patterns: Sequence[re.Pattern[str]], phrase: re.Pattern[str]) -> Hit | None:
    own = [_spans(line.own, pattern) for pattern in patterns]
    detail = [_spans(line.detail, pattern) for pattern in patterns]
    if not any(own) and not any(detail):
        return None
    if not all(o or d or p.search(line.around) for o, d, p in zip(own, detail, patterns, strict=True)):
        return None
    whole = bool(phrase.search(line.own.text) or phrase.search(line.detail.text))
    return Hit(line.place, _merged(own), _merged(detail), whole)


def _spans(folded: Folded, pattern: re.Pattern[str]) -> list[Span]:
    return [folded.span(*match.span()) for match in pattern.finditer(folded.text)]


def _merged(found: Iterable[Iterable[Span]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for start, end in sorted(span for one in found for span in one):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return tuple(spans)


def marked(text: str, spans: Sequence[Span]) -> tuple[tuple[str, bool], ...]:
    """Return a text in pieces, each with whether it is one of the stretches."""
    pieces: list[tuple[str, bool]] = []
    last = 0
    for start, end in spans:
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    return tuple(piece for piece in (*pieces, (text[last:], False)) if piece[0])
