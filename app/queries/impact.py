"""Reports of groups: those that were released, what waits for one, and one of them worked out for reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, select

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.facts import ImpactFacts
from app.domain.fairness import release
from app.domain.fairness.report import ImpactDocument, ImpactReport
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission, allow
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.impact_facts import release_impact, takes_part
from app.models.person import Installation, Person
from app.models.requisition import Requisition
from app.models.self_identification import ImpactPart, ImpactRelease
from app.queries.impact_sections import sections

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed requisition that is in no report yet, with the applications it would count."""

    requisition_id: UUID
    title: str
    people: int
    yours: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """The closed requisitions of one role that wait; ``yours`` when the reader decided or scored in one of them."""

    role: str
    title: str
    closed: tuple[Closed, ...]

    @property
    def people(self) -> int:
        """Applications that were not withdrawn."""
        return sum(one.people for one in self.closed)

    @property
    def yours(self) -> bool:
        """Whether the reader decided or scored in one of them, so that somebody else releases the report."""
        return any(one.yours for one in self.closed)


@dataclass(frozen=True, slots=True)
class Released:
    """A report in the list."""

    release_id: UUID
    title: str
    requisitions: tuple[str, ...]
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """What the list shows; ``hidden`` counts reports on requisitions that the reader takes part in."""

    released: tuple[Released, ...]
    hidden: int
    waiting: tuple[Pool, ...]
    may_release: bool


def overview(session: Session, actor: ActorFacts) -> Overview:
    """Reports that the reader may open, newest first, and what waits, in two queries."""
    require(actor, Permission.IMPACT_LIST)
    all_released = list(_released(session, actor))
    shown = tuple(one for one, yours in all_released if not yours)
    may_release = allow(actor, Permission.IMPACT_RELEASE, ImpactFacts(has_part=False)).granted
    return Overview(shown, len(all_released) - len(shown), tuple(_waiting(session, actor)), may_release)


def waiting_of(session: Session, actor: ActorFacts, role: str) -> tuple[UUID, ...]:
    """The closed requisitions of a role that wait for a report; :class:`NotFoundError` when there are none."""
    pool = next((one for one in overview(session, actor).waiting if one.role == role), None)
    if pool is None:
        raise NotFoundError
    return tuple(one.requisition_id for one in pool.closed)


def report(session: Session, actor: ActorFacts, release_id: UUID) -> ImpactReport:
    """One report with everything worked out from what it tells, in two queries."""
    require(actor, Permission.IMPACT_SEE, found(release_impact(session, actor, release_id)))
    rows = session.execute(
        select(ImpactRelease, Person.name, Requisition.title)
        .join(Person, Person.id == ImpactRelease.released_by_id)
        .join(ImpactPart, ImpactPart.release_id == ImpactRelease.id)
        .join(Requisition, Requisition.id == ImpactPart.requisition_id)
        .where(ImpactRelease.id == release_id)
        .order_by(Requisition.title, Requisition.id)
    ).all()
    kept: ImpactRelease = rows[0][0]
    figures = release.read(kept.body)
    return ImpactReport(
        release_id, kept.title, tuple(row.title for row in rows), kept.released_at, rows[0].name, kept.sha256,
        figures.people, figures.withdrawn, sections(figures), figures.unscored,
    )  # fmt: skip


def document(session: Session, actor: ActorFacts, release_id: UUID, *, zone: str) -> ImpactDocument:
    """The same on paper."""
    told = report(session, actor, release_id)
    company = session.scalar(select(Installation.company).where(Installation.id == 1)) or ""
    return ImpactDocument(company, told, zone)


def _released(session: Session, actor: ActorFacts) -> Iterable[tuple[Released, bool]]:
    rows = session.execute(
        select(
            ImpactRelease.id, ImpactRelease.title, ImpactRelease.released_at, Requisition.title.label("requisition"),
            case((takes_part(actor), 1), else_=0).label("yours"),
        )
        .join(ImpactPart, ImpactPart.release_id == ImpactRelease.id)
        .join(Requisition, Requisition.id == ImpactPart.requisition_id)
        .order_by(ImpactRelease.released_at.desc(), ImpactRelease.id, Requisition.title, Requisition.id)
    )  # fmt: skip
    for _, group in groupby(rows, key=lambda row: row.id):
        parts = list(group)
        titles = tuple(row.requisition for row in parts)
        yield Released(parts[0].id, parts[0].title, titles, parts[0].released_at), any(row.yours for row in parts)


def _waiting(session: Session, actor: ActorFacts) -> Iterable[Pool]:
    counted = and_(Application.requisition_id == Requisition.id, Application.stage != Stage.WITHDRAWN)
    rows = session.execute(
        select(
            Requisition.id, Requisition.title, BlueprintVersion.role, func.max(BlueprintVersion.title).label("named"),
            func.count(Application.id).label("people"), func.max(case((takes_part(actor), 1), else_=0)).label("yours"),
        )
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .outerjoin(Application, counted)
        .outerjoin(ImpactPart, ImpactPart.requisition_id == Requisition.id)
        .where(Requisition.state == RequisitionState.CLOSED, ImpactPart.release_id.is_(None))
        .group_by(Requisition.id, Requisition.title, BlueprintVersion.role)
        .order_by(BlueprintVersion.role, Requisition.title, Requisition.id)
    )  # fmt: skip
    for role, group in groupby(rows, key=lambda row: row.role):
        parts = list(group)
        closed = tuple(Closed(row.id, row.title, row.people, bool(row.yours)) for row in parts)
        yield Pool(role, parts[0].named, closed)
