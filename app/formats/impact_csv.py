"""People as a tidy file: one line a person, with their group, whether they were selected, and perhaps a score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.scoring import parse
from app.formats.tidy_csv import TidyFile

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from app.formats.tidy_csv import Record

_UNKNOWN = {"", "unknown"}
_NO_SCORE = {"", "na", "null"}


@dataclass(frozen=True, slots=True)
class People:
    """Counts of a file: by group (people, selected); those whose group is unknown apart; and scores with groups.

    ``scores`` is None where the file has no such column.
    """

    file: str
    sha256: str
    groups: dict[str, tuple[int, int]]
    unknown: tuple[int, int]
    scores: tuple[tuple[Fraction, str | None], ...] | None


def read_people(path: Path) -> People:
    """Read a file of people; :class:`app.formats.tidy_csv.TidyFaultError` at the first fault."""
    file = TidyFile(path, ("group", "selected"), ("score",))
    groups: dict[str | None, list[int]] = {}
    scores: list[tuple[Fraction, str | None]] = []
    for record in file.records():
        named = record.cells["group"]
        group = None if named.lower() in _UNKNOWN else named
        count = groups.setdefault(group, [0, 0])
        count[0] += 1
        count[1] += _selected(file, record)
        score = _score(file, record)
        if score is not None:
            scores.append((score, group))
    unknown = groups.pop(None, [0, 0])
    return People(
        file.name,
        file.sha256,
        {name: (people, selected) for name, (people, selected) in groups.items() if name is not None},
        (unknown[0], unknown[1]),
        tuple(scores) if "score" in file.columns else None,
    )


def _selected(file: TidyFile, record: Record) -> int:
    text = record.cells["selected"]
    if text not in {"0", "1"}:
        raise file.fault(record.line, "selected", "write 1 for somebody who was selected, 0 for somebody who was not")
    return int(text)


def _score(file: TidyFile, record: Record) -> Fraction | None:
    text = record.cells.get("score", "")
    if text.lower() in _NO_SCORE:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise file.fault(record.line, "score", str(error)) from error
