"""What the chair has to know before a decision is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.card import CardState
from app.domain.decision import Outcome, passed_over
from app.domain.errors import NotFoundError
from app.domain.hiring import COMMITTEE, Stage
from app.domain.permission import Permission
from app.models.candidate import Application, Candidate
from app.models.decision import Vote
from app.models.facts import applications_facts
from app.models.interest import conflict_of
from app.models.person import Person
from app.models.requisition import RequisitionMember
from app.models.scorecard import ScorecardRow
from app.models.standing import sees_debrief, still_available
from app.queries.comparisons import Part, part_of

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

    from app.domain.comparison import Column
    from app.domain.debrief import BlueprintStamp
    from app.domain.permission import ActorFacts, ApplicationFacts

_VOTED, _ABSENT, _OWED = "voted", "absent", "owed"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The application with its numbers; who stands ahead of it, who has not voted, whose card is owed."""

    requisition_id: UUID
    requisition: str
    openings: int
    hired: int
    blueprint: BlueprintStamp
    column: Column
    ahead: tuple[Column, ...]
    voted: tuple[str, ...]
    absent: tuple[str, ...]
    owed: tuple[str, ...]


def preparation(session: Session, actor: ActorFacts, application_id: UUID) -> Preparation:
    """Four queries, whatever the number of candidates; for the chair, once the debrief is open."""
    people = session.execute(_people(application_id)).all()
    if not people:
        raise NotFoundError
    requisition_id = people[0].requisition_id
    facts = applications_facts(session, actor, requisition_id)
    require(actor, Permission.DECISION_RECORD, found(facts.get(application_id)))
    part = part_of(session, actor, requisition_id, facts)
    named = {
        kind: sorted({p.name for p in people if p.kind == kind}, key=str.casefold) for kind in (_VOTED, _ABSENT, _OWED)
    }
    return Preparation(
        requisition_id=requisition_id,
        requisition=part.title,
        openings=part.openings,
        hired=sum(column.decided == Outcome.HIRE.words for column in part.columns),
        blueprint=part.stamp,
        column=next(column for column in part.columns if column.application_id == application_id),
        ahead=_ahead(actor, application_id, part, facts),
        voted=tuple(named[_VOTED]),
        absent=tuple(named[_ABSENT]),
        owed=tuple(named[_OWED]),
    )


def _ahead(
    actor: ActorFacts, application_id: UUID, part: Part, facts: Mapping[UUID, ApplicationFacts]
) -> tuple[Column, ...]:
    composites = {c.application_id: c.score.value for c in part.columns if c.score is not None}
    available = [
        c.application_id
        for c in part.columns
        if sees_debrief(actor, facts[c.application_id])
        and still_available(facts[c.application_id], Stage(c.stage.lower()))
    ]
    ahead = passed_over(Outcome.HIRE, application_id, composites, available, best=part.scorecard.scale.best)
    chosen = [column for column in part.columns if column.application_id in ahead]
    return tuple(sorted(chosen, key=lambda column: column.candidate.casefold()))


def _people(application_id: UUID) -> CompoundSelect[*tuple[Any, ...]]:
    vote = aliased(Vote)
    members = (
        select(Application.requisition_id, Person.name, vote.member_id.is_not(None).label("voted"))
        .join(RequisitionMember, RequisitionMember.requisition_id == Application.requisition_id)
        .join(Person, Person.id == RequisitionMember.person_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(vote, (vote.application_id == Application.id) & (vote.member_id == Person.id))
        .where(
            Application.id == application_id,
            RequisitionMember.part.in_(sorted(COMMITTEE)),
            Person.active.is_(True),
            Person.email != Candidate.email,
            ~conflict_of(Person.id),
        )
        .subquery()
    )
    owed = (
        select(Application.requisition_id, Person.name, literal(_OWED).label("kind"))
        .join(ScorecardRow, ScorecardRow.application_id == Application.id)
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .where(Application.id == application_id, ScorecardRow.state == CardState.OWED)
    )
    voted = select(members.c.requisition_id, members.c.name, literal(_VOTED).label("kind")).where(members.c.voted)
    absent = select(members.c.requisition_id, members.c.name, literal(_ABSENT)).where(~members.c.voted)
    return union_all(voted, absent, owed)
