"""Reads one blueprint file after another and gathers what is wrong with any of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from app.formats.blueprint_lint import check_texts
from app.formats.blueprint_schema import FileShape
from app.formats.blueprint_shape import fit
from app.formats.fault import Fault
from app.formats.plain_text import Spot
from app.formats.yaml_source import MAX_BYTES, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_S = TypeVar("_S", bound=FileShape)


@dataclass(slots=True)
class Desk:
    """What has been found so far; files are named relative to `base`."""

    base: Path
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def read(self, kind: type[_S], path: Path) -> _S | None:
        """Return the file in its shape, or None when it could not be read at all."""
        raw = self._bytes(path)
        if raw is None:
            return None
        read = read_yaml(raw)
        self.blame(path, read.faults)
        if read.top is None:
            return None
        self.blame(path, check_texts(read.top))
        shape, spots = fit(kind, read.top)
        self.blame(path, spots)
        self._check_name(path, shape)
        return shape

    def read_optional(self, kind: type[_S], path: Path) -> _S | None:
        """Return the file in its shape, or None when there is none or it could not be read."""
        return self.read(kind, path) if path.exists() else None

    def blame(self, path: Path, spots: Iterable[Spot]) -> None:
        """Note faults of a file."""
        self.faults += self._named(path, spots)

    def warn(self, path: Path, spots: Iterable[Spot]) -> None:
        """Note warnings about a file."""
        self.warnings += self._named(path, spots)

    def _named(self, path: Path, spots: Iterable[Spot]) -> list[Fault]:
        name = path.absolute().relative_to(self.base).as_posix()
        return [Fault(name, spot.line, spot.message) for spot in spots]

    def _check_name(self, path: Path, shape: FileShape) -> None:
        """One id names a role's folder and each file in it; a case study is named by its file."""
        case = shape.kind == "case-study"
        name = path.stem if case else path.absolute().parent.name
        if "id" not in shape.holes and shape.id != name:
            where = f"file is {path.name}" if case else f"folder is {name}"
            message = f"the id is {shape.id} but the {where}: give both the same name"
            self.blame(path, [Spot(shape.line("id"), message)])

    def _bytes(self, path: Path) -> bytes | None:
        try:
            with path.open("rb") as opened:
                return opened.read(MAX_BYTES + 1)
        except FileNotFoundError:
            self.blame(path, [Spot(1, "this file is missing: add it")])
        except OSError as error:
            self.blame(path, [Spot(1, f"this file cannot be read: {error.strerror}")])
        return None
