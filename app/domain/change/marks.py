"""Which words of two texts differ, so that both can be set beside each other with the differences marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.domain.change.record import Change

MOST_WORDS = 1500
"""Texts of more words than this are set beside each other unmarked: comparing them would take seconds."""

LONG = 400
"""From this many characters on a text pushes everything after it out of sight."""

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `marked` when the other text does not have them here."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A change with its texts in pieces; both are empty where the sentence says everything."""

    change: Change
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()

    @property
    def folds(self) -> bool:
        """Whether this is one long text, which is better looked at on demand than passed by."""
        one = not (self.before and self.after)
        return one and sum(len(piece.text) for piece in (*self.before, *self.after)) > LONG


def told(change: Change) -> Told:
    """Return a change with its words marked where there are two texts, and whole where one came or went."""
    if change.told:
        return Told(change)
    if change.before and change.after:
        return Told(change, *marked(change.before, change.after))
    return Told(change, _whole(change.before), _whole(change.after))


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces; put together again, the pieces of each are the text."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _whole(before), _whole(after)
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return (
        tuple(_joined((old[start:end], tag != "equal") for tag, start, end, _, _ in found)),
        tuple(_joined((new[start:end], tag != "equal") for tag, _, _, start, end in found)),
    )


def _whole(text: str | None) -> tuple[Piece, ...]:
    return (Piece(text, marked=False),) if text else ()


def _joined(runs: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    """Join runs that are marked alike, so that a blank between two marked words is no hole."""
    words = [(word, differs) for run, differs in runs for word in run]
    for place in range(1, len(words) - 1):
        if words[place][0].isspace() and words[place - 1][1] and words[place + 1][1]:
            words[place] = (words[place][0], True)
    for differs, group in groupby(words, key=lambda one: one[1]):
        yield Piece("".join(word for word, _ in group), differs)
