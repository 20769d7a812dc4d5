"""Assessments as their sealed answers stand. Callers check who may read them; nothing opens before both are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Mark
from app.models.assessment import Assessment, Cycle, ExpectationMark, Sheet
from app.models.assessment_facts import both_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_PAIR = (Answerer.SELF, Answerer.MANAGER)


@dataclass(frozen=True, slots=True)
class SealedMarks:
    """Both sides' marks, by competency; both are empty until both sides have sealed."""

    own: tuple[Mark, ...] = ()
    manager: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """An assessment of which both sides are in, with the levels that the person named; "" where they named none."""

    assessment_id: UUID
    cycle_id: UUID
    cycle: str
    blueprint_version_id: UUID
    current_level: str
    target_level: str
    opened_at: datetime


def sealed_marks(session: Session, assessment_id: UUID) -> SealedMarks:
    """The sealed answers of both sides, in one query; empty unless both are in."""
    return marks_of(session, [assessment_id]).get(assessment_id, SealedMarks())


def marks_of(session: Session, assessment_ids: Iterable[UUID]) -> Mapping[UUID, SealedMarks]:
    """The same for several assessments, in one query; those of which not both are in are left out."""
    rows = session.execute(
        select(
            Sheet.assessment_id, Sheet.answerer, ExpectationMark.competency, ExpectationMark.standing,
            ExpectationMark.rung, ExpectationMark.note,
        )
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .outerjoin(ExpectationMark, ExpectationMark.sheet_id == Sheet.id)
        .where(
            Sheet.assessment_id.in_(list(assessment_ids)),
            Sheet.answerer.in_(_PAIR),
            Sheet.sealed_at.is_not(None),
            both_sealed(),
        )
        .order_by(ExpectationMark.competency)
    )  # fmt: skip
    found: dict[UUID, dict[Answerer, list[Mark]]] = {}
    for row in rows:
        sides = found.setdefault(row.assessment_id, {Answerer.SELF: [], Answerer.MANAGER: []})
        if row.competency is not None:
            sides[row.answerer].append(Mark(row.competency, row.standing, row.rung or None, row.note))
    return {
        key: SealedMarks(tuple(sides[Answerer.SELF]), tuple(sides[Answerer.MANAGER])) for key, sides in found.items()
    }


def newest(session: Session, person_id: UUID) -> Opened | None:
    """The assessment of a person that both sides sealed last, in one query; None where there is none."""
    row = session.execute(_opened(person_id).limit(1)).one_or_none()
    return Opened(*row) if row else None


def history(session: Session, person_id: UUID) -> tuple[Opened, ...]:
    """Every assessment of a person that both sides sealed, the newest first, in one query."""
    return tuple(Opened(*row) for row in session.execute(_opened(person_id)))


def _opened(person_id: UUID) -> Select[*tuple[Any, ...]]:
    later = (
        select(func.max(Sheet.sealed_at))
        .where(Sheet.assessment_id == Assessment.id, Sheet.answerer.in_(_PAIR))
        .correlate(Assessment)
        .scalar_subquery()
    )
    return (
        select(
            Assessment.id, Cycle.id, Cycle.title, Cycle.blueprint_version_id, Assessment.current_level,
            Assessment.target_level, later.label("opened_at"),
        )
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(Assessment.person_id == person_id, both_sealed())
        .order_by(later.desc(), Assessment.id)
    )  # fmt: skip
