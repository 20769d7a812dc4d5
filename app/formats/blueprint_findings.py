"""Faults and warnings of a draft's files, each with the piece of the file that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from app.formats.archive_layout import role_file
from app.formats.blueprint_files import Loaded, load_files
from app.formats.blueprint_pieces import Group, Piece, Steps, groups
from app.formats.blueprint_tree import kind_of, path_at, read_tree
from app.formats.blueprint_words import FILE_WORDS

if TYPE_CHECKING:
    from app.formats.fault import Fault
    from app.formats.yaml_source import YamlMap

WEIGHTS_SUM = "the weights sum to "
"""How the fault begins that only all weights together can mend."""

MOST_LISTED = 100
"""Nobody reads on; mending the first ones often mends the others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, or warning, in words; `piece` is None where only editing the file as text helps.

    `path` leads to it in the file, `below` inside the piece.
    """

    file: str
    line: int
    message: str
    is_fault: bool
    piece: Piece | None = None
    path: Steps = ()

    @property
    def below(self) -> Steps:
        """Where it is inside the piece."""
        return self.path[len(self.piece.where.path) :] if self.piece else ()

    @property
    def sentence(self) -> str:
        """The message as a page begins it: with a capital, unless it begins with an id."""
        first, _blank, rest = self.message.partition(" ")
        return f"{first.capitalize()} {rest}" if first.isalpha() and first.islower() else self.message

    @property
    def about_sum(self) -> bool:
        """Whether it says that the weights do not add up, which pages with weights say themselves."""
        return self.message.startswith(WEIGHTS_SUM)

    @property
    def key(self) -> tuple[str, str]:
        """By what a finding is known again when lines have moved."""
        return self.file, self.message


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of a draft: what kind it is, in which words, and its pieces; no groups when it is edited as text only."""

    name: str
    kind: str
    title: str
    groups: tuple[Group, ...]
    top: YamlMap | None


def check(files: Mapping[str, str], role: str) -> Loaded:
    """Load a draft's files; the same files are only ever loaded once in a row."""
    return _checked(role, tuple(sorted(files.items())))


@lru_cache(maxsize=16)
def _checked(role: str, files: tuple[tuple[str, str], ...]) -> Loaded:
    return load_files({name: text.encode() for name, text in files}, role)


@lru_cache(maxsize=64)
def open_file(name: str, text: str) -> OpenFile:
    """Read a file of a draft for its forms."""
    top = read_tree(text)
    kind = kind_of(top) or ""
    stem = name.rpartition("/")[2].removesuffix(".yaml")
    title = FILE_WORDS.get(stem, "") if name.startswith("rubrics/") else ""
    if not title:
        written = top.get("title") if top else None
        title = f"{FILE_WORDS['case-study']}: {written if isinstance(written, str) else stem}"
    if top is None or not kind:
        return OpenFile(name, "", title, (), None)
    return OpenFile(name, kind, title, groups(kind, top), top)


def in_order(files: Iterable[str], role: str) -> list[str]:
    """Return the names in the order in which people read them: the role's files, then the case studies."""
    known = [role_file(role, part) for part in FILE_WORDS]
    return sorted(files, key=lambda name: (known.index(name) if name in known else len(known), name))


def findings(files: Mapping[str, str], role: str) -> tuple[Finding, ...]:
    """Return what is wrong with a draft, faults first, each file's together and in the order of its lines."""
    loaded = check(files, role)
    faults = [_located(fault, files, is_fault=True) for fault in loaded.faults[:MOST_LISTED]]
    warnings = [_located(fault, files, is_fault=False) for fault in loaded.warnings[:MOST_LISTED]]
    return (*faults, *warnings)


def _located(fault: Fault, files: Mapping[str, str], *, is_fault: bool) -> Finding:
    found = open_file(fault.file, files[fault.file]) if fault.file in files else None
    if found is None or found.top is None:
        return Finding(fault.file, fault.line, fault.message, is_fault)
    path = path_at(found.top, fault.line)
    piece = _holding(found, path)
    return Finding(fault.file, fault.line, fault.message, is_fault, piece, path)


def _holding(found: OpenFile, path: Steps) -> Piece | None:
    """Return the piece that holds this path: the one whose own path reaches furthest along it."""
    pieces = [piece for group in found.groups for piece in group.pieces if not piece.is_table]
    holding = [piece for piece in pieces if _holds(piece, path)]
    return max(holding, key=lambda piece: len(piece.where.path), default=None)


def _holds(piece: Piece, path: Steps) -> bool:
    own, keys = piece.where.path, piece.where.keys
    if path[: len(own)] != own:
        return False
    return not keys or (len(path) > len(own) and path[len(own)] in keys)
