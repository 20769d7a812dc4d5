"""What somebody has shown for a level and what is missing, as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.growth.cycle import Answerer
from app.domain.growth.readiness import Piece, Readiness, readiness
from app.domain.permission import Permission
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.assessment_facts import both_sealed, person_facts, readable_by
from app.models.blueprint import BlueprintVersion
from app.models.person import Person
from app.queries import blueprints
from app.queries.assessments import SealedMarks, sealed_marks
from app.queries.evidence_log import entries_of
from app.queries.placements import newest_placements

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.growth.facts import PersonFacts
    from app.domain.ladder import Ladder, Level
    from app.domain.permission import ActorFacts
    from app.queries.evidence_log import EntryLine


@dataclass(frozen=True, slots=True)
class ReadinessPage:
    """Somebody against a level. ``held`` is None where no ladder is known for them.

    ``cycle`` names the assessment that the marks are from, "" where none is; ``reads_marks`` and ``reads_log`` tell
    what of them this reader may see at all.
    """

    person_id: UUID
    person: str
    is_self: bool
    version_id: UUID | None
    current: Level | None
    levels: tuple[Level, ...]
    held: Readiness | None
    cycle: str
    assessment_id: UUID | None
    reads_marks: bool
    reads_log: bool
    entries: tuple[EntryLine, ...]


def page(session: Session, actor: ActorFacts, person_id: UUID, level: str, *, on: date) -> ReadinessPage:
    """Readiness for a level, or for the one aimed at where ``level`` is none of the ladder's; in four queries."""
    facts = found(person_facts(session, actor, person_id))
    require(actor, Permission.READINESS_SEE, facts)
    row = _head(session, actor, person_id, on)
    blueprint = blueprints.of_digest(session, row.sha256) if row.sha256 else None
    if blueprint is None or blueprint.ladder is None:
        return _empty(row, facts)
    current, chosen = _levels(blueprint.ladder, row, level)
    reads = bool(row.assessment_id and row.reads)
    marks = sealed_marks(session, row.assessment_id) if reads else SealedMarks()
    entries = entries_of(session, actor, person_id)
    return ReadinessPage(
        person_id=person_id,
        person=row.name,
        is_self=facts.is_self,
        version_id=row.version_id,
        current=current,
        levels=blueprint.ladder.levels,
        held=_held(blueprint, chosen, current, marks, entries, on=on),
        cycle=row.cycle or "",
        assessment_id=row.assessment_id if reads else None,
        reads_marks=reads or not row.assessment_id,
        reads_log=facts.is_self or facts.is_manager,
        entries=entries,
    )


def _held(
    blueprint: Blueprint,
    chosen: Level,
    current: Level | None,
    marks: SealedMarks,
    entries: tuple[EntryLine, ...],
    *,
    on: date,
) -> Readiness:
    return readiness(
        blueprint,
        chosen.id,
        from_level=current.id if current else "",
        own=marks.own,
        manager=marks.manager,
        pieces=[
            Piece(one.title, one.about_on, frozenset(one.shows), one.confirmed_by)
            for one in entries
            if one.withdrawn_at is None
        ],
        on=on,
    )


def _levels(ladder: Ladder, row: Row[*tuple[Any, ...]], wanted: str) -> tuple[Level | None, Level]:
    """The level held, and the one to hold against: the one asked for, the one aimed at, or the next step."""
    known = {level.id: level for level in ladder.levels}
    current = known.get(row.current_level or row.placed or "")
    steps = [goal for one in ladder.promotions if current and one.from_level == current.id for goal in one.to_levels]
    for name in (wanted, row.target_level or "", *steps):
        if name in known:
            return current, known[name]
    return current, current or ladder.levels[0]


def _empty(row: Row[*tuple[Any, ...]], facts: PersonFacts) -> ReadinessPage:
    return ReadinessPage(
        person_id=facts.person_id, person=row.name, is_self=facts.is_self, version_id=None, current=None, levels=(),
        held=None, cycle="", assessment_id=None, reads_marks=True, reads_log=True, entries=(),
    )  # fmt: skip


def _head(session: Session, actor: ActorFacts, person_id: UUID, on: date) -> Row[*tuple[Any, ...]]:
    """The person with their newest opened assessment and its ladder, or the ladder of the role they are placed in."""
    placed, assessed, newest = newest_placements(on), aliased(BlueprintVersion), aliased(BlueprintVersion)
    return session.execute(
        select(
            Person.name, Assessment.id.label("assessment_id"), Assessment.current_level, Assessment.target_level,
            Cycle.title.label("cycle"), readable_by(actor).label("reads"), placed.c.level.label("placed"),
            func.coalesce(assessed.sha256, newest.sha256).label("sha256"),
            func.coalesce(assessed.id, newest.id).label("version_id"),
        )
        .select_from(Person)
        .outerjoin(Assessment, Assessment.id == _newest_assessment())
        .outerjoin(Cycle, Cycle.id == Assessment.cycle_id)
        .outerjoin(assessed, assessed.id == Cycle.blueprint_version_id)
        .outerjoin(placed, and_(placed.c.person_id == Person.id, placed.c.place == 1))
        .outerjoin(newest, and_(newest.role == placed.c.role, newest.number == _last_number(newest)))
        .where(Person.id == person_id)
    ).one()  # fmt: skip


def _newest_assessment() -> ColumnElement[UUID]:
    other = aliased(Assessment)
    sealed = select(func.max(Sheet.sealed_at)).where(
        Sheet.assessment_id == other.id, Sheet.answerer.in_([Answerer.SELF, Answerer.MANAGER])
    )
    return (
        select(other.id)
        .where(other.person_id == Person.id, both_sealed(other))
        .order_by(sealed.correlate(other).scalar_subquery().desc(), other.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _last_number(version: Any) -> ColumnElement[int]:  # noqa: ANN401  an aliased class has no type of its own
    other = aliased(BlueprintVersion)
    last = select(func.max(other.number)).where(other.role == version.role)
    return last.correlate(version).scalar_subquery()
