"""What the permission map needs to know of an assessment, and of somebody on the ladder, each in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select

from app.domain.facts import Role
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.facts import AssessmentFacts, PersonFacts
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember
from app.models.ladder import Reporting
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.models.scopes import holds_for, team_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts


def assessment_facts(session: Session, actor: ActorFacts, assessment_id: UUID) -> AssessmentFacts | None:
    """How the actor stands to an assessment, or ``None`` when there is none of that id.

    A side is sealed by whoever answered for it: what a former manager sealed stays the manager's answers.
    """
    person = actor.person_id
    manages = Assessment.manager_id == person
    mine = and_(Sheet.author_id == person, Sheet.sealed_at.is_not(None))
    row = session.execute(
        select(
            Assessment.id,
            and_(Cycle.state == CycleState.OPEN, Assessment.left_at.is_(None)).label("open"),
            (Assessment.person_id == person).label("is_subject"),
            manages.label("is_manager"),
            _sheets(and_(Sheet.author_id == person, Sheet.answerer == Answerer.PEER)).label("is_peer"),
            _sheets(and_(Sheet.author_id == person, Sheet.declined_at.is_not(None))).label("declined"),
            sealed(Answerer.SELF).label("self_sealed"),
            sealed(Answerer.MANAGER).label("manager_sealed"),
            case((or_(_sheets(mine), and_(manages, sealed(Answerer.MANAGER))), True), else_=False).label("own_sealed"),
            _apart(actor).label("apart"),
            team_of(Assessment.person_id).label("team"),
        )
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(Assessment.id == assessment_id)
    ).one_or_none()
    if row is None:
        return None
    return AssessmentFacts(
        assessment_id=row.id,
        open=bool(row.open),
        is_subject=bool(row.is_subject),
        is_manager=bool(row.is_manager),
        is_peer=bool(row.is_peer),
        declined=bool(row.declined),
        self_sealed=bool(row.self_sealed),
        manager_sealed=bool(row.manager_sealed),
        own_sealed=bool(row.own_sealed),
        apart=bool(row.apart),
        team=row.team,
    )


def person_facts(session: Session, actor: ActorFacts, person_id: UUID) -> PersonFacts | None:
    """How the actor stands to a person on the ladder, or ``None`` when there is nobody of that id.

    A manager is whom they report to now, and whoever answers on them in a cycle that is open.
    """
    person = actor.person_id
    line = exists(select(literal(1)).where(Reporting.person_id == person_id, Reporting.manager_id == person))
    answers = exists(
        select(literal(1))
        .select_from(Assessment)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(
            Assessment.person_id == person_id,
            Assessment.manager_id == person,
            Assessment.left_at.is_(None),
            Cycle.state == CycleState.OPEN,
        )
    )
    managed = case((or_(line, answers), 1), else_=0).label("managed")
    row = session.execute(select(managed, team_of(Person.id).label("team")).where(Person.id == person_id)).one_or_none()
    if row is None:
        return None
    return PersonFacts(person_id=person_id, is_self=person_id == person, is_manager=bool(row.managed), team=row.team)


def sealed(answerer: Answerer, assessment: type[Assessment] = Assessment) -> ColumnElement[bool]:
    """A criterion on :class:`Assessment`, or an alias of it: this side's answers are sealed."""
    return _sheets(and_(Sheet.answerer == answerer, Sheet.sealed_at.is_not(None)), assessment)


def both_sealed(assessment: type[Assessment] = Assessment) -> ColumnElement[bool]:
    """A criterion on :class:`Assessment`, or an alias of it: the person and the manager have both sealed."""
    return and_(sealed(Answerer.SELF, assessment), sealed(Answerer.MANAGER, assessment))


def readable_by(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`Assessment`: says the same as ``ASSESSMENT_READ`` of the permission map."""
    person = actor.person_id
    if not actor.active:
        return literal(value=False)
    mine = or_(Assessment.person_id == person, Assessment.manager_id == person)
    if Role.HR_PARTNER in actor.roles:
        mine = or_(mine, and_(Assessment.person_id != person, ~_apart(actor)))
    if Role.HR_PARTNER in actor.scoped_roles:
        theirs = holds_for(actor, Role.HR_PARTNER, Assessment.person_id)
        mine = or_(mine, and_(theirs, Assessment.person_id != person, ~_apart(actor)))
    return and_(mine, both_sealed())


def _apart(actor: ActorFacts) -> ColumnElement[bool]:
    """Whether the actor sits where votes on the assessment, or on a case that rests on it, do not lie open yet."""
    person = actor.person_id
    member = exists(
        select(literal(1)).where(
            CalibrationMember.calibration_id == Calibration.id, CalibrationMember.person_id == person
        ).correlate(Calibration)
    )  # fmt: skip
    return exists(
        select(literal(1))
        .select_from(CalibrationItem)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .outerjoin(PromotionCase, PromotionCase.id == CalibrationItem.case_id)
        .where(
            or_(CalibrationItem.assessment_id == Assessment.id, PromotionCase.assessment_id == Assessment.id),
            Calibration.state.in_([CalibrationState.PREPARING, CalibrationState.VOTING]),
            or_(Calibration.chair_id == person, member),
        )
        .correlate(Assessment)
    )


def _sheets(wanted: ColumnElement[bool], assessment: type[Assessment] = Assessment) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).select_from(Sheet).where(Sheet.assessment_id == assessment.id, wanted).correlate(assessment)
    )
