"""Sheets with their marks and what stands behind them, each list in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Subquery, Uuid, and_, cast, literal, null, or_, select, union_all

from app.domain.growth.answers import Answers
from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Mark, Standing
from app.models.assessment import Assessment, Cycle, ExpectationMark, MarkEvidence, Sheet
from app.models.assessment_facts import readable_by
from app.models.blueprint import BlueprintVersion
from app.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PAIR = (Answerer.SELF, Answerer.MANAGER)


@dataclass(frozen=True, slots=True)
class SheetView:
    """One answerer's sheet. ``sha256`` is of the ladder it is on; ``version`` guards the next save, 0 while unsaved."""

    assessment_id: UUID
    cycle: str
    sha256: str
    answerer: Answerer
    author: str
    answers: Answers
    saved_at: datetime | None
    sealed_at: datetime | None
    version: int


def own(session: Session, actor: ActorFacts, assessment_id: UUID) -> SheetView | None:
    """The actor's own sheet, draft or sealed; None where nobody asked them and they wrote nothing."""
    mine = and_(Sheet.assessment_id == assessment_id, Sheet.author_id == actor.person_id)
    return next(iter(_sheets(session, mine, told=literal(value=True))), None)


def opened(session: Session, actor: ActorFacts, assessment_id: UUID, person_id: UUID) -> tuple[SheetView, ...]:
    """What the actor may read on a person: both sides of this and of earlier cycles, and this cycle's peers.

    A peer who has not sealed is there by name, without answers; one who declined is not.
    """
    here = Sheet.assessment_id == assessment_id
    sealed = Sheet.sealed_at.is_not(None)
    pair = and_(Sheet.answerer.in_(PAIR), sealed)
    peers = and_(here, Sheet.answerer == Answerer.PEER, Sheet.declined_at.is_(None))
    wanted = and_(Assessment.person_id == person_id, readable_by(actor), or_(pair, peers))
    return _sheets(session, wanted, told=sealed)


def _sheets(session: Session, wanted: ColumnElement[bool], *, told: ColumnElement[bool]) -> tuple[SheetView, ...]:
    said = _said()
    rows = session.execute(
        select(
            Sheet.id, Sheet.assessment_id, Cycle.title.label("cycle"), BlueprintVersion.sha256, Sheet.answerer,
            Person.name, Sheet.words, Sheet.saved_at, Sheet.sealed_at,
            Sheet.version, told.label("told"), said.c.competency, said.c.standing, said.c.rung, said.c.note,
            said.c.entry_id,
        )
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .join(Person, Person.id == Sheet.author_id)
        .outerjoin(said, and_(said.c.sheet_id == Sheet.id, told))
        .where(wanted)
        .order_by(Sheet.answerer.desc(), Person.name, Sheet.id, said.c.competency, said.c.entry_id)
    )  # fmt: skip
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return tuple(_view(found) for found in grouped.values())


def _said() -> Subquery:
    """Marks and links under one another: a mark has a standing, a link an entry."""
    marks = select(
        ExpectationMark.sheet_id, ExpectationMark.competency, cast(ExpectationMark.standing, String).label("standing"),
        ExpectationMark.rung, ExpectationMark.note, cast(null(), Uuid()).label("entry_id"),
    )  # fmt: skip
    links = select(
        MarkEvidence.sheet_id, MarkEvidence.competency, literal("", String), literal("", String), literal("", String),
        MarkEvidence.entry_id,
    )  # fmt: skip
    return union_all(marks, links).subquery()


def _view(rows: list[Row[*tuple[Any, ...]]]) -> SheetView:
    head = rows[0]
    return SheetView(
        assessment_id=head.assessment_id,
        cycle=head.cycle,
        sha256=head.sha256,
        answerer=head.answerer,
        author=head.name,
        answers=Answers(_marks(rows), head.words if head.told else "", _links(rows)),
        saved_at=head.saved_at if head.told else None,
        sealed_at=head.sealed_at,
        version=head.version if head.saved_at is not None else 0,
    )


def _marks(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(row.competency, Standing(row.standing), row.rung or None, row.note) for row in rows if row.standing
    )


def _links(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[tuple[str, UUID], ...]:
    return tuple((row.competency, row.entry_id) for row in rows if row.entry_id is not None)
