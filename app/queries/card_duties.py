"""The scorecards of one application as duties, for who runs it: who owes which, and how often they were reminded.

It says nothing of what anybody wrote, whether they have begun to, or whether they opened their kit.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.card import CardState
from app.domain.card_reminding import MOST
from app.domain.permission import CardFacts, Permission, allow
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.facts import application_facts
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import Revision, ScorecardRow
from app.models.scorecard_duty import CardReminder, SeatOffer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts


@dataclass(frozen=True, slots=True)
class CardDuty:
    """One scorecard: ``reminded`` counts reminders to its interviewer, the last of them at ``reminded_at``.

    ``proposed`` names who was proposed for the seat and is not answered yet; ``enters`` when the reader may type the
    card in, which makes sense from the interview on.
    """

    card_id: UUID
    interviewer: str
    interview: str
    starts_at: datetime | None
    minutes: int
    state: CardState
    sealed_at: datetime | None
    release_reason: str
    reminded: int
    reminded_at: datetime | None
    proposed: str
    enters: bool

    @property
    def given_up(self) -> bool:
        """Whether the interviewer is not reminded any more."""
        return self.state is CardState.OWED and self.reminded >= MOST


@dataclass(frozen=True, slots=True)
class CardDuties:
    """Every scorecard of an application, those that are owed first."""

    application_id: UUID
    requisition_id: UUID
    candidate: str
    requisition: str
    duties: tuple[CardDuty, ...]


def duties(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> CardDuties:
    """Who owes what; only for who may see progress, and so never for somebody who owes a card on the candidate."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.PROGRESS_SEE, facts)
    rows = session.execute(_rows(actor).where(Application.id == application_id)).all()
    cards = sorted((_duty(row, actor, facts, now) for row in rows if row.card_id is not None), key=_place)
    return CardDuties(application_id, facts.requisition_id, rows[0].candidate, rows[0].requisition, tuple(cards))


def _place(duty: CardDuty) -> tuple[bool, str, str, str]:
    return duty.state is not CardState.OWED, duty.interviewer.casefold(), duty.interview.casefold(), str(duty.card_id)


def _rows(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    successor = aliased(Person)
    reminders = (CardReminder.scorecard_id == ScorecardRow.id, CardReminder.occasion.startswith("due-"))
    current = CardReminder.counts_from >= func.coalesce(Interview.starts_at, ScorecardRow.assigned_at)
    sealed_at = select(func.min(Revision.sealed_at)).where(Revision.scorecard_id == ScorecardRow.id)
    return (
        select(
            shown_name(actor).label("candidate"),
            Requisition.title.label("requisition"),
            ScorecardRow.id.label("card_id"),
            ScorecardRow.interviewer_id,
            ScorecardRow.state,
            ScorecardRow.release_reason,
            Person.name.label("interviewer"),
            Interview.title.label("interview"),
            Interview.starts_at,
            Interview.minutes,
            sealed_at.scalar_subquery().label("sealed_at"),
            _of_reminders(func.count(), *reminders, current).label("reminded"),
            _of_reminders(func.max(CardReminder.told_at), *reminders, current).label("reminded_at"),
            successor.name.label("proposed"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(ScorecardRow, ScorecardRow.application_id == Application.id)
        .outerjoin(Interview, Interview.id == ScorecardRow.interview_id)
        .outerjoin(Person, Person.id == ScorecardRow.interviewer_id)
        .outerjoin(SeatOffer, (SeatOffer.scorecard_id == ScorecardRow.id) & SeatOffer.settled_at.is_(None))
        .outerjoin(successor, successor.id == SeatOffer.person_id)
    )


def _of_reminders(what: ColumnElement[Any], *criteria: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(what).select_from(CardReminder).where(*criteria).correlate(ScorecardRow, Interview).scalar_subquery()


def _duty(row: Row[Any], actor: ActorFacts, facts: ApplicationFacts, now: datetime) -> CardDuty:
    is_author, held = row.interviewer_id == actor.person_id, row.starts_at is None or row.starts_at <= now
    card = CardFacts(**asdict(facts), card_id=row.card_id, is_author=is_author, card_state=row.state)
    return CardDuty(
        card_id=row.card_id,
        interviewer=row.interviewer,
        interview=row.interview,
        starts_at=row.starts_at,
        minutes=row.minutes,
        state=row.state,
        sealed_at=row.sealed_at,
        release_reason=row.release_reason,
        reminded=row.reminded,
        reminded_at=row.reminded_at,
        proposed=row.proposed or "",
        enters=held and allow(actor, Permission.CARD_ENTER, card).granted,
    )
