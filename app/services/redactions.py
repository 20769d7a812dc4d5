"""The redacted copy of a résumé: proposed by the program, edited and released by a coordinator, for the blinded.

``version`` is the one that the page showed, 0 before the first proposal; :class:`ConflictError` when somebody was
quicker.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain import redaction, resume
from app.domain.access import require_whole
from app.domain.errors import ConflictError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.redaction import Told
from app.domain.text import text_faults
from app.formats import document_text
from app.formats.document_text import LONGEST
from app.models.candidate import Candidate, CandidateFile
from app.models.facts import candidate_facts
from app.models.resume import Redaction, ResumeRow
from app.services import audit, files
from app.services.resumes import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PASTED = "Pasted text"
_STALE = "Somebody changed this redaction while you were writing. Load the page again and repeat your change."
_UNREADABLE = "The words of this document cannot be read here. Open it, and paste the text of the résumé below."
_LEFT = frozenset({Told.NAME, Told.EMAIL})
"""What must not be left in a text without a second look."""


def from_resume(session: Session, actor: ActorFacts, candidate_id: UUID, *, version: int, now: datetime) -> None:
    """Propose a redaction of the structured résumé."""
    candidate, row = _allowed(session, actor, candidate_id), session.get(ResumeRow, candidate_id)
    if row is None:
        raise NotFoundError
    body = json.loads(row.body)
    known = resume.known(body, candidate.name)
    proposal = redaction.proposed(resume.unnamed_text(body), known)
    _propose(session, actor, candidate_id, (ORIGIN, resume.as_text(body), proposal), version=version, now=now)


def from_file(
    session: Session, actor: ActorFacts, candidate_id: UUID, file_id: UUID, *, version: int, folder: Path, now: datetime
) -> None:
    """Propose a redaction of a document whose words can be read; that it was read is recorded."""
    candidate, kept = _allowed(session, actor, candidate_id), session.get(CandidateFile, file_id)
    if kept is None or kept.candidate_id != candidate_id:
        raise NotFoundError
    words = document_text.words_of(kept.media_type, files.checked(folder, file_id, kept.sha256))
    if not words:
        raise InvalidError((Fault("text", _UNREADABLE),))
    audit.record(session, actor, "file.view", f"file/{file_id}", now=now)
    proposal = redaction.proposed(words, _known(session, candidate))
    _propose(session, actor, candidate_id, (kept.name, words, proposal), version=version, now=now)


def from_text(
    session: Session, actor: ActorFacts, candidate_id: UUID, text: str, *, version: int, now: datetime
) -> None:
    """Propose a redaction of a pasted text."""
    candidate = _allowed(session, actor, candidate_id)
    _refuse(text_faults("text", "the text of the résumé", text, limit=LONGEST, required=True))
    words = text.replace("\r\n", "\n").strip()
    proposal = redaction.proposed(words, _known(session, candidate))
    _propose(session, actor, candidate_id, (PASTED, words, proposal), version=version, now=now)


def save(
    session: Session, actor: ActorFacts, candidate_id: UUID, redacted: str, *, version: int, now: datetime
) -> None:
    """Keep an edited text that nobody else reads yet: who could read the one before no longer can."""
    row = _locked(session, actor, candidate_id, version)
    row.redacted, row.released_at, row.released_by_id = _checked(redacted), None, None
    row.made_at, row.made_by_id = now, actor.person_id
    session.flush()
    audit.record(session, actor, "redaction.save", f"candidate/{candidate_id}", now=now)


def release(
    session: Session, actor: ActorFacts, candidate_id: UUID, redacted: str, *, version: int, sure: bool, now: datetime
) -> None:
    """Let whoever is blinded to the candidate read the text.

    :class:`InvalidError` names what still looks like the name or an address, unless ``sure`` says that it was seen.
    """
    row = _locked(session, actor, candidate_id, version)
    text = _checked(redacted)
    if not sure:
        _refuse(_leftovers(text, _known(session, session.get_one(Candidate, candidate_id))))
    row.redacted, row.released_at, row.released_by_id = text, now, actor.person_id
    session.flush()
    audit.record(session, actor, "redaction.release", f"candidate/{candidate_id}", now=now)


def withdraw(session: Session, actor: ActorFacts, candidate_id: UUID, *, version: int, now: datetime) -> None:
    """Take a released text back, for a second look."""
    row = _locked(session, actor, candidate_id, version)
    row.released_at, row.released_by_id = None, None
    session.flush()
    audit.record(session, actor, "redaction.withdraw", f"candidate/{candidate_id}", now=now)


def _allowed(session: Session, actor: ActorFacts, candidate_id: UUID) -> Candidate:
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate is None:
        raise NotFoundError
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))
    return candidate


def _known(session: Session, candidate: Candidate) -> redaction.Known:
    row = session.get(ResumeRow, candidate.id)
    return resume.known(json.loads(row.body) if row else {}, candidate.name)


def _propose(
    session: Session,
    actor: ActorFacts,
    candidate_id: UUID,
    texts: tuple[str, str, str],
    *,
    version: int,
    now: datetime,
) -> None:
    row = session.get(Redaction, candidate_id, with_for_update=True)
    if version != (row.version if row else 0):
        raise ConflictError(_STALE, current_version=row.version if row else 0)
    if row is None:
        row = Redaction(candidate_id=candidate_id)
        session.add(row)
    row.origin, row.original, row.redacted = texts
    row.made_at, row.made_by_id, row.released_at, row.released_by_id = now, actor.person_id, None, None
    session.flush()
    audit.record(session, actor, "redaction.propose", f"candidate/{candidate_id}", now=now)


def _locked(session: Session, actor: ActorFacts, candidate_id: UUID, version: int) -> Redaction:
    _allowed(session, actor, candidate_id)
    row = session.get(Redaction, candidate_id, with_for_update=True)
    if row is None:
        raise NotFoundError
    if row.version != version:
        raise ConflictError(_STALE, current_version=row.version)
    return row


def _checked(text: str) -> str:
    _refuse(text_faults("redacted", "the text that interviewers read", text, limit=LONGEST, required=True))
    return text.replace("\r\n", "\n").strip()


def _leftovers(text: str, known: redaction.Known) -> tuple[Fault, ...]:
    """What still names the candidate, by its line."""
    return tuple(
        Fault("redacted", f"Line {text.count(chr(10), 0, one.start) + 1} still holds “{text[one.start : one.end]}”.")
        for one in redaction.find(text, known)
        if one.told in _LEFT
    )[:10]


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise InvalidError(faults)
