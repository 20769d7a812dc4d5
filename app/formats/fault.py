"""What is wrong with a file, said so that the person who wrote it can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A message about one line of a file; the file is named relative to the blueprints' common folder."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Say it the way that editors turn into a link."""
        return f"{self.file}:{self.line}: {self.message}"
