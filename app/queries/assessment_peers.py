"""Whom an assessment asks besides the two: who was asked, and who can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.growth.cycle import Answerer
from app.domain.permission import Permission
from app.models.assessment import Sheet
from app.models.assessment_facts import assessment_facts
from app.models.person import Person
from app.queries import assessment_head

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.assessment_head import Head


@dataclass(frozen=True, slots=True)
class Asked:
    """A peer who was asked; whether they have answered is not told before both sides are in.

    ``declined_at`` is told at once, with their words where they gave any, so that somebody else can be asked.
    """

    name: str
    at: datetime
    declined_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class PeersPage:
    """``free`` are the people who can still be asked, by name."""

    head: Head
    asked: tuple[Asked, ...]
    free: tuple[tuple[UUID, str], ...]

    @property
    def counted(self) -> int:
        """How many were asked and have not declined."""
        return sum(one.declined_at is None for one in self.asked)


def page(session: Session, actor: ActorFacts, assessment_id: UUID) -> PeersPage:
    """The peers of an assessment, for the two whom it is between, in three queries."""
    require(actor, Permission.ASSESSMENT_ASK, found(assessment_facts(session, actor, assessment_id)))
    head = assessment_head.head(session, assessment_id, with_agreed=False)
    rows = session.execute(
        select(Person.id, Person.name, Sheet.answerer, Sheet.asked_at, Sheet.declined_at, Sheet.declined_words)
        .outerjoin(Sheet, (Sheet.author_id == Person.id) & (Sheet.assessment_id == assessment_id))
        .where(Person.active.is_(True) | (Sheet.answerer == Answerer.PEER))
        .order_by(Person.name, Person.id)
    ).all()
    pair = {head.person_id, head.manager_id}
    return PeersPage(
        head=head,
        asked=tuple(
            Asked(row.name, row.asked_at, row.declined_at, row.declined_words or "")
            for row in rows
            if row.answerer is Answerer.PEER
        ),
        free=tuple((row.id, row.name) for row in rows if row.answerer is None and row.id not in pair),
    )
