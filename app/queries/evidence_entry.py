"""One entry of an evidence log with what was said of it, and what the reader may do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, select

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.growth.case import CaseState
from app.domain.growth.log import Visibility
from app.domain.permission import Permission, allow
from app.models.evidence import LogEntry
from app.models.evidence_facts import entry_facts
from app.models.person import Person
from app.models.promotion import CaseEvidence, PromotionCase
from app.queries.evidence_log import EntryLine, Said, entry_line
from app.queries.evidence_page import RoleView, role_view

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_JUDGED = (CaseState.SUBMITTED, CaseState.DECIDED)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry and whose it is. ``cited``: a case that was handed in rests on it, so its owner cannot change it.

    ``mine`` is what the reader was asked and said themselves, if they were asked.
    """

    line: EntryLine
    owner: str
    role: RoleView
    cited: bool
    is_owner: bool
    may_keep: bool
    mine: Said | None


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody who can be asked."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Asking:
    """An entry, and who was not asked about it yet."""

    line: EntryLine
    people: tuple[Askable, ...]


def page(session: Session, actor: ActorFacts, entry_id: UUID, *, today: date) -> EntryPage:
    """An entry for whoever may read it, in four queries."""
    facts = found(entry_facts(session, actor, entry_id))
    require(actor, Permission.EVIDENCE_SEE, facts)
    line = entry_line(session, actor, entry_id)
    if line is None:
        raise NotFoundError
    judged = (
        select(literal(1))
        .select_from(CaseEvidence)
        .join(PromotionCase, PromotionCase.id == CaseEvidence.case_id)
        .where(CaseEvidence.entry_id == entry_id, PromotionCase.state.in_(_JUDGED))
    )
    head = session.execute(select(Person.name, exists(judged).label("cited")).where(Person.id == line.person_id)).one()
    answers = allow(actor, Permission.EVIDENCE_CORROBORATE, facts).granted
    mine = (said for said in line.corroborations if answers and said.person_id == actor.person_id)
    return EntryPage(
        line=line,
        owner=head.name,
        role=role_view(session, line.person_id, today),
        cited=bool(head.cited),
        is_owner=facts.is_owner,
        may_keep=allow(actor, Permission.EVIDENCE_KEEP, facts).granted,
        mine=next(mine, None),
    )


def kept(session: Session, actor: ActorFacts, entry_id: UUID, *, today: date) -> EntryPage:
    """An entry of the actor's own that they can still change or take back, in four queries."""
    found_page = page(session, actor, entry_id, today=today)
    if not found_page.may_keep:
        require(actor, Permission.EVIDENCE_KEEP, found(entry_facts(session, actor, entry_id)))
    return found_page


def asking(session: Session, actor: ActorFacts, entry_id: UUID) -> Asking:
    """An entry of the actor's own and whom they can ask about it, in three queries."""
    require(actor, Permission.EVIDENCE_KEEP, found(entry_facts(session, actor, entry_id)))
    line = entry_line(session, actor, entry_id)
    if line is None:
        raise NotFoundError
    asked = {said.person_id for said in line.corroborations}
    return Asking(line, tuple(one for one in askable(session, actor) if one.person_id not in asked))


def askable(session: Session, actor: ActorFacts) -> tuple[Askable, ...]:
    """Everybody with an open account but the actor, by name, in one query."""
    require(actor, Permission.EVIDENCE_LIST)
    others = select(Person.id, Person.name).where(Person.active.is_(True), Person.id != actor.person_id)
    return tuple(Askable(*row) for row in session.execute(others.order_by(Person.name, Person.id)))


def last_visibility(session: Session, actor: ActorFacts) -> Visibility:
    """What the actor chose for their newest entry, in one query; before the first entry, only themselves."""
    require(actor, Permission.EVIDENCE_LIST)
    mine = select(LogEntry.visibility).where(LogEntry.person_id == actor.person_id)
    return session.scalar(mine.order_by(LogEntry.added_at.desc()).limit(1)) or Visibility.PRIVATE
