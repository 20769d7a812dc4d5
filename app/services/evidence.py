"""Evidence of a goal: a link, a text or a file, checked when it comes in; files go out as downloads only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.formats import document_kind, web_address
from app.models.base import new_id
from app.models.onboarding import GoalEvidence
from app.models.plan_facts import goal_facts
from app.services import audit, files, goals
from app.services.files import StoredFile, Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

TITLE_LIMIT, LINK_LIMIT, BODY_LIMIT = 200, web_address.LIMIT, 8000
MOST_PIECES = 30


@dataclass(frozen=True, slots=True)
class PieceDraft:
    """What somebody offers as evidence: exactly one of a link, a text or a file."""

    title: str
    about_on: date
    link: str = ""
    text: str = ""
    upload: Upload | None = None


def show(
    session: Session,
    actor: ActorFacts,
    goal_id: UUID,
    piece: PieceDraft,
    *,
    folder: Path,
    today: date,
    now: datetime,
) -> UUID:
    """Add a piece of evidence and return its id; a file is on the disk before the row that names it."""
    require(actor, Permission.GOAL_WORK, found(goal_facts(session, actor, goal_id)))
    _refuse(_faults(session, goal_id, piece))
    row = _row(piece)
    if piece.upload:
        kind, wrong = document_kind.recognise(piece.upload.name, piece.upload.declared, piece.upload.data)
        if kind is None or wrong:
            raise InvalidError((Fault("file", wrong),))
        row.media_type, row.size = kind.media_type, len(piece.upload.data)
        row.sha256 = hashlib.sha256(piece.upload.data).hexdigest()
    goals.show(session, actor, goal_id, row, today=today, now=now)
    if piece.upload:
        files.keep(folder, row.id, piece.upload.data)
    return row.id


def hand_out(session: Session, actor: ActorFacts, evidence_id: UUID, *, folder: Path, now: datetime) -> StoredFile:
    """A file for whoever may see its goal; that it was viewed is recorded, so commit before sending it."""
    row = session.get(GoalEvidence, evidence_id)
    if row is None:
        raise NotFoundError
    require(actor, Permission.GOAL_SEE, found(goal_facts(session, actor, row.goal_id)))
    if row.kind is not EvidenceKind.FILE:
        raise NotFoundError
    data = files.checked(folder, evidence_id, row.sha256)
    audit.record(session, actor, "evidence.view", f"goal/{row.goal_id}", now=now)
    return StoredFile(row.body, row.media_type, data)


def _row(piece: PieceDraft) -> GoalEvidence:
    if piece.upload:
        kind, body = EvidenceKind.FILE, files.safe_name(piece.upload.name)
    elif piece.link.strip():
        kind, body = EvidenceKind.LINK, piece.link.strip()
    else:
        kind, body = EvidenceKind.TEXT, piece.text.strip()
    title = one_line(piece.title) or one_line(body)[:TITLE_LIMIT]
    return GoalEvidence(id=new_id(), kind=kind, title=title, body=body, about_on=piece.about_on)


def _faults(session: Session, goal_id: UUID, piece: PieceDraft) -> list[Fault]:
    given = [bool(piece.link.strip()), bool(piece.text.strip()), piece.upload is not None]
    faults = [*text_faults("title", "a title", piece.title, limit=TITLE_LIMIT)]
    if sum(given) != 1:
        faults.append(Fault("link", "Give one of the three: a link, a file or a text. Add another piece for the rest."))
    if piece.link.strip():
        faults += web_address.faults("link", piece.link.strip())
    faults += text_faults("text", "a text", piece.text, limit=BODY_LIMIT)
    if piece.upload and len(piece.upload.data) > files.SIZE_LIMIT:
        size = len(piece.upload.data) / 1_000_000
        faults.append(Fault("file", f"This file has {size:.1f} MB. {document_kind.LIMITS}."))
    pieces = session.scalar(select(func.count(GoalEvidence.id)).where(GoalEvidence.goal_id == goal_id)) or 0
    if pieces >= MOST_PIECES:
        faults.append(Fault("link", f"A goal has at most {MOST_PIECES} pieces of evidence. Choose the strongest."))
    return faults


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
