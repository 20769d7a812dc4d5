"""Around an assessment: peers who are asked for their view, and what the two agreed on once both are in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.growth.answers import TEXT_LIMIT
from app.domain.growth.cycle import Answerer
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.assessment import Assessment, AssessmentOutcome, Cycle, Sheet
from app.models.assessment_facts import assessment_facts
from app.models.person import Person
from app.services import assessment_record, audit, outbox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PEERS_AT_MOST = 5


def ask_peer(
    session: Session, actor: ActorFacts, assessment_id: UUID, person_id: UUID | None, *, now: datetime
) -> None:
    """Ask somebody who works beside the person for their view; they are told who will read it, with their name."""
    assessment = session.get(Assessment, assessment_id, with_for_update=True)
    require(actor, Permission.ASSESSMENT_ASK, found(assessment_facts(session, actor, assessment_id)))
    peer = session.get(Person, person_id) if person_id else None
    if assessment is None:
        raise NotFoundError
    fault = _peer_fault(session, assessment, peer)
    if fault or peer is None:
        raise InvalidError((Fault("peer", fault or "Choose somebody from the list."),))
    sheet = Sheet(assessment_id=assessment_id, answerer=Answerer.PEER, author_id=peer.id, asked_at=now)
    session.add(sheet)
    assessment_record.note(session, actor, assessment_id, f"Asked {peer.name} for a peer's view", now=now)
    outbox.notify(
        session, peer.id, subject="You were asked how you see a colleague",
        body="Who asked you, and who will read your answers with your name, stands on the page before you write.",
        path=f"/ladder/assessments/{assessment_id}", now=now,
    )  # fmt: skip
    payload = {"peer": str(peer.id)}
    audit.record(session, actor, "assessment.ask", f"assessment/{assessment_id}", now=now, payload=payload)


def conclude(session: Session, actor: ActorFacts, assessment_id: UUID, text: str, *, now: datetime) -> None:
    """Write down what the two agreed on, or one's own words to it; what was written before stays readable."""
    assessment = session.get(Assessment, assessment_id, with_for_update=True)
    require(actor, Permission.ASSESSMENT_CONCLUDE, found(assessment_facts(session, actor, assessment_id)))
    if assessment is None:
        raise NotFoundError
    faults = text_faults("text", "what you agreed on", text, limit=TEXT_LIMIT, required=True)
    if faults:
        raise InvalidError(faults)
    newest = select(func.max(AssessmentOutcome.number)).where(AssessmentOutcome.assessment_id == assessment_id)
    session.add(
        AssessmentOutcome(
            assessment_id=assessment_id, number=(session.scalar(newest) or 0) + 1, text=text.strip(), at=now,
            by_id=actor.person_id,
        )
    )  # fmt: skip
    session.flush()
    payload = {"text": text.strip()}
    audit.record(session, actor, "assessment.conclude", f"assessment/{assessment_id}", now=now, payload=payload)


def _peer_fault(session: Session, assessment: Assessment, peer: Person | None) -> str:
    with_peers = session.scalar(select(Cycle.with_peers).where(Cycle.id == assessment.cycle_id))
    if not with_peers:
        return "This cycle asks no peers."
    if peer is None or not peer.active:
        return "Choose somebody from the list."
    if peer.id in {assessment.person_id, assessment.manager_id}:
        return f"{peer.name} answers already, as the person or the manager."
    asked = session.execute(
        select(Sheet.author_id, Sheet.answerer, Sheet.declined_at).where(Sheet.assessment_id == assessment.id)
    ).all()
    mine = next((row for row in asked if row.author_id == peer.id), None)
    if mine:
        return f"{peer.name} was asked already{' and declined' if mine.declined_at else ''}."
    if sum(row.answerer is Answerer.PEER and row.declined_at is None for row in asked) >= PEERS_AT_MOST:
        return (
            f"{PEERS_AT_MOST} peers are asked already. More would tell you little more and cost each of them an hour."
        )
    return ""
