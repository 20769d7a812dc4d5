"""Conflicts of interest with a candidate, as declared and as the records say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import aliased

from app.domain.access import found, require, require_whole
from app.domain.errors import NotFoundError
from app.domain.interest import InterestKind
from app.domain.permission import Permission
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.facts import application_facts, candidate_facts
from app.models.interest import ConflictOfInterest, conflict_of
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Declaring:
    """What somebody who declares a conflict is shown: nothing but whom and what it is about."""

    application_id: UUID
    candidate: str
    requisition: str
    interviews: bool


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One declared conflict. ``by`` is who recorded it; ``withdrawn_at`` is set where it counts no longer."""

    conflict_id: UUID
    name: str
    kind: InterestKind
    statement: str
    declared_at: datetime
    by: str
    own: bool
    withdrawn_at: datetime | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the company."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All that is known of one candidate. ``derived`` names whom the records keep away without a declaration.

    ``people`` are those of whom a conflict can be recorded. To a ``blinded`` reader nothing is told that is derived.
    """

    application_id: UUID
    candidate_id: UUID
    candidate: str
    requisition: str
    referrer: str
    declared: tuple[ConflictLine, ...]
    derived: tuple[str, ...]
    people: tuple[Colleague, ...]
    blinded: bool = False

    def living(self, conflict_id: UUID) -> ConflictLine:
        """The declared conflict of that id that still counts; :class:`NotFoundError` when there is none."""
        for line in self.declared:
            if line.conflict_id == conflict_id and line.withdrawn_at is None:
                return line
        raise NotFoundError


@dataclass(frozen=True, slots=True)
class Referral:
    """A candidate and who recommended them; ``people`` are all who could have."""

    candidate_id: UUID
    candidate: str
    referrer_id: UUID | None
    people: tuple[Colleague, ...]


def declaring(session: Session, actor: ActorFacts, application_id: UUID) -> Declaring:
    """Whom it would be about, in two queries."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.INTEREST_DECLARE, facts)
    row = session.execute(
        select(shown_name(actor).label("candidate"), Requisition.title)
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == application_id)
    ).one()
    return Declaring(application_id, row.candidate, row.title, facts.has_seat)


def of_application(session: Session, actor: ActorFacts, application_id: UUID) -> Conflicts:
    """The conflicts with the candidate of an application, in four queries.

    Whoever is blinded to the candidate reads only what was declared, and chooses among everybody: who is left out of a
    list of the company's people, as the candidate or as somebody near to them, would tell who it is.
    """
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.INTEREST_KEEP, facts)
    referrer = aliased(Person)
    about = session.execute(
        select(Candidate.id, shown_name(actor).label("candidate"), Requisition.title, referrer.name.label("referrer"))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(referrer, referrer.id == Candidate.referrer_id)
        .where(Application.id == application_id)
    ).one()
    declared = _declared(session, actor, about.id, hushed=facts.blinded)
    people = session.execute(
        select(Person.id, Person.name, conflict_of(Person.id).label("near"))
        .join(Candidate, Candidate.id == about.id)
        .where(Person.active.is_(True), true() if facts.blinded else Person.email != Candidate.email)
        .order_by(Person.name, Person.id)
    ).all()
    if facts.blinded:
        rest = tuple(Colleague(row.id, row.name) for row in people if row.id != actor.person_id)
        return Conflicts(application_id, about.id, about.candidate, about.title, "", declared, (), rest, blinded=True)
    told = {line.name for line in declared if line.withdrawn_at is None}
    return Conflicts(
        application_id,
        about.id,
        about.candidate,
        about.title,
        about.referrer or "",
        declared,
        tuple(row.name for row in people if row.near and row.name not in told),
        tuple(Colleague(row.id, row.name) for row in people if not row.near and row.id != actor.person_id),
    )


def referral(session: Session, actor: ActorFacts, candidate_id: UUID) -> Referral:
    """Who recommended a candidate, in three queries."""
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))
    row = session.execute(
        select(shown_name(actor).label("candidate"), Candidate.referrer_id).where(Candidate.id == candidate_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    people = session.execute(
        select(Person.id, Person.name)
        .join(Candidate, Candidate.id == candidate_id)
        .where(Person.active.is_(True), Person.email != Candidate.email)
        .order_by(Person.name, Person.id)
    )
    return Referral(candidate_id, row.candidate, row.referrer_id, tuple(Colleague(*each) for each in people))


def _declared(session: Session, actor: ActorFacts, candidate_id: UUID, *, hushed: bool) -> tuple[ConflictLine, ...]:
    """``hushed`` leaves out what people wrote, which may tell a blinded reader who the candidate is."""
    by = aliased(Person)
    rows = session.execute(
        select(ConflictOfInterest, Person.name, by.name.label("by"))
        .join(Person, Person.id == ConflictOfInterest.person_id)
        .join(by, by.id == ConflictOfInterest.declared_by_id)
        .where(ConflictOfInterest.candidate_id == candidate_id)
        .order_by(ConflictOfInterest.declared_at.desc(), ConflictOfInterest.id)
    )
    return tuple(
        ConflictLine(
            row.ConflictOfInterest.id,
            row.name,
            row.ConflictOfInterest.kind,
            "" if hushed else row.ConflictOfInterest.statement,
            row.ConflictOfInterest.declared_at,
            row.by,
            row.ConflictOfInterest.person_id == actor.person_id,
            row.ConflictOfInterest.withdrawn_at,
            "" if hushed else row.ConflictOfInterest.withdrawn_reason,
        )
        for row in rows
    )
