"""Ratings as a tidy file: one line for each target, rater and dimension, with a score or without."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.scoring import parse
from app.formats.tidy_csv import TidyFile

if TYPE_CHECKING:
    from pathlib import Path

    from app.formats.tidy_csv import Record

COLUMNS = ("target", "rater", "dimension", "score")
_NOT_ASSESSED = {"", "na", "null"}


@dataclass(frozen=True, slots=True)
class Scale:
    """The points from ``low`` to ``high`` in steps."""

    low: Fraction
    high: Fraction
    step: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        """:class:`ValueError` when the steps do not lead from one end to the other."""
        if self.step <= 0 or self.high <= self.low or (self.high - self.low) % self.step:
            message = "a scale runs upward from LOW to HIGH in whole steps"
            raise ValueError(message)

    def points(self) -> tuple[Fraction, ...]:
        """Every point, lowest first."""
        return tuple(self.low + n * self.step for n in range(int((self.high - self.low) / self.step) + 1))

    def __contains__(self, value: Fraction) -> bool:
        """Whether a value is one of the points."""
        return self.low <= value <= self.high and not (value - self.low) % self.step


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of a file as codes: ``score`` points into ``values``, ``target`` and the others into sorted names.

    ``values`` are Fractions, or texts where scores are names. ``line`` is where each rating stands; a score that is
    the mean of repeated ones stands where the first did.
    """

    file: str
    sha256: str
    targets: tuple[str, ...]
    raters: tuple[str, ...]
    dimensions: tuple[str, ...]
    target: array[int]
    rater: array[int]
    dimension: array[int]
    score: array[int]
    line: array[int]
    values: tuple[Fraction | str, ...]
    n_missing: int
    names: bool


def read_ratings(path: Path, *, names: bool = False, scale: Scale | None = None, mean: bool = False) -> Ratings:
    """Read a file of ratings; ``names`` takes scores as they stand, ``mean`` averages repeated ratings.

    :class:`app.formats.tidy_csv.TidyFaultError` at the first fault.
    """
    return _Reader(TidyFile(path, COLUMNS), names=names, scale=scale, mean=mean).read()


class _Reader:
    """Collects codes in the order in which names come up, and sorts the names at the end."""

    def __init__(self, file: TidyFile, *, names: bool, scale: Scale | None, mean: bool) -> None:
        self.file, self.names, self.scale, self.mean = file, names, scale, mean
        self.codes: dict[str, dict[str, int]] = {name: {} for name in COLUMNS[:3]}
        self.values: dict[Fraction | str, int] = {}
        self.known: list[Fraction | str] = []
        self.texts: dict[str, int] = {}
        self.columns = {name: array("l") for name in (*COLUMNS, "line")}
        self.first: dict[tuple[int, int, int], int] = {}
        self.again: dict[int, list[Fraction]] = {}
        self.n_missing = 0

    def read(self) -> Ratings:
        for record in self.file.records():
            self._take(record)
        if not len(self.columns["score"]):
            raise self.file.fault(2, "score", "not a single score is given")
        self._average()
        return self._sorted()

    def _take(self, record: Record) -> None:
        for name in COLUMNS[:3]:
            if not record.cells[name]:
                raise self.file.fault(record.line, name, f"the {name} is empty")
        key = tuple(self._code(name, record.cells[name]) for name in COLUMNS[:3])
        value = self._value(record)
        if value is None:
            self.n_missing += 1
            return
        place = self.first.setdefault((key[0], key[1], key[2]), len(self.columns["score"]))
        if place < len(self.columns["score"]):
            self._repeat(record, place, value)
            return
        for name, code in zip(COLUMNS[:3], key, strict=True):
            self.columns[name].append(code)
        self.columns["score"].append(value)
        self.columns["line"].append(record.line)

    def _code(self, name: str, text: str) -> int:
        codes = self.codes[name]
        return codes.setdefault(text, len(codes))

    def _value(self, record: Record) -> int | None:
        text = record.cells["score"]
        if text.lower() in _NOT_ASSESSED:
            return None
        known = self.texts.get(text)
        if known is not None:
            return known
        value: Fraction | str = text if self.names else self._number(record, text)
        code = self.texts[text] = self._kept(value)
        return code

    def _kept(self, value: Fraction | str) -> int:
        code = self.values.setdefault(value, len(self.known))
        if code == len(self.known):
            self.known.append(value)
        return code

    def _number(self, record: Record, text: str) -> Fraction:
        try:
            value = parse(text)
        except ValueError as error:
            raise self.file.fault(record.line, "score", str(error)) from error
        if self.scale is not None and value not in self.scale:
            raise self.file.fault(record.line, "score", f"{text} is not a point of the scale")
        return value

    def _repeat(self, record: Record, place: int, value: int) -> None:
        if not self.mean or self.names:
            line = self.columns["line"][place]
            message = f"this target, rater and dimension have a score on line {line} already"
            raise self.file.fault(record.line, "target", message)
        scores = self.again.setdefault(place, [_fraction(self.known[self.columns["score"][place]])])
        scores.append(_fraction(self.known[value]))

    def _average(self) -> None:
        for place, scores in self.again.items():
            value = sum(scores, Fraction()) / len(scores)
            self.columns["score"][place] = self._kept(value)

    def _sorted(self) -> Ratings:
        names: dict[str, tuple[str, ...]] = {}
        for column, codes in self.codes.items():
            names[column] = tuple(sorted(codes))
            place = {codes[name]: number for number, name in enumerate(names[column])}
            self.columns[column] = array("l", (place[code] for code in self.columns[column]))
        kept = self.columns
        return Ratings(
            self.file.name, self.file.sha256, names["target"], names["rater"], names["dimension"],
            kept["target"], kept["rater"], kept["dimension"], kept["score"], kept["line"],
            values=tuple(self.known), n_missing=self.n_missing, names=self.names,
        )  # fmt: skip


def _fraction(value: Fraction | str) -> Fraction:
    assert isinstance(value, Fraction)  # noqa: S101  names are never averaged
    return value
