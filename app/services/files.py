"""Documents of candidates: checked when they come in, kept under names of our own, and checked again going out."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import require_any, require_whole
from app.domain.errors import Fault, InvalidError, NotFoundError, UnavailableError
from app.domain.permission import Permission
from app.domain.text import one_line
from app.formats import document_kind
from app.formats.document_clean import without_metadata
from app.models.base import new_id
from app.models.candidate import Candidate, CandidateFile
from app.models.facts import candidate_facts
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

SIZE_LIMIT = 10_000_000
MOST_FILES, MOST_BYTES = 20, 50_000_000
NAME_LIMIT = 200
_DAMAGED = "The stored file does not match its record, so it is not given out. Tell your administrator."
_NO_ROOM = "The disk does not take this file, so nothing of it was kept. Tell your administrator; send it again later."
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
"""Names that Windows keeps for devices, whatever ending follows."""
_UNSAFE = frozenset('/\\"<>|:*?')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it: its name, the media type the browser claims, and its bytes."""

    name: str
    declared: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A document that has been looked at: the name it goes by, its kind, and bytes that name no maker."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A document as it goes out again."""

    name: str
    media_type: str
    data: bytes


def cleaned(upload: Upload) -> CleanFile:
    """The document without what tells of its maker, or :class:`InvalidError` on ``file``.

    It takes up to some seconds in a process of its own, so call it outside a transaction.
    """
    if len(upload.data) > SIZE_LIMIT:
        size = f"This file has {len(upload.data) / 1_000_000:.1f} MB. {document_kind.LIMITS}."
        raise InvalidError((Fault("file", size),))
    kind, wrong = document_kind.recognise(upload.name, upload.declared, upload.data)
    if kind is None or wrong:
        raise InvalidError((Fault("file", wrong),))
    return CleanFile(safe_name(upload.name), kind.media_type, without_metadata(kind, upload.data))


def attach(
    session: Session, actor: ActorFacts, candidate_id: UUID, document: CleanFile, *, folder: Path, now: datetime
) -> UUID:
    """Keep a document of a candidate and return its id; the file is on the disk before the row that names it."""
    if session.get(Candidate, candidate_id, with_for_update=True) is None:
        raise NotFoundError
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))
    if wrong := _too_much(session, candidate_id, len(document.data)):
        raise InvalidError((Fault("file", wrong),))
    kept = CandidateFile(
        id=new_id(), candidate_id=candidate_id, name=document.name, media_type=document.media_type,
        size=len(document.data), sha256=hashlib.sha256(document.data).hexdigest(), added_at=now,
        added_by_id=actor.person_id,
    )  # fmt: skip
    keep(folder, kept.id, document.data)
    session.add(kept)
    session.flush()
    payload = {"name": kept.name, "size": kept.size, "sha256": kept.sha256}
    audit.record(session, actor, "file.add", f"file/{kept.id}", now=now, payload=payload)
    return kept.id


def hand_out(session: Session, actor: ActorFacts, file_id: UUID, *, folder: Path, now: datetime) -> StoredFile:
    """A document for whoever may download it; that it was viewed is recorded, so commit before sending it.

    :class:`UnavailableError` when the bytes on the disk are missing or not those that were stored.
    """
    kept = session.get(CandidateFile, file_id)
    if kept is None:
        raise NotFoundError
    require_any(actor, Permission.FILE_DOWNLOAD, candidate_facts(session, actor, kept.candidate_id))
    data = checked(folder, file_id, kept.sha256)
    audit.record(session, actor, "file.view", f"file/{file_id}", now=now)
    return StoredFile(kept.name, kept.media_type, data)


def checked(folder: Path, file_id: UUID, sha256: str) -> bytes:
    """A document's bytes; :class:`UnavailableError` when they are missing or not those that were stored."""
    try:
        data = (folder / str(file_id)).read_bytes()
    except FileNotFoundError as error:
        raise UnavailableError(_DAMAGED) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UnavailableError(_DAMAGED)
    return data


def _too_much(session: Session, candidate_id: UUID, size: int) -> str:
    files, stored = session.execute(
        select(func.count(), func.coalesce(func.sum(CandidateFile.size), 0)).where(
            CandidateFile.candidate_id == candidate_id
        )
    ).one()
    if files >= MOST_FILES or stored + size > MOST_BYTES:
        return f"A candidate has at most {MOST_FILES} documents and 50 MB together."
    return ""


def safe_name(name: str) -> str:
    """The last part of the name, fit for a download on any system; never used as a name on our own disk."""
    shown = one_line(
        "".join(" " if character in _UNSAFE or not character.isprintable() else character for character in name)
    )
    stem, _, ending = shown.rpartition(".")
    stem = stem.strip(" .")
    if _DEVICE.match(stem):
        stem = f"document {stem}"
    return f"{stem[: NAME_LIMIT - 10] or 'document'}.{ending.lower()}"


def keep(folder: Path, file_id: UUID, data: bytes) -> None:
    """Write a document's bytes under its id, durably; :class:`UnavailableError` and no trace where the disk refuses."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder, file_id, data)
    except OSError as error:
        (folder / str(file_id)).unlink(missing_ok=True)
        raise UnavailableError(_NO_ROOM) from error


def _write(folder: Path, file_id: UUID, data: bytes) -> None:
    descriptor = os.open(folder / str(file_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    # The new name has to be as durable as the bytes before anybody is told that the document is kept.
    directory = os.open(folder, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)
