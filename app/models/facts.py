"""What the permission map needs to know about an actor and an object, each in one query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.facts import GlassFacts
from app.domain.granting import Ruling
from app.domain.hiring import COMMITTEE, Part, RevealRule, Stage
from app.domain.permission import (
    ActorFacts,
    ApplicationFacts,
    CardFacts,
    RequisitionFacts,
)
from app.models.asking import ASKING, Asking, asked_by
from app.models.base import Instant
from app.models.blind import is_blinded
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import grades_in_requisition, owes_any_grade
from app.models.decision import DebriefRow, Decision
from app.models.early import has_read_early
from app.models.granting import BrokenGlass, ScopedGrant
from app.models.interest import has_conflict
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition, RequisitionMember
from app.models.scopes import OF_PERSON, SCOPES, scopes_of, team_of_requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

SEATED = (CardState.OWED, CardState.SEALED)
_FLAGS = frozenset(
    {"debrief_open", "decided", "blinded", "waiting", "reading", "put_away", "erased", "withdrawn", "read_early"}
)


def actor_facts(session: Session, person_id: UUID) -> ActorFacts | None:
    """Who a person is to the permission map, or ``None`` when there is no such person."""
    rows = session.execute(_actor(), {"person_id": person_id}).all()
    if not rows:
        return None
    roles = frozenset(row.role for row in rows if row.role is not None)
    return ActorFacts(
        person_id, rows[0].email, roles, active=rows[0].active, owes=bool(rows[0].owes), scopes=scopes_of(rows)
    )


@cache
def _actor() -> Select[*tuple[Any, ...]]:
    return (
        select(Person.email, Person.active, RoleGrant.role, owes_any_card().label("owes"), *SCOPES)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(ScopedGrant, OF_PERSON)
        .where(Person.id == bindparam("person_id"))
    )


def owes_any_card() -> ColumnElement[bool]:
    """Whether the :class:`Person` of the statement owes a scorecard, or a grade, on anybody."""
    card = aliased(ScorecardRow)
    owed = select(literal(1)).where(card.interviewer_id == Person.id, card.state == CardState.OWED)
    return exists(owed.correlate(Person)) | owes_any_grade()


def requisition_facts(session: Session, actor: ActorFacts, requisition_id: UUID) -> RequisitionFacts | None:
    """How the actor stands to a requisition, or ``None`` when there is none of that id."""
    row = session.execute(_requisition(), asked_by(actor, requisition_id=requisition_id)).one_or_none()
    return RequisitionFacts(**_fields(row)) if row else None


def application_facts(session: Session, actor: ActorFacts, application_id: UUID) -> ApplicationFacts | None:
    """How the actor stands to an application, or ``None`` when there is none of that id."""
    row = session.execute(_one_application(), asked_by(actor, application_id=application_id)).one_or_none()
    return _application(row) if row else None


def applications_facts(session: Session, actor: ActorFacts, requisition_id: UUID) -> dict[UUID, ApplicationFacts]:
    """The same for every application of a requisition, still in one query."""
    rows = session.execute(_of_requisition(), asked_by(actor, requisition_id=requisition_id))
    return {row.application_id: _application(row) for row in rows}


def candidate_facts(session: Session, actor: ActorFacts, candidate_id: UUID) -> tuple[ApplicationFacts, ...]:
    """How the actor stands to each application of a candidate."""
    return tuple(map(_application, session.execute(_of_candidate(), asked_by(actor, candidate_id=candidate_id))))


def card_facts(session: Session, actor: ActorFacts, card_id: UUID) -> CardFacts | None:
    """How the actor stands to a scorecard, or ``None`` when there is none of that id."""
    row = session.execute(_card(), asked_by(actor, card_id=card_id)).one_or_none()
    return CardFacts(**_fields(row)) if row else None


def glass_facts(session: Session, actor: ActorFacts, glass_id: UUID, now: datetime) -> GlassFacts | None:
    """How the actor stands to a request to read early, or ``None`` when there is none of that id."""
    statement = _glass().where(BrokenGlass.id == bindparam("glass_id"))
    row = session.execute(statement, asked_by(actor, glass_id=glass_id, moment=now)).one_or_none()
    return GlassFacts(**_fields(row)) if row else None


def glasses_facts(session: Session, actor: ActorFacts, now: datetime, *, limit: int) -> tuple[GlassFacts, ...]:
    """The same for the newest requests, still in one query."""
    newest = _glass().order_by(BrokenGlass.asked_at.desc(), BrokenGlass.id).limit(limit)
    return tuple(GlassFacts(**_fields(row)) for row in session.execute(newest, asked_by(actor, moment=now)))


def _glass() -> Select[*tuple[Any, ...]]:
    moment = bindparam("moment", type_=Instant())
    return (
        _applications(ASKING)
        .add_columns(
            BrokenGlass.id.label("glass_id"),
            (BrokenGlass.asked_by_id == ASKING.person_id).label("is_asker"),
            and_(BrokenGlass.ruling == Ruling.WAITING, BrokenGlass.lapses_at > moment).label("waiting"),
            case((and_(BrokenGlass.ruling == Ruling.ACCEPTED, BrokenGlass.ends_at > moment), True), else_=False).label(
                "reading"
            ),
        )
        .join(BrokenGlass, BrokenGlass.application_id == Application.id)
    )


@cache
def _requisition() -> Select[*tuple[Any, ...]]:
    card, application = aliased(ScorecardRow), aliased(Application)
    seat = exists(
        select(card.id)
        .join(application, application.id == card.application_id)
        .where(
            application.requisition_id == Requisition.id,
            card.interviewer_id == ASKING.person_id,
            card.state.in_(SEATED),
        )
    )
    wanted = Requisition.id == bindparam("requisition_id")
    return select(*_parts(ASKING), seat.label("has_seat")).select_from(Requisition).where(wanted)


@cache
def _one_application() -> Select[*tuple[Any, ...]]:
    return _applications(ASKING).where(Application.id == bindparam("application_id"))


@cache
def _of_requisition() -> Select[*tuple[Any, ...]]:
    return _applications(ASKING).where(Application.requisition_id == bindparam("requisition_id"))


@cache
def _of_candidate() -> Select[*tuple[Any, ...]]:
    return _applications(ASKING).where(Candidate.id == bindparam("candidate_id"))


@cache
def _card() -> Select[*tuple[Any, ...]]:
    return (
        _applications(ASKING)
        .add_columns(
            ScorecardRow.id.label("card_id"),
            (ScorecardRow.interviewer_id == ASKING.person_id).label("is_author"),
            ScorecardRow.state.label("card_state"),
        )
        .join(ScorecardRow, ScorecardRow.application_id == Application.id)
        .where(ScorecardRow.id == bindparam("card_id"))
    )


def _applications(asking: Asking) -> Select[*tuple[Any, ...]]:
    seat = aliased(ScorecardRow)
    return (
        select(
            Application.id.label("application_id"),
            *_parts(asking),
            exists(
                select(seat.id).where(
                    seat.application_id == Application.id,
                    seat.interviewer_id == asking.person_id,
                    seat.state.in_(SEATED),
                )
            ).label("has_seat"),
            (Candidate.email == asking.email).label("is_the_candidate"),
            has_conflict(asking).label("has_conflict"),
            _owes(asking).label("owes"),
            _sealed(asking).label("sealed_own"),
            (Requisition.reveal == RevealRule.AFTER_OWN).label("reveals_after_own"),
            exists(select(DebriefRow.application_id).where(DebriefRow.application_id == Application.id)).label(
                "debrief_open"
            ),
            exists(select(Decision.id).where(Decision.application_id == Application.id)).label("decided"),
            is_blinded(asking).label("blinded"),
            Candidate.hidden_at.is_not(None).label("put_away"),
            Candidate.erased_at.is_not(None).label("erased"),
            (Application.stage == Stage.WITHDRAWN).label("withdrawn"),
            has_read_early(asking.person_id).label("read_early"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
    )


def _parts(asking: Asking) -> tuple[ColumnElement[Any], ...]:
    return (
        Requisition.id.label("requisition_id"),
        Requisition.state.label("state"),
        _has_part(asking, (Part.HIRING_MANAGER,)).label("is_hiring_manager"),
        _has_part(asking, tuple(COMMITTEE)).label("is_committee"),
        _has_part(asking, (Part.CHAIR,)).label("is_chair"),
        grades_in_requisition(asking.person_id).label("is_grading"),
        team_of_requisition().label("team"),
    )


def _has_part(asking: Asking, parts: tuple[Part, ...]) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            RequisitionMember.requisition_id == Requisition.id,
            RequisitionMember.person_id == asking.person_id,
            RequisitionMember.part.in_(sorted(parts)),
        )
    )


def _owes(asking: Asking) -> ColumnElement[int]:
    card, application = aliased(ScorecardRow), aliased(Application)
    return (
        select(func.count(card.id))
        .join(application, application.id == card.application_id)
        .where(
            application.candidate_id == Candidate.id,
            card.interviewer_id == asking.person_id,
            card.state == CardState.OWED,
        )
        .correlate(Candidate)
        .scalar_subquery()
    )


def _sealed(asking: Asking) -> ColumnElement[int]:
    card = aliased(ScorecardRow)
    rated = exists(
        select(literal(1))
        .select_from(RatingRow)
        .join(Revision, Revision.id == RatingRow.revision_id)
        .where(Revision.scorecard_id == card.id, RatingRow.value.is_not(None))
    )
    return (
        select(func.coalesce(func.sum(case((rated, 1), else_=0)), 0))
        .where(
            and_(
                card.application_id == Application.id,
                card.interviewer_id == asking.person_id,
                card.state == CardState.SEALED,
            )
        )
        .correlate(Application)
        .scalar_subquery()
    )


def _application(row: Row[*tuple[Any, ...]]) -> ApplicationFacts:
    return ApplicationFacts(**_fields(row))


def _fields(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    # A driver without booleans answers 0 and 1.
    flags = ("is_", "has_", "reveals_")
    return {
        name: bool(value) if name.startswith(flags) or name in _FLAGS else value
        for name, value in row._mapping.items()  # noqa: SLF001  the documented way to a row as a mapping
    }
