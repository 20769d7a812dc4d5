"""Documents that candidates hand in with their answers: checked and rid of metadata before anything is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.domain.access import HIDDEN, found, require
from app.domain.case_work import CaseMode, neutral_name
from app.domain.errors import Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import Permission
from app.formats import document_clean, document_kind
from app.models.base import new_id
from app.models.case_work import CaseAssignment, CaseFile, CaseTask
from app.models.facts import application_facts
from app.models.privacy import DoomedFile
from app.services import audit, case_work, files

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.services.files import StoredFile, Upload

FOLDER = "case-files"
"""The folder of the instance in which these documents lie."""

MOST_FILES, MOST_BYTES = 5, 25_000_000
_TOO_MUCH = f"You can hand in at most {MOST_FILES} documents, and 25 MB together. Remove one first."
_NONE_TAKEN = "This task takes no documents. Write into the answers what you want to say."


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that may be stored: its name, fit for a download, its media type and its bytes without metadata."""

    name: str
    media_type: str
    data: bytes


def check(upload: Upload) -> Checked:
    """Check a document and take out what tells who made it.

    This takes seconds and belongs outside of any transaction. :class:`InvalidError` with the remedy when it is not
    accepted.
    """
    if len(upload.data) > files.SIZE_LIMIT:
        words = f"This file has {len(upload.data) / 1_000_000:.1f} MB. {document_kind.LIMITS}."
        raise InvalidError((Fault("file", words),))
    kind, wrong = document_kind.recognise(upload.name, upload.declared, upload.data)
    if kind is None or wrong:
        raise InvalidError((Fault("file", wrong),))
    return Checked(files.safe_name(upload.name), kind.media_type, document_clean.without_metadata(kind, upload.data))


def add(
    session: Session, application_id: UUID, assignment_id: UUID, document: Checked, *, folder: Path, now: datetime
) -> None:
    """Keep a checked document with a candidate's work."""
    given, _time = case_work.accepting(session, application_id, assignment_id, now)
    if not session.get_one(CaseTask, given.task_id).takes_files:
        raise InvalidError((Fault("file", _NONE_TAKEN),))
    number, count, stored = session.execute(
        select(
            func.coalesce(func.max(CaseFile.number), 0) + 1,
            func.count(),
            func.coalesce(func.sum(CaseFile.size), 0),
        ).where(CaseFile.assignment_id == assignment_id)
    ).one()
    if count >= MOST_FILES or stored + len(document.data) > MOST_BYTES:
        raise InvalidError((Fault("file", _TOO_MUCH),))
    kept = CaseFile(
        id=new_id(), assignment_id=assignment_id, number=number, name=document.name, media_type=document.media_type,
        size=len(document.data), sha256=hashlib.sha256(document.data).hexdigest(), added_at=now,
    )  # fmt: skip
    files.keep(folder, kept.id, document.data)
    session.add(kept)
    session.flush()
    audit.record(session, None, "case-work.add-file", f"case-assignment/{assignment_id}", now=now)


def remove(session: Session, application_id: UUID, assignment_id: UUID, file_id: UUID, *, now: datetime) -> None:
    """Take a document out of a candidate's work again; its bytes leave the disk with the next daily round."""
    case_work.accepting(session, application_id, assignment_id, now)
    kept = session.get(CaseFile, file_id)
    if kept is None or kept.assignment_id != assignment_id:
        raise NotFoundError
    session.delete(kept)
    session.add(DoomedFile(id=file_id, since=now))
    session.flush()
    audit.record(session, None, "case-work.remove-file", f"case-assignment/{assignment_id}", now=now)


def hand_out(session: Session, actor: ActorFacts, file_id: UUID, *, folder: Path, now: datetime) -> StoredFile:
    """A document that was handed in, under a neutral name, for whoever keeps it or talks about it in a live case.

    That it was viewed is recorded, so commit before sending it. Nobody who may not learn who the candidate is gets one:
    it may tell.
    """
    kept = session.get(CaseFile, file_id)
    given = session.get(CaseAssignment, kept.assignment_id) if kept else None
    if kept is None or given is None or given.handed_in_at is None:
        raise NotFoundError
    live = session.get_one(CaseTask, given.task_id).mode is CaseMode.LIVE
    wanted = Permission.KIT_SEE if live else Permission.CASE_WORK_KEEP
    facts = found(application_facts(session, actor, given.application_id))
    require(actor, wanted, facts)
    if facts.blinded:
        raise NotAllowedError(HIDDEN)
    data = files.checked(folder, file_id, kept.sha256)
    audit.record(session, actor, "case-work.view-file", f"case-assignment/{given.id}", now=now)
    return files.StoredFile(neutral_name(given.code, kept.number, kept.name), kept.media_type, data)


def own(session: Session, application_id: UUID, file_id: UUID, *, folder: Path) -> StoredFile:
    """A candidate's own document under the name that they gave it."""
    kept = session.get(CaseFile, file_id)
    given = session.get(CaseAssignment, kept.assignment_id) if kept else None
    if kept is None or given is None or given.application_id != application_id:
        raise NotFoundError
    return files.StoredFile(kept.name, kept.media_type, files.checked(folder, file_id, kept.sha256))
