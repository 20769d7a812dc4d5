"""Requests to read sealed scorecards before their time: the list, one of them, and what it opens for an hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.granting import ReadEarly, Ruling
from app.domain.permission import Permission, allow
from app.models.blind import shown_code, shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.cards import card_sets
from app.models.facts import application_facts, glass_facts, glasses_facts
from app.models.granting import BrokenGlass
from app.models.person import Person
from app.models.requisition import Requisition
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.debrief import VisibleCard
    from app.domain.facts import ActorFacts, GlassFacts

MOST = 50


@dataclass(frozen=True, slots=True)
class EarlyReading:
    """One request; ``candidate`` is a code for whoever may not know the candidate."""

    glass_id: UUID
    application_id: UUID
    requisition: str
    candidate: str
    asked_by: str
    reason: str
    asked_at: datetime
    ruling: Ruling
    lapsed: bool
    decided_by: str | None
    decided_at: datetime | None
    ends_at: datetime | None
    first_read_at: datetime | None
    may_decide: bool
    may_read: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What is read early: every sealed scorecard of one application as it stands now."""

    requisition: str
    candidate: str
    scorecard: Scorecard
    cards: tuple[VisibleCard, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody who asks to read early sees before they do."""

    application_id: UUID
    requisition: str
    candidate: str


def listed(session: Session, actor: ActorFacts, now: datetime) -> tuple[EarlyReading, ...]:
    """The newest requests that the actor may know of, in two queries."""
    require(actor, Permission.GLASS_LIST)
    known = [one for one in glasses_facts(session, actor, now, limit=MOST) if _sees(actor, one)]
    return _lines(session, actor, known)


def one(session: Session, actor: ActorFacts, glass_id: UUID, now: datetime) -> EarlyReading:
    """One request."""
    facts = found(glass_facts(session, actor, glass_id, now))
    require(actor, Permission.GLASS_SEE, facts)
    return _lines(session, actor, [facts])[0]


def subject(session: Session, actor: ActorFacts, application_id: UUID) -> Subject:
    """The application that somebody would ask about."""
    require(actor, Permission.GLASS_ASK, found(application_facts(session, actor, application_id)))
    row = session.execute(
        select(Requisition.title, shown_name(actor).label("candidate"))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == application_id)
    ).one()
    return Subject(application_id, row.title, row.candidate)


def opened(session: Session, actor: ActorFacts, glass_id: UUID, now: datetime) -> Opened:
    """The sealed scorecards, while the hour runs; the service has noted the reading before."""
    facts = found(glass_facts(session, actor, glass_id, now))
    require(actor, Permission.GLASS_READ, facts)
    row = session.execute(
        select(Requisition.title, shown_name(actor).label("candidate"), BlueprintVersion.sha256)
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(Application.id == facts.application_id)
    ).one()
    cards = card_sets(session, [facts.application_id], reader=actor.person_id)[facts.application_id]
    scorecard = blueprints.of_digest(session, row.sha256).scorecard
    return Opened(row.title, row.candidate, scorecard, (*cards.counted, *cards.later))


def any_read() -> ColumnElement[bool]:
    """A column beside :class:`Application`: its sealed scorecards were read early at least once."""
    of_it = select(literal(1)).where(BrokenGlass.application_id == Application.id)
    return exists(of_it.where(BrokenGlass.first_read_at.is_not(None)).correlate(Application))


def of_application(session: Session, application_id: UUID) -> tuple[ReadEarly, ...]:
    """Each time that scorecards of an application were read early; callers have asked the map before."""
    asker, decider = aliased(Person), aliased(Person)
    rows = session.execute(
        select(BrokenGlass.first_read_at, BrokenGlass.reason, asker.name.label("asked"), decider.name.label("approved"))
        .join(asker, asker.id == BrokenGlass.asked_by_id)
        .join(decider, decider.id == BrokenGlass.decided_by_id)
        .where(BrokenGlass.application_id == application_id, BrokenGlass.first_read_at.is_not(None))
        .order_by(BrokenGlass.first_read_at)
    )
    return tuple(ReadEarly(row.asked, row.first_read_at, row.approved, row.reason) for row in rows)


def _sees(actor: ActorFacts, facts: GlassFacts) -> bool:
    return allow(actor, Permission.GLASS_SEE, facts).granted


def _lines(session: Session, actor: ActorFacts, known: Sequence[GlassFacts]) -> tuple[EarlyReading, ...]:
    by_id = {facts.glass_id: facts for facts in known}
    rows = {row.id: row for row in session.execute(_rows(actor).where(BrokenGlass.id.in_(by_id)))} if known else {}
    return tuple(_line(actor, facts, rows[glass_id]) for glass_id, facts in by_id.items())


def _rows(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    asker, decider = aliased(Person), aliased(Person)
    code: ColumnElement[str] = shown_code()
    return (
        select(
            BrokenGlass.id, Requisition.title, shown_name(actor).label("name"), code.label("code"),
            asker.name.label("asked_by"), BrokenGlass.reason, BrokenGlass.asked_at, BrokenGlass.ruling,
            decider.name.label("decided_by"), BrokenGlass.decided_at, BrokenGlass.ends_at, BrokenGlass.first_read_at,
        )
        .select_from(BrokenGlass)
        .join(Application, Application.id == BrokenGlass.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(asker, asker.id == BrokenGlass.asked_by_id)
        .outerjoin(decider, decider.id == BrokenGlass.decided_by_id)
    )  # fmt: skip


def _line(actor: ActorFacts, facts: GlassFacts, row: Row[*tuple[Any, ...]]) -> EarlyReading:
    named = allow(actor, Permission.CANDIDATE_SEE, facts).granted
    return EarlyReading(
        row.id, facts.application_id, row.title, row.name if named else row.code, row.asked_by, row.reason,
        row.asked_at, row.ruling, row.ruling is Ruling.WAITING and not facts.waiting, row.decided_by, row.decided_at,
        row.ends_at, row.first_read_at,
        may_decide=allow(actor, Permission.GLASS_DECIDE, facts).granted,
        may_read=allow(actor, Permission.GLASS_READ, facts).granted,
    )  # fmt: skip
