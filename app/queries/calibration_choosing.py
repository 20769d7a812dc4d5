"""What a session can be made of: people who may sit in it, cases and assessments that it can take in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.cycle import Answerer
from app.domain.permission import Permission, Role
from app.models.assessment import Assessment, Cycle
from app.models.assessment_facts import sealed
from app.models.blueprint import BlueprintVersion
from app.models.calibration import Calibration, CalibrationItem
from app.models.calibration_facts import calibration_facts
from app.models.person import Person, RoleGrant
from app.models.promotion import PromotionCase
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

MOST = 300
_SIT = (Role.PEOPLE_MANAGER, Role.HIRING_MANAGER, Role.COMMITTEE, Role.HR_PARTNER)


@dataclass(frozen=True, slots=True)
class Offered:
    """Something to tick: a person, a case or an assessment, with what tells it apart."""

    id: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Choosing:
    """What a session can take in. ``assessments`` are those of the chosen cycle, at most ``MOST`` of them."""

    title: str
    cases: tuple[Offered, ...]
    cycles: tuple[Offered, ...]
    cycle_id: UUID | None
    assessments: tuple[Offered, ...]


def sitters(session: Session, actor: ActorFacts) -> tuple[Offered, ...]:
    """People who may sit in a session: whoever leads, decides on hires or looks after people, and is not gone."""
    require(actor, Permission.CALIBRATION_LIST)
    holds = exists(select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role.in_(_SIT)))
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .where(Person.active.is_(True), holds)
        .order_by(Person.name, Person.id)
    )
    return tuple(Offered(*row) for row in rows)


def choosing(session: Session, actor: ActorFacts, calibration_id: UUID, *, cycle_id: UUID | None) -> Choosing:
    """Cases that were handed in and assessments that both sides sealed, free and about others, in five queries."""
    require(actor, Permission.CALIBRATION_PREPARE, found(calibration_facts(session, actor, calibration_id)))
    title = session.scalar(select(Calibration.title).where(Calibration.id == calibration_id)) or ""
    cycles = session.execute(select(Cycle.id, Cycle.title, Cycle.state).order_by(Cycle.opened_at.desc()))
    return Choosing(
        title=title,
        cases=_cases(session, actor),
        cycles=tuple(Offered(row.id, row.title, row.state.words) for row in cycles),
        cycle_id=cycle_id,
        assessments=_assessments(session, actor, cycle_id) if cycle_id else (),
    )


def _cases(session: Session, actor: ActorFacts) -> tuple[Offered, ...]:
    case = PromotionCase
    rows = session.execute(
        select(case.id, Person.name, case.to_level, BlueprintVersion.sha256)
        .join(Person, Person.id == case.person_id)
        .join(BlueprintVersion, BlueprintVersion.id == case.blueprint_version_id)
        .where(
            case.state == CaseState.SUBMITTED,
            case.person_id != actor.person_id,
            ~_taken(CalibrationItem.case_id == case.id),
        )
        .order_by(Person.name, case.id)
        .limit(MOST)
    ).all()
    return tuple(
        Offered(row.id, row.name, f"to {_level(session, row.sha256, row.to_level)}") for row in rows
    )  # fmt: skip


def _assessments(session: Session, actor: ActorFacts, cycle_id: UUID) -> tuple[Offered, ...]:
    managing = aliased(Person)
    rows = session.execute(
        select(Assessment.id, Person.name, Assessment.team, managing.name.label("manager"))
        .join(Person, Person.id == Assessment.person_id)
        .join(managing, managing.id == Assessment.manager_id)
        .where(
            Assessment.cycle_id == cycle_id,
            Assessment.person_id != actor.person_id,
            Assessment.left_at.is_(None),
            sealed(Answerer.SELF),
            sealed(Answerer.MANAGER),
            ~_taken(CalibrationItem.assessment_id == Assessment.id),
        )
        .order_by(Person.name, Assessment.id)
        .limit(MOST)
    )
    return tuple(Offered(row.id, row.name, ", ".join(filter(None, (row.team, row.manager)))) for row in rows)


def _taken(of_item: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .select_from(CalibrationItem)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(of_item, Calibration.state != CalibrationState.LOCKED)
        .correlate(PromotionCase, Assessment)
    )


def _level(session: Session, sha256: str, level_id: str) -> str:
    ladder = blueprints.of_digest(session, sha256).ladder
    levels = {level.id: level.title for level in ladder.levels} if ladder else {}
    return levels.get(level_id, level_id)
