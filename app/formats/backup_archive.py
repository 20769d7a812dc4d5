"""A backup as one file: a tar archive, sealed where a key is given, whose last member says what all others are.

Only plain files of known folders are taken out again. A link, an absolute name, a stranger, a second member of one
name, a missing one and one with other bytes are each refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, cast

from app.formats.sealed_stream import MARK, Opening, SealError, Sealing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

FORMAT = 1
DATABASE, FILE_FOLDERS = "database", ("files", "case-files")
_MANIFEST = "manifest.json"
_MEMBER = re.compile(rf"({'|'.join((DATABASE, *FILE_FOLDERS))})/[A-Za-z0-9_][A-Za-z0-9_.-]{{0,120}}")
_PIECE = 1_000_000
_MANIFEST_LIMIT = 200_000_000


class ArchiveError(Exception):
    """A file is no backup of ours, or not a whole one; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    ``kind`` is how the database was taken (``sqlite``, ``pg_dump``, ``copy``), ``counts`` the rows of each table,
    ``chain`` the witness line of the audit chain, empty before its first event. ``damaged`` names stored files whose
    bytes were gone or wrong already when the backup was made. ``members`` holds size and SHA-256 of each file inside.
    """

    made_at: str
    program: str
    kind: str
    revision: str
    instance: str
    chain: str
    chain_size: int
    counts: dict[str, int]
    damaged: list[str] = field(default_factory=list)
    members: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT


class _Forward:
    """A stream that is only written forward, for as long as anybody wants what is written."""

    def __init__(self, stream: BinaryIO | Sealing) -> None:
        self.write: Callable[[bytes], object] = stream.write


class Packing:
    """Takes the members of a backup one by one."""

    def __init__(self, stream: BinaryIO | Sealing) -> None:
        """Begin an archive on a stream that is only written forward."""
        self._out = _Forward(stream)
        self._tar = tarfile.open(fileobj=cast("IO[bytes]", self._out), mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  closed by finish
        self._members: dict[str, list[Any]] = {}

    def add(self, folder: str, file: Path) -> str:
        """Add a file under its own name in a folder of the archive; its SHA-256."""
        name = f"{folder}/{file.name}"
        with file.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            read = _Hashed(source)
            self._tar.addfile(_header(name, size), cast("IO[bytes]", read))
        self._members[name] = [size, read.digest()]
        return read.digest()

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the manifest with the members that were added, and end the archive."""
        told = {**asdict(manifest), "members": self._members}
        text = json.dumps(told, sort_keys=True, indent=1).encode()
        self._tar.addfile(_header(_MANIFEST, len(text)), BytesIO(text))
        self._tar.close()
        return Manifest(**told)

    def abandon(self) -> None:
        """Let go of an archive that will never be whole; what would still be written to end it goes nowhere."""
        self._out.write = len
        self._tar.close()


@contextmanager
def packing(out: Path, key: bytes | None) -> Iterator[Packing]:
    """Write a new archive at ``out``: readable by its owner only, and there under its name only when it is whole.

    :class:`FileExistsError` where something has that name already.
    """
    if out.exists():
        raise FileExistsError(out)
    unfinished = out.with_name(f".{out.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            sealing = Sealing(stream, key) if key else None
            packed = Packing(sealing or stream)
            try:
                yield packed
            except BaseException:
                packed.abandon()
                raise
            if sealing:
                sealing.close()
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(out)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(out.parent)


def unpack(archive: Path, folder: Path, key: bytes | None) -> Manifest:
    """Take a backup apart into ``folder``, which must be empty, and hold every member against the manifest.

    :class:`ArchiveError` at the first thing that is not as it should be.
    """
    try:
        with archive.open("rb") as stream:
            return _checked(*_taken_out(_opened(stream, key), folder))
    except (tarfile.TarError, SealError, UnicodeDecodeError) as error:
        raise ArchiveError(str(error)) from error


def is_sealed(archive: Path) -> bool:
    """Whether a key is needed to read a backup."""
    with archive.open("rb") as stream:
        return stream.read(len(MARK)) == MARK


def _opened(stream: BinaryIO, key: bytes | None) -> BinaryIO | Opening:
    sealed = stream.read(len(MARK)) == MARK
    stream.seek(0)
    if sealed and key is None:
        message = "it is encrypted; give the key with --key-file"
        raise ArchiveError(message)
    return Opening(stream, key) if sealed and key else stream


def _taken_out(stream: BinaryIO | Opening, folder: Path) -> tuple[dict[str, list[Any]], bytes]:
    found: dict[str, list[Any]] = {}
    told = b""
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isreg() else None
            if source is None or told or member.name in found:
                message = f"it holds {member.name!r}, which no backup has"
                raise ArchiveError(message)
            if member.name == _MANIFEST and member.size <= _MANIFEST_LIMIT:
                told = source.read()
            else:
                found[member.name] = _kept(member, source, folder)
    # Whatever follows the archive's own end has to be read as well, or a cut seal would pass.
    while stream.read(_PIECE):
        pass
    return found, told


def _kept(member: tarfile.TarInfo, source: IO[bytes], folder: Path) -> list[Any]:
    if _MEMBER.fullmatch(member.name) is None:
        message = f"it holds {member.name!r}, which no backup has"
        raise ArchiveError(message)
    target = folder / member.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    return [size, digest.hexdigest()]


def _checked(found: dict[str, list[Any]], told: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(told))
    except (ValueError, TypeError) as error:
        message = "it has no manifest: it is no backup, or not a whole one"
        raise ArchiveError(message) from error
    if manifest.format != FORMAT:
        message = f"it was written by a newer program ({manifest.program}); restore it with that one"
        raise ArchiveError(message)
    for name in sorted(found.keys() | manifest.members.keys()):
        if found.get(name) != manifest.members.get(name):
            message = f"{name} is not what its manifest says"
            raise ArchiveError(message)
    return manifest


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


class _Hashed:
    """Reads a file and hashes what was read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        return piece

    def digest(self) -> str:
        return self._digest.hexdigest()
