"""Requisitions as lists and pages show them, cut to what the reader may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, and_, bindparam, cast, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from app.domain.access import found, proved, require
from app.domain.blueprint import Blueprint, Dimension
from app.domain.debrief import BlueprintStamp
from app.domain.hiring import REQUISITION_MOVES, Part, RequisitionState, RevealRule, Stage
from app.domain.permission import Permission, Role, allow
from app.domain.visibility import stage_for
from app.models import planning
from app.models.asking import Asking, asked_by, asking_as
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.facts import applications_facts, requisition_facts
from app.models.person import Person, RoleGrant
from app.models.requisition import MustHave, Requisition, RequisitionMember
from app.models.visibility import applications_visible_to, requisitions_visible_to
from app.queries import blueprints, panels
from app.queries.panels import Panel, PanelRow
from app.queries.versions import newest_number

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts, RequisitionFacts

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RequisitionLine:
    """One requisition in the list; ``candidates`` counts those that the reader may know of."""

    requisition_id: UUID
    title: str
    state: RequisitionState
    openings: int
    blueprint: str
    manager: str
    candidates: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person and their part in a requisition."""

    person_id: UUID
    name: str
    part: Part


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One application on the requisition's page, as the reader may know it.

    ``thin`` counts the dimensions that too few interviewers look at; ``debrief_read`` and ``debrief_due`` say whether
    the reader may read the debrief, or may open it once the scorecards are in.
    """

    application_id: UUID
    candidate_id: UUID
    name: str
    headline: str
    stage: Stage
    applied_at: datetime
    panel: Panel
    thin: int
    debrief_read: bool
    debrief_due: bool


@dataclass(frozen=True, slots=True)
class RequisitionHeader:
    """What is true of a requisition for everybody who may see it."""

    requisition_id: UUID
    title: str
    state: RequisitionState
    reveal: RevealRule
    openings: int
    panel_size: int
    version: int
    blueprint_version_id: UUID
    stamp: BlueprintStamp
    blueprint: Blueprint
    people: tuple[Colleague, ...]
    musts: tuple[str, ...]
    pinned: bool
    newest_version_id: UUID
    newest_number: int
    blind: bool = False

    @property
    def outdated(self) -> bool:
        """Whether its role has a newer blueprint version than the one it rests on."""
        return self.newest_number > self.stamp.number

    @property
    def asked(self) -> tuple[Dimension, ...]:
        """The must-have dimensions: the blueprint's own and those chosen for this requisition, in its order."""
        dimensions = self.blueprint.scorecard.dimensions
        return tuple(dimension for dimension in dimensions if dimension.must or dimension.id in self.musts)

    def holding(self, *parts: Part) -> tuple[Colleague, ...]:
        """The people who hold one of these parts, by name."""
        return tuple(person for person in self.people if person.part in parts)


@dataclass(frozen=True, slots=True)
class RequisitionPage:
    """The requisition's page; ``granted`` holds what the reader may do there, of what the page offers."""

    header: RequisitionHeader
    candidates: tuple[CandidateLine, ...]
    granted: frozenset[Permission]
    moves: tuple[RequisitionState, ...]

    @property
    def pipeline(self) -> tuple[tuple[Stage, int], ...]:
        """How many of the candidates stand at each stage, as the reader may know it."""
        counts = Counter(line.stage for line in self.candidates)
        return tuple((stage, counts[stage]) for stage in Stage)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who could take a part, and the roles they hold."""

    person_id: UUID
    name: str
    roles: frozenset[Role]


def listed(
    session: Session,
    actor: ActorFacts,
    *,
    state: RequisitionState | None = None,
    text: str = "",
    after: UUID | None = None,
    limit: int = PAGE_SIZE,
) -> tuple[RequisitionLine, ...]:
    """Requisitions that the actor may see, newest first, in one query; ``after`` is the last one of the page before."""
    require(actor, Permission.REQUISITION_LIST)
    statement = _lines(asking_as(actor)).limit(limit)
    if state is not None:
        statement = statement.where(Requisition.state == state)
    if text.strip():
        statement = statement.where(Requisition.title.icontains(text.strip(), autoescape=True))
    if after is not None:
        key = select(Requisition.created_at, Requisition.id).where(Requisition.id == after).subquery()
        place = tuple_(Requisition.created_at, Requisition.id)
        statement = statement.where(place < select(key.c.created_at, key.c.id).scalar_subquery())
    return tuple(RequisitionLine(*row) for row in session.execute(statement, asked_by(actor)))


def page(session: Session, actor: ActorFacts, requisition_id: UUID) -> RequisitionPage:
    """The requisition's page, in four queries whatever it holds; :class:`NotFoundError` when it is not theirs."""
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.REQUISITION_SEE, facts)
    known = header(session, requisition_id)
    return RequisitionPage(
        known,
        _candidates(session, actor, known),
        _granted(actor, facts),
        _moves(actor, facts),
    )


def editing(session: Session, actor: ActorFacts, requisition_id: UUID) -> RequisitionHeader:
    """What the form of a requisition starts from, in two queries."""
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.REQUISITION_EDIT, facts)
    return header(session, requisition_id)


def choices(session: Session, *roles: Role, apart_from: str = "") -> tuple[Choice, ...]:
    """Active people who hold one of the roles, by name, in one query; never the one with the address given."""
    rows = session.execute(
        select(Person.id, Person.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.active.is_(True), Person.email != apart_from, RoleGrant.role.in_(roles))
        .order_by(Person.name, Person.id)
    )
    people: dict[UUID, tuple[str, set[Role]]] = {}
    for row in rows:
        people.setdefault(row.id, (row.name, set()))[1].add(row.role)
    return tuple(Choice(person_id, name, frozenset(held)) for person_id, (name, held) in people.items())


def open_ones(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """Requisitions that a candidate could apply for, by title, in one query."""
    rows = session.execute(_open(asking_as(actor)), asked_by(actor))
    return tuple((row.id, row.title) for row in rows)


_ASKED = (
    Permission.REQUISITION_EDIT,
    Permission.PANEL_PLAN,
    Permission.COMPARISON_SEE,
    Permission.ROLE_GRANT_HERE,
)


def _granted(actor: ActorFacts, facts: RequisitionFacts) -> frozenset[Permission]:
    """What the page offers. Candidates are added to the whole company's list, so that no role in one place counts."""
    here = frozenset(one for one in _ASKED if allow(proved(actor), one, facts).granted)
    return here | ({Permission.CANDIDATE_ADD} if _adds(actor, facts) else frozenset())


def _adds(actor: ActorFacts, facts: RequisitionFacts) -> bool:
    return all(allow(actor, Permission.CANDIDATE_ADD, about).granted for about in (None, facts))


def header(session: Session, requisition_id: UUID) -> RequisitionHeader:
    """The requisition with its people and must-haves, in one query; the caller has asked for the permission."""
    rows = session.execute(_header_rows(), {"requisition_id": requisition_id}).all()
    first = rows[0]
    kept: Requisition = first.Requisition
    stamp = BlueprintStamp(first.role, first.title, first.number, first.sha256)
    people = {(row.person_id, row.part): row.name for row in rows if row.person_id is not None}
    musts = {row.dimension for row in rows if row.dimension is not None}
    blueprint = blueprints.of_digest(session, stamp.sha256)
    return RequisitionHeader(
        requisition_id,
        kept.title,
        kept.state,
        kept.reveal,
        kept.openings,
        kept.panel_size,
        kept.version,
        kept.blueprint_version_id,
        stamp,
        blueprint,
        tuple(Colleague(person_id, name, part) for (person_id, part), name in people.items()),
        tuple(dimension.id for dimension in blueprint.scorecard.dimensions if dimension.id in musts),
        bool(first.pinned),
        first.newest_id,
        first.newest_number,
        kept.blind,
    )


@cache
def _header_rows() -> Select[*tuple[Any, ...]]:
    newest = aliased(BlueprintVersion)
    return (
        select(
            Requisition,
            BlueprintVersion.role,
            BlueprintVersion.title,
            BlueprintVersion.number,
            BlueprintVersion.sha256,
            planning.pinned().label("pinned"),
            newest.id.label("newest_id"),
            newest.number.label("newest_number"),
            RequisitionMember.person_id,
            RequisitionMember.part,
            Person.name,
            MustHave.dimension,
        )
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .join(newest, and_(newest.role == BlueprintVersion.role, newest.number == newest_number()))
        .outerjoin(RequisitionMember, RequisitionMember.requisition_id == Requisition.id)
        .outerjoin(Person, Person.id == RequisitionMember.person_id)
        .outerjoin(MustHave, MustHave.requisition_id == Requisition.id)
        .where(Requisition.id == bindparam("requisition_id"))
        .order_by(Person.name, Person.id)
    )


@lru_cache(maxsize=64)
def _open(actor: Asking) -> Select[UUID, str]:
    return (
        select(Requisition.id, Requisition.title)
        .where(requisitions_visible_to(actor), Requisition.state != RequisitionState.CLOSED)
        .order_by(Requisition.title, Requisition.id)
    )


@lru_cache(maxsize=64)
def _lines(actor: Asking) -> Select[Any]:
    manager = (
        select(func.min(Person.name))
        .join(RequisitionMember, RequisitionMember.person_id == Person.id)
        .where(RequisitionMember.requisition_id == Requisition.id, RequisitionMember.part == Part.HIRING_MANAGER)
        .correlate(Requisition)
        .scalar_subquery()
    )
    visible = (
        select(func.count(Application.id))
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.requisition_id == Requisition.id, applications_visible_to(actor))
        .correlate(Requisition)
        .scalar_subquery()
    )
    return (
        select(
            Requisition.id,
            Requisition.title,
            Requisition.state,
            Requisition.openings,
            BlueprintVersion.title.concat(literal(" ")).concat(cast(BlueprintVersion.number, String)),
            func.coalesce(manager, ""),
            visible,
            Requisition.created_at,
        )
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(requisitions_visible_to(actor))
        .order_by(Requisition.created_at.desc(), Requisition.id.desc())
    )


def _candidates(session: Session, actor: ActorFacts, known: RequisitionHeader) -> tuple[CandidateLine, ...]:
    facts = {
        application_id: each
        for application_id, each in applications_facts(session, actor, known.requisition_id).items()
        if allow(actor, Permission.CANDIDATE_SEE, each).granted
    }
    rows = panels.rows(session, actor, Application.requisition_id == known.requisition_id)
    grouped = groupby(rows, key=lambda row: row.application_id)
    return tuple(
        _candidate(list(each), actor, known, facts[application_id])
        for application_id, each in grouped
        if application_id in facts
    )


def _candidate(
    rows: Sequence[PanelRow], actor: ActorFacts, known: RequisitionHeader, facts: ApplicationFacts
) -> CandidateLine:
    first, panel, stage = rows[0], panels.panel_of(rows, actor, facts), stage_for(facts, rows[0].stage)
    opens = allow(actor, Permission.DEBRIEF_OPEN, facts).granted
    return CandidateLine(
        facts.application_id,
        first.candidate_id,
        first.candidate,
        first.headline,
        stage,
        first.created_at,
        panel,
        sum(line.thin for line in panel.coverage(known.blueprint.scorecard, known.musts)),
        allow(actor, Permission.DEBRIEF_SEE, facts).granted,
        opens and bool(panel.seats) and stage is not Stage.WITHDRAWN,
    )


def _moves(actor: ActorFacts, facts: RequisitionFacts) -> tuple[RequisitionState, ...]:
    if not allow(actor, Permission.REQUISITION_EDIT, facts).granted:
        return ()
    return tuple(state for state in RequisitionState if state in REQUISITION_MOVES[facts.state])
