"""Imports a published ladder: reads somebody else's file, writes ours, and reads them again before they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.formats.blueprint_files import load_files
from app.formats.blueprint_lint import is_kebab
from app.formats.blueprint_write import write_role
from app.formats.fault import Fault, faults_of
from app.formats.ladder_csv import read_table
from app.formats.ladder_ft import read_family
from app.formats.ladder_source import Imported, Meant, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Format = Literal["ft", "csv"]

READERS: Mapping[Format, Callable[[bytes, Meant], Reading]] = {"ft": read_family, "csv": read_table}
ENDINGS: Mapping[str, Format] = {".yml": "ft", ".yaml": "ft", ".csv": "csv", ".tsv": "csv"}
"""The format of a file, by how its name ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The files to write by their name, with what was imported; neither when there are faults."""

    files: Mapping[str, str]
    imported: Imported | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def import_ladder(raw: bytes, source: str, kind: Format, meant: Meant) -> Outcome:
    """Import the bytes of the file named `source`; faults name its lines, or those of a file that we would write."""
    if not is_kebab(meant.role):
        return Outcome({}, None, (Fault(source, 1, f"`{meant.role}` cannot be a role's id: write it like `engineer`"),))
    reading = READERS[kind](raw, meant)
    if reading.imported is None:
        return Outcome({}, None, tuple(faults_of(source, sorted(reading.faults))))
    files = write_role(reading.imported.blueprint)
    loaded = load_files({name: text.encode("utf-8") for name, text in files.items()}, meant.role)
    if loaded.faults:
        return Outcome({}, None, loaded.faults)
    if loaded.blueprint != reading.imported.blueprint:
        return Outcome({}, None, (Fault(source, 1, "what would be written does not read back alike: nothing was"),))
    return Outcome(files, reading.imported, (), loaded.warnings)
