"""Weights as a tidy file: one line a dimension, with its weight and perhaps whether it has to be assessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.scoring import Weight, parse
from app.formats.tidy_csv import TidyFile

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from app.formats.tidy_csv import Record

_YES = {"1", "true", "yes"}


def read_weights(path: Path) -> tuple[Weight, ...]:
    """Read a file of weights in its order; :class:`app.formats.tidy_csv.TidyFaultError` at the first fault."""
    file = TidyFile(path, ("dimension", "weight"), ("must",))
    found: dict[str, Weight] = {}
    for record in file.records():
        name = record.cells["dimension"]
        if not name:
            raise file.fault(record.line, "dimension", "the dimension is empty")
        if name in found:
            raise file.fault(record.line, "weight", f"{name} has a weight already")
        must = record.cells.get("must", "").lower() in _YES
        found[name] = Weight(name, _weight(file, record), must)
    if not any(one.weight for one in found.values()):
        raise file.fault(2, "weight", "every weight is 0")
    return tuple(found.values())


def _weight(file: TidyFile, record: Record) -> Fraction:
    try:
        weight = parse(record.cells["weight"].removesuffix("%").strip())
    except ValueError as error:
        raise file.fault(record.line, "weight", str(error)) from error
    if weight < 0:
        raise file.fault(record.line, "weight", "a weight is 0 or more")
    return weight
