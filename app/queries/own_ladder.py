"""What the ladder means to one person: where they stand and aim, their assessments and cases, and their reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.growth.case import CaseState
from app.domain.growth.cycle import CycleState
from app.domain.permission import Permission
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.assessment_facts import both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Reporting
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.queries.placements import Standing, current, level_title, newest_content, newest_placements

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_ENDED = (CaseState.DECIDED, CaseState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class OwnAssessment:
    """An assessment of the reader: ``answered`` speaks of their own side, ``both_in`` of both at once.

    ``left``: they were taken out of the cycle.
    """

    assessment_id: UUID
    cycle: str
    state: CycleState
    due_on: date
    target: str
    answered: bool
    both_in: bool
    left: bool


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A promotion case of the reader or of one of their reports."""

    case_id: UUID
    person: str
    own: bool
    to_level: str
    state: CaseState


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody who reports to the reader, with the open assessment on which the reader answers, if there is one."""

    person_id: UUID
    name: str
    team: str
    level: str
    since: date | None
    assessment_id: UUID | None
    due_on: date | None
    answered: bool
    both_in: bool


@dataclass(frozen=True, slots=True)
class OwnLadder:
    """The whole page."""

    standing: Standing | None
    assessments: tuple[OwnAssessment, ...]
    cases: tuple[CaseLine, ...]
    reports: tuple[Report, ...]

    @property
    def target(self) -> str:
        """The level that the reader named last, in words; "" where they named none."""
        return next((one.target for one in self.assessments if one.target), "")


def own_ladder(session: Session, actor: ActorFacts, *, today: date) -> OwnLadder:
    """What the ladder means to the reader, in four queries."""
    require(actor, Permission.LADDER_SEE)
    return OwnLadder(
        standing=current(session, [actor.person_id], today).get(actor.person_id),
        assessments=_assessments(session, actor),
        cases=_cases(session, actor),
        reports=_reports(session, actor, today),
    )


def _assessments(session: Session, actor: ActorFacts) -> tuple[OwnAssessment, ...]:
    rows = session.execute(
        select(
            Assessment.id, Cycle.title, Cycle.state, Assessment.due_on, Assessment.target_level,
            BlueprintVersion.sha256, _answered(actor.person_id), both_sealed().label("both_in"), Assessment.left_at,
        )
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .where(Assessment.person_id == actor.person_id)
        .order_by(Cycle.opened_at.desc(), Cycle.id)
    ).all()  # fmt: skip
    return tuple(
        OwnAssessment(
            assessment_id=row.id, cycle=row.title, state=row.state, due_on=row.due_on,
            target=level_title(session, row.sha256, row.target_level) if row.target_level else "",
            answered=bool(row.answered), both_in=bool(row.both_in), left=row.left_at is not None,
        )
        for row in rows
    )  # fmt: skip


def _cases(session: Session, actor: ActorFacts) -> tuple[CaseLine, ...]:
    me, case = actor.person_id, PromotionCase
    rows = session.execute(
        select(case.id, Person.name, case.person_id, case.to_level, case.state, BlueprintVersion.sha256)
        .join(Person, Person.id == case.person_id)
        .join(BlueprintVersion, BlueprintVersion.id == case.blueprint_version_id)
        .where(or_(case.person_id == me, and_(case.manager_id == me, case.state.not_in(_ENDED))))
        .order_by(case.created_at.desc(), case.id)
    ).all()
    return tuple(
        CaseLine(row.id, row.name, row.person_id == me, level_title(session, row.sha256, row.to_level), row.state)
        for row in rows
    )


def _reports(session: Session, actor: ActorFacts, today: date) -> tuple[Report, ...]:
    newest, mine = newest_placements(today), _open_assessments(actor)
    rows = session.execute(
        select(
            Person.id, Person.name, Reporting.team, newest.c.level, newest.c.since, newest_content(newest.c.role),
            mine.c.assessment_id, mine.c.due_on, mine.c.answered, mine.c.both_in,
        )
        .join(Reporting, Reporting.person_id == Person.id)
        .outerjoin(newest, and_(newest.c.person_id == Person.id, newest.c.place == 1))
        .outerjoin(mine, mine.c.person_id == Person.id)
        .where(Reporting.manager_id == actor.person_id, Person.active.is_(True))
        .order_by(Person.name, Person.id, mine.c.due_on)
    ).all()  # fmt: skip
    first = {row.id: row for row in reversed(rows)}
    return tuple(
        Report(
            person_id=row.id, name=row.name, team=row.team, since=row.since,
            level=level_title(session, row.sha256, row.level) if row.level else "",
            assessment_id=row.assessment_id, due_on=row.due_on, answered=bool(row.answered), both_in=bool(row.both_in),
        )
        for row in reversed(first.values())
    )  # fmt: skip


def _open_assessments(actor: ActorFacts) -> Any:  # noqa: ANN401  a subquery's columns have no static names
    return (
        select(
            Assessment.id.label("assessment_id"), Assessment.person_id, Assessment.due_on,
            _answered(actor.person_id), both_sealed().label("both_in"),
        )
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(
            Assessment.manager_id == actor.person_id,
            Assessment.left_at.is_(None),
            Cycle.state == CycleState.OPEN,
        )
        .subquery()
    )  # fmt: skip


def _answered(person_id: UUID) -> ColumnElement[bool]:
    sheet = aliased(Sheet)
    mine = and_(sheet.assessment_id == Assessment.id, sheet.author_id == person_id, sheet.sealed_at.is_not(None))
    return exists(select(literal(1)).where(mine).correlate(Assessment)).label("answered")
