"""A peer who would rather not answer on somebody, with words or without."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select

from app.domain.access import found, require
from app.domain.errors import InvalidError, NotAllowedError
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.assessment import Assessment, ExpectationMark, MarkEvidence, Sheet
from app.models.assessment_facts import assessment_facts
from app.models.person import Person
from app.services import audit, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

WORDS_LIMIT = 500


def decline(session: Session, actor: ActorFacts, assessment_id: UUID, words: str, *, now: datetime) -> None:
    """Decline to answer as a peer. What was drafted goes; the person and the manager are told, and read the words."""
    assessment = session.get(Assessment, assessment_id, with_for_update=True)
    facts = found(assessment_facts(session, actor, assessment_id))
    require(actor, Permission.ASSESSMENT_WRITE, facts)
    if assessment is None or facts.is_subject or facts.is_manager:
        message = "The person and the manager are the two that an assessment is between, so neither declines it."
        raise NotAllowedError(message)
    faults = text_faults("words", "your words", words, limit=WORDS_LIMIT)
    if faults:
        raise InvalidError(faults)
    mine = select(Sheet).where(Sheet.assessment_id == assessment_id, Sheet.author_id == actor.person_id)
    sheet = session.scalars(mine).one()
    for table in (MarkEvidence, ExpectationMark):
        session.execute(delete(table).where(table.sheet_id == sheet.id))
    sheet.words, sheet.declined_at, sheet.declined_words = "", now, words.strip() or None
    session.flush()
    payload = {"words": words.strip()}
    audit.record(session, actor, "assessment.decline", f"assessment/{assessment_id}", now=now, payload=payload)
    _tell(session, actor, assessment, now)


def _tell(session: Session, actor: ActorFacts, assessment: Assessment, now: datetime) -> None:
    pair = {assessment.person_id, assessment.manager_id}
    peer = session.get_one(Person, actor.person_id).name
    about = session.get_one(Person, assessment.person_id).name
    told = session.scalars(select(Person.id).where(Person.id.in_(pair), Person.active.is_(True)).order_by(Person.id))
    for person_id in told.all():
        outbox.notify(
            session, person_id, subject=f"{peer} will not answer on {about}",
            body="You can ask somebody else.", path=f"/ladder/assessments/{assessment.id}/peers", now=now,
        )  # fmt: skip
