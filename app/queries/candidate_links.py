"""A candidate's link and letters as those see them who look after the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.candidate_link import LinkState, has_ended
from app.domain.permission import Permission, allow
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.facts import application_facts
from app.models.link import CandidateFeedback, CandidateLink
from app.models.outbox import Message
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

MOST_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose link or feedback a page is about, by the name that the reader may know."""

    application_id: UUID
    candidate: str
    requisition_id: UUID
    requisition: str
    ended: bool


@dataclass(frozen=True, slots=True)
class KeptLink:
    """The newest link: who made it (empty: the program), whether it opens, and when it was last opened."""

    link_id: UUID
    generation: int
    made_at: datetime
    made_by: str
    until: datetime
    voided_at: datetime | None
    opened_at: datetime | None
    ran_out: bool
    alive: bool

    @property
    def over_at(self) -> datetime | None:
        """When a dead link ended, where that is known: one that ended with its application has no moment of its own."""
        return self.voided_at or (self.until if self.ran_out else None)


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A mail to the candidate; ``sent_at`` is ``None`` while it waits, ``stuck`` once it was refused."""

    subject: str
    written_at: datetime
    sent_at: datetime | None
    stuck: bool


@dataclass(frozen=True, slots=True)
class LinkDesk:
    """The page of a candidate's link; ``feedback`` when the reader may also write feedback."""

    whose: Whose
    link: KeptLink | None
    letters: tuple[SentLetter, ...]
    feedback: bool


@dataclass(frozen=True, slots=True)
class FeedbackDesk:
    """The page on which feedback is written; ``version`` is 0 before the first draft."""

    whose: Whose
    body: str
    version: int
    written_by: str
    written_at: datetime | None
    shared_at: datetime | None


def desk(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> LinkDesk:
    """The link of an application and the newest letters to its candidate, newest first, in three queries."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.LINK_ISSUE, facts)
    row = session.execute(
        select(
            shown_name(actor).label("candidate"), Requisition.title, Requisition.state, Application.stage,
            CandidateLink.id, CandidateLink.generation, CandidateLink.created_at, CandidateLink.expires_at,
            CandidateLink.voided_at, CandidateLink.opened_at, CandidateLink.afterwards, Person.name.label("made_by"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(CandidateLink, CandidateLink.application_id == Application.id)
        .outerjoin(Person, Person.id == CandidateLink.created_by_id)
        .where(Application.id == application_id)
    ).one()  # fmt: skip
    ended = has_ended(row.stage, row.state)
    link = None
    if row.id is not None:
        state = LinkState(row.generation, row.expires_at, row.voided_at, row.afterwards, ended)
        link = KeptLink(
            row.id, row.generation, row.created_at, row.made_by or "", row.expires_at, row.voided_at, row.opened_at,
            now >= row.expires_at, state.alive(now),
        )  # fmt: skip
    whose = Whose(application_id, row.candidate, facts.requisition_id, row.title, ended)
    may_tell = allow(actor, Permission.FEEDBACK_TELL, facts).granted
    return LinkDesk(whose, link, _letters(session, application_id), may_tell)


def feedback_desk(session: Session, actor: ActorFacts, application_id: UUID) -> FeedbackDesk:
    """The feedback of an application as it stands, in two queries."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.FEEDBACK_TELL, facts)
    row = session.execute(
        select(
            shown_name(actor).label("candidate"), Requisition.title, CandidateFeedback.body, CandidateFeedback.version,
            CandidateFeedback.written_at, CandidateFeedback.shared_at, Person.name.label("written_by"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(CandidateFeedback, CandidateFeedback.application_id == Application.id)
        .outerjoin(Person, Person.id == CandidateFeedback.written_by_id)
        .where(Application.id == application_id)
    ).one()  # fmt: skip
    whose = Whose(application_id, row.candidate, facts.requisition_id, row.title, ended=True)
    return FeedbackDesk(whose, row.body or "", row.version or 0, row.written_by or "", row.written_at, row.shared_at)


def _letters(session: Session, application_id: UUID) -> tuple[SentLetter, ...]:
    rows = session.execute(
        select(Message.subject, Message.created_at, Message.sent_at, Message.last_error)
        .where(Message.application_id == application_id)
        .order_by(Message.created_at.desc(), Message.id)
        .limit(MOST_LETTERS)
    )
    return tuple(SentLetter(row.subject, row.created_at, row.sent_at, bool(row.last_error)) for row in rows)
