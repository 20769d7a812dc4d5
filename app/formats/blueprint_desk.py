"""Reads one blueprint file after another and gathers what is wrong with any of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol, TypeVar

from app.formats.blueprint_lint import check_texts
from app.formats.blueprint_schema import FileShape
from app.formats.blueprint_shape import fit
from app.formats.blueprint_skeleton import check_examples
from app.formats.fault import Fault, faults_of
from app.formats.plain_text import Spot
from app.formats.yaml_source import MAX_BYTES, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_S = TypeVar("_S", bound=FileShape)


class Source(Protocol):
    """Where files come from; they are named relative to one common folder, with slashes."""

    def holds(self, name: str) -> bool:
        """Tell whether there is anything under this name."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file's bytes, or one byte more than may be read of it; OSError when it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Files on a disk, below `base`."""

    base: Path

    def holds(self, name: str) -> bool:
        """Tell whether there is a file or folder of this name."""
        return (self.base / name).exists()

    def read(self, name: str) -> bytes:
        """Return the file's bytes, at most one more than a file may have."""
        with (self.base / name).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)


@dataclass(frozen=True, slots=True)
class HeldSource:
    """Files that are in memory already, such as those of an upload."""

    files: Mapping[str, bytes]

    def holds(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self.files

    def read(self, name: str) -> bytes:
        """Return the file's bytes."""
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name]


@dataclass(slots=True)
class Desk:
    """What has been found so far about one role's files, which lie in `folder` and carry the id `role`."""

    source: Source
    role: str
    folder: PurePosixPath
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def part(self, name: str) -> str:
        """Return the name of the file that holds this part of the role."""
        return str(self.folder / f"{name}.yaml")

    def read(self, kind: type[_S], name: str) -> _S | None:
        """Return the file in its shape, or None when it could not be read at all."""
        raw = self._bytes(name)
        if raw is None:
            return None
        read = read_yaml(raw)
        self.blame(name, read.faults)
        if read.top is None:
            return None
        self.blame(name, check_texts(read.top))
        self.warn(name, check_examples(read.top))
        shape, spots = fit(kind, read.top)
        self.blame(name, spots)
        self._check_id(name, shape)
        return shape

    def read_optional(self, kind: type[_S], name: str) -> _S | None:
        """Return the file in its shape, or None when there is none or it could not be read."""
        return self.read(kind, name) if self.source.holds(name) else None

    def blame(self, name: str, spots: Iterable[Spot]) -> None:
        """Note faults of a file."""
        self.faults += faults_of(name, spots)

    def warn(self, name: str, spots: Iterable[Spot]) -> None:
        """Note warnings about a file."""
        self.warnings += faults_of(name, spots)

    def _check_id(self, name: str, shape: FileShape) -> None:
        """One id names a role's folder and each file in it; a case study is named by its file."""
        path = PurePosixPath(name)
        case = shape.kind == "case-study"
        wanted = path.stem if case else self.role
        if "id" not in shape.holes and shape.id != wanted:
            where = f"file is {path.name}" if case else f"folder is {wanted}"
            message = f"the id is {shape.id} but the {where}: give both the same name"
            self.blame(name, [Spot(shape.line("id"), message)])

    def _bytes(self, name: str) -> bytes | None:
        try:
            return self.source.read(name)
        except FileNotFoundError:
            self.blame(name, [Spot(1, "this file is missing: add it")])
        except OSError as error:
            self.blame(name, [Spot(1, f"this file cannot be read: {error.strerror}")])
        return None
