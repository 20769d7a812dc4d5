"""What stands above an assessment: the cycle, the people, the frozen blueprint, the levels, and what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.debrief import BlueprintStamp
from app.domain.growth.answers import asked_about
from app.domain.growth.cycle import CycleState
from app.models.assessment import Assessment, AssessmentOutcome, Cycle
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, unreplaced
from app.models.person import Person
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.competency import Competency
    from app.domain.ladder import Ladder, Level


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the two agreed on, or one's own words to it."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Head:
    """An assessment without any answers. ``current`` falls back to where the person was placed, until they named it.

    ``left``: the person was taken out of the cycle, so it is not ``open`` to them.
    """

    assessment_id: UUID
    cycle_id: UUID
    cycle: str
    open: bool
    left: bool
    due_on: date
    with_peers: bool
    person_id: UUID
    person: str
    manager_id: UUID
    manager: str
    version_id: UUID
    stamp: BlueprintStamp
    blueprint: Blueprint
    current: Level | None
    target: Level | None
    agreed: tuple[Agreed, ...]

    @property
    def needed(self) -> frozenset[str]:
        """The competencies that the level aimed at asks for; empty where none is aimed at."""
        required = self.ladder.required(self.target.id) if self.target else ()
        return frozenset(rung.competency for rung in required)

    @property
    def ladder(self) -> Ladder:
        """The frozen ladder; a cycle is only opened on a version that has one."""
        if self.blueprint.ladder is None:
            raise LookupError(self.stamp.role)
        return self.blueprint.ladder

    @property
    def asked(self) -> tuple[Competency, ...]:
        """The competencies that are asked about."""
        return asked_about(self.blueprint)


def head(session: Session, assessment_id: UUID, *, with_agreed: bool) -> Head:
    """The head of an assessment that exists, in one query, or two the first time a process reads the blueprint."""
    rows = session.execute(_rows(with_agreed=with_agreed).where(Assessment.id == assessment_id)).all()
    row = rows[0]
    stamp = BlueprintStamp(row.role, row.blueprint, row.number, row.sha256)
    blueprint = blueprints.of_digest(session, row.sha256)
    levels = {level.id: level for level in blueprint.ladder.levels} if blueprint.ladder else {}
    return Head(
        assessment_id=assessment_id, cycle_id=row.cycle_id, cycle=row.cycle,
        open=row.state is CycleState.OPEN and row.left_at is None, left=row.left_at is not None,
        due_on=row.due_on, with_peers=row.with_peers, person_id=row.person_id, person=row.person,
        manager_id=row.manager_id, manager=row.manager, version_id=row.version_id, stamp=stamp, blueprint=blueprint,
        current=levels.get(row.current_level or row.placed or ""), target=levels.get(row.target_level),
        agreed=tuple(_agreed(one) for one in rows if one.agreed_at is not None) if with_agreed else (),
    )  # fmt: skip


def _agreed(row: Row[*tuple[Any, ...]]) -> Agreed:
    return Agreed(row.agreed, row.agreed_at, row.agreed_by)


def _rows(*, with_agreed: bool) -> Select[*tuple[Any, ...]]:
    """The assessment, once for each thing that was written down, the newest first, or once where there is none."""
    person, manager, writer = aliased(Person), aliased(Person), aliased(Person)
    rows = (
        select(
            Cycle.id.label("cycle_id"), Cycle.title.label("cycle"), Cycle.state, Assessment.due_on, Assessment.left_at,
            Cycle.with_peers,
            Assessment.person_id, person.name.label("person"), Assessment.manager_id, manager.name.label("manager"),
            Assessment.current_level, Assessment.target_level, _placed().label("placed"),
            BlueprintVersion.id.label("version_id"), BlueprintVersion.role, BlueprintVersion.title.label("blueprint"),
            BlueprintVersion.number, BlueprintVersion.sha256,
        )
        .select_from(Assessment)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .join(person, person.id == Assessment.person_id)
        .join(manager, manager.id == Assessment.manager_id)
    )  # fmt: skip
    if not with_agreed:
        return rows
    said = AssessmentOutcome
    return (
        rows.add_columns(said.text.label("agreed"), said.at.label("agreed_at"), writer.name.label("agreed_by"))
        .outerjoin(said, said.assessment_id == Assessment.id)
        .outerjoin(writer, writer.id == said.by_id)
        .order_by(said.number.desc())
    )


def _placed() -> ColumnElement[str | None]:
    """The level in this role that the person holds, where somebody recorded one."""
    return (
        select(Placement.level)
        .where(
            Placement.person_id == Assessment.person_id,
            Placement.role == BlueprintVersion.role,
            Placement.since <= Assessment.due_on,
            unreplaced(),
        )
        .order_by(Placement.since.desc(), Placement.recorded_at.desc(), Placement.id)
        .limit(1)
        .correlate(Assessment, BlueprintVersion)
        .scalar_subquery()
    )
