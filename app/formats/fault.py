"""What is wrong with a file, said so that the person who wrote it can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.formats.plain_text import Spot

_LONGEST = 400
"""Characters of a message. What is quoted from a file can be endless; the remedy at the end must still be seen."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A message about one line of a file; the file is named relative to the blueprints' common folder."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Say it the way that editors turn into a link."""
        return f"{self.file}:{self.line}: {self.message}"


def faults_of(file: str, spots: Iterable[Spot]) -> list[Fault]:
    """Return what was found in a file, with the middle left out of messages that nobody could read to the end."""
    return [Fault(file, spot.line, _readable(spot.message)) for spot in spots]


def _readable(message: str) -> str:
    half = _LONGEST // 2
    return message if len(message) <= _LONGEST else f"{message[:half]} … {message[-half:]}"
