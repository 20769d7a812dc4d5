"""Blueprint files in one parcel: a zip or the files of a folder come in as texts, a version goes out as a zip.

Everything happens in memory; no name from a parcel ever becomes a path on a disk. A member that could surprise
(a link, a name that leads elsewhere, a bomb) refuses the whole parcel, because it was not made by accident.
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.formats.archive_layout import Layout, arrange
from app.formats.yaml_source import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_UPLOAD = 2_000_000
"""Bytes of an upload, packed or as a folder."""

MOST_MEMBERS = 200
MOST_UNPACKED = 20_000_000
MOST_RATIO = 100
"""How much smaller than its content a packed member may be: texts shrink to a fifth, bombs to a thousandth."""

LIMITS = "a zip or a folder of at most 2 MB, with at most 200 files of up to 1 MB each"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40
_UTF8_NAME = 0x800
_SHOWN = 60
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was in a parcel: the role's id and its files by name, or the reasons for which it is refused.

    `ignored` names members that are no blueprint files and were left out.
    """

    role: str
    files: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class _RefusedError(Exception):
    """A parcel that must not be opened any further."""


def open_zip(data: bytes) -> Parcel:
    """Read a zip's blueprint files, whichever of the usual ways they are laid out in."""
    try:
        return _parcel(_members(data))
    except _RefusedError as refused:
        return Parcel("", {}, faults=(str(refused),))


def open_folder(uploads: Iterable[tuple[str, bytes]]) -> Parcel:
    """Read the files of a folder as a browser sends them, each with its path below that folder."""
    try:
        return _parcel(_loose(uploads))
    except _RefusedError as refused:
        return Parcel("", {}, faults=(str(refused),))


def pack(files: Mapping[str, str]) -> bytes:
    """Return files as a zip; the same files always give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[name])
    return held.getvalue()


def _parcel(members: Iterator[tuple[str, bytes | None]]) -> Parcel:
    texts: dict[str, str] = {}
    ignored: list[str] = []
    for name, raw in members:
        if raw is None:
            ignored.append(name)
        else:
            texts[name] = _text(name, raw)
    layout: Layout = arrange(texts)
    ignored += layout.ignored
    return Parcel(layout.role, layout.files, tuple(sorted(ignored)), layout.faults)


def _members(data: bytes) -> Iterator[tuple[str, bytes | None]]:
    if len(data) > MOST_UPLOAD:
        message = f"The upload has {len(data) / 1_000_000:.1f} MB. Accepted: {LIMITS}."
        raise _RefusedError(message)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError as error:
        message = "The zip holds a name that is not UTF-8. Rename that file in plain letters and pack it again."
        raise _RefusedError(message) from error
    except _UNREADABLE as error:
        message = "This is not a readable zip file. Pack the folder again as .zip, or upload the folder itself."
        raise _RefusedError(message) from error
    with archive:
        infos = archive.infolist()
        _check_count(len(infos))
        _check_names([_packed_name(info) for info in infos])
        for info in infos:
            _check_member(info)
        _check_total(sum(info.file_size for info in infos))
        for info in infos:
            if not info.is_dir():
                yield info.filename, _unpacked(archive, info) if _is_wanted(info.filename) else None


def _loose(uploads: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes | None]]:
    given = [(name, raw) for name, raw in uploads if name]
    _check_count(len(given))
    _check_names([name for name, _raw in given])
    _check_total(sum(len(raw) for _name, raw in given), MOST_UPLOAD)
    for name, raw in given:
        _check_size(name, len(raw))
        yield name, raw if _is_wanted(name) else None


def _check_count(count: int) -> None:
    if count > MOST_MEMBERS:
        message = f"There are {count} files. Upload one role: at most {MOST_MEMBERS} files."
        raise _RefusedError(message)
    if not count:
        message = "There is nothing in it. Choose a zip or a folder with a role's YAML files."
        raise _RefusedError(message)


def _check_total(size: int, most: int = MOST_UNPACKED) -> None:
    if size > most:
        message = f"Together the files have {size / 1_000_000:.1f} MB. Accepted: {LIMITS}."
        raise _RefusedError(message)


def _check_size(name: str, size: int) -> None:
    if size > MAX_BYTES:
        message = f"{_shown(name)} has {size / 1_000_000:.1f} MB. Leave it out, or split it: a file has at most 1 MB."
        raise _RefusedError(message)


def _packed_name(info: zipfile.ZipInfo) -> str:
    # The library cuts a name at a NUL; what stands in the file is what has to be judged.
    name = info.orig_filename
    if not name.isascii() and not info.flag_bits & _UTF8_NAME:
        message = (
            f"The name {_shown(name)} is not marked as UTF-8. Rename that file in plain letters and pack it again."
        )
        raise _RefusedError(message)
    return name


def _check_names(names: list[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        why = _unfit_name(name)
        if why:
            message = f"The name {_shown(name)} {why}. Rename it, or pack the folder again."
            raise _RefusedError(message)
        key = unicodedata.normalize("NFC", name).casefold().rstrip("/")
        if key in seen:
            message = f"{_shown(seen[key])} and {_shown(name)} are the same name to some computers. Keep one of them."
            raise _RefusedError(message)
        seen[key] = name


def _unfit_name(name: str) -> str:
    """Say why a name could lead somewhere else, or nothing."""
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in name):
        return "holds characters that cannot be seen"
    if "\\" in name:
        return "holds a backslash"
    if name.startswith("/"):
        return "is an absolute path"
    if ":" in name:
        return "holds a colon, as names of drives do"
    if any(part in {"", ".", ".."} for part in name.rstrip("/").split("/")):
        return "leads out of the folder"
    return ""


def _check_member(info: zipfile.ZipInfo) -> None:
    name = _shown(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        what = "a symbolic link" if kind == stat.S_IFLNK else "not a plain file"
        message = f"{name} is {what}. Put the file itself into the zip."
        raise _RefusedError(message)
    if info.flag_bits & _ENCRYPTED:
        message = f"{name} is encrypted. Pack the folder again without a password."
        raise _RefusedError(message)
    if info.compress_type not in _PACKINGS:
        message = f"{name} is packed in an unusual way. Pack the folder again as an ordinary zip."
        raise _RefusedError(message)
    _check_size(info.filename, info.file_size)
    if info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise _RefusedError(_bomb(info.filename))


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a member's content, reading no further than it said it would go."""
    try:
        with archive.open(info) as member:
            raw = member.read(info.file_size + 1)
    except _UNREADABLE as error:
        message = f"{_shown(info.filename)} is damaged. Pack the folder again."
        raise _RefusedError(message) from error
    if len(raw) != info.file_size:
        raise _RefusedError(_bomb(info.filename))
    return raw


def _bomb(name: str) -> str:
    return (
        f"{_shown(name)} unfolds to far more than it says or than texts do. Pack the folder again as an ordinary zip."
    )


def _text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"{_shown(name)} is not UTF-8 text (line {line}). Save it as UTF-8 and try again."
        raise _RefusedError(message) from error
    if "\0" in text:
        message = f"{_shown(name)} is not a text: it holds NUL characters. Save it as UTF-8 text and try again."
        raise _RefusedError(message)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_wanted(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and parts[-1].lower().endswith((".yaml", ".yml"))


def _shown(name: str) -> str:
    """Return a name as a sentence can hold it: no control characters, and not endless."""
    clean = "".join(character if character.isprintable() else "?" for character in name)
    return f"“{clean if len(clean) <= _SHOWN else clean[:_SHOWN] + '…'}”"
