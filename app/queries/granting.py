"""Who holds which role where, and which roles wait for a second administrator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, proved, require
from app.domain.errors import NotFoundError
from app.domain.facts import ActorFacts, GrantFacts, RequisitionFacts, Role, Scope
from app.domain.granting import SCOPED, Ruling, gives_here
from app.domain.permission import Permission, allow
from app.domain.predicates import holds_here
from app.models.facts import requisition_facts
from app.models.granting import RoleRequest, ScopedGrant
from app.models.ladder import Reporting
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition
from app.models.scopes import OF_PERSON, SCOPES, scopes_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MOST_REQUESTS = 100


@dataclass(frozen=True, slots=True)
class HeldHere:
    """A role that somebody holds in one requisition or team; ``place`` is its title or name."""

    grant_id: UUID
    person_id: UUID
    name: str
    role: Role
    place: str
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A role that was asked for; ``place`` is empty for the whole company."""

    request_id: UUID
    person: str
    role: Role
    place: str
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    ruling: Ruling
    lapsed: bool
    decided_by: str | None
    decided_at: datetime | None
    may_confirm: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Where a role can be given: requisitions by id and title, teams by name."""

    requisitions: tuple[tuple[UUID, str], ...]
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Roles in one requisition: who holds them, what the reader gives there, and to whom they could.

    ``sees`` when the reader may see the requisition itself, which an administrator may not by being one.
    """

    requisition_id: UUID
    title: str
    held: tuple[HeldHere, ...]
    gives: tuple[Role, ...]
    people: tuple[tuple[UUID, str], ...]
    sees: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody with an account, as the map sees them."""

    person_id: UUID
    name: str
    email: str
    active: bool
    actor: ActorFacts


def held_by(session: Session, actor: ActorFacts, person_id: UUID) -> tuple[HeldHere, ...]:
    """What somebody holds in single places."""
    if person_id != actor.person_id:
        require(actor, Permission.ACCESS_SEE)
    return _held(session, _grants().where(ScopedGrant.person_id == person_id))


def desk(session: Session, actor: ActorFacts, requisition_id: UUID) -> Desk:
    """Who holds a role in this very requisition; those of its team or the whole company are not among them."""
    facts = found(requisition_facts(session, actor, requisition_id))
    require(proved(actor), Permission.ROLE_GRANT_HERE, facts)
    title = session.scalars(select(Requisition.title).where(Requisition.id == requisition_id)).one()
    held = _held(session, _grants().where(ScopedGrant.requisition_id == requisition_id))
    open_ones = select(Person.id, Person.name).where(Person.active.is_(True), Person.id != actor.person_id)
    people = session.execute(open_ones.order_by(Person.name, Person.id))
    gives = gives_here(actor.roles | frozenset(role for role in SCOPED if holds_here(actor, role, facts)))
    sees = allow(actor, Permission.REQUISITION_SEE, facts).granted
    return Desk(requisition_id, title, held, gives, tuple((row.id, row.name) for row in people), sees)


def asked(session: Session, actor: ActorFacts, now: datetime) -> tuple[AskedFor, ...]:
    """Roles that were asked for, those that wait first and then the newest."""
    require(actor, Permission.ROLE_ASKED_SEE)
    person, asker, decider = aliased(Person), aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            RoleRequest, person.name.label("person"), asker.name.label("asker"), decider.name.label("decider"),
            Requisition.title.label("title"),
        )
        .join(person, person.id == RoleRequest.person_id)
        .join(asker, asker.id == RoleRequest.asked_by_id)
        .outerjoin(decider, decider.id == RoleRequest.decided_by_id)
        .outerjoin(Requisition, Requisition.id == RoleRequest.requisition_id)
        .order_by((RoleRequest.ruling == Ruling.WAITING).desc(), RoleRequest.asked_at.desc(), RoleRequest.id)
        .limit(MOST_REQUESTS)
    )  # fmt: skip
    return tuple(_asked(actor, row, now) for row in rows)


def waiting(session: Session, actor: ActorFacts, now: datetime) -> int:
    """How many roles wait for a second administrator."""
    require(actor, Permission.ROLE_ASKED_SEE)
    open_ones = (RoleRequest.ruling == Ruling.WAITING, RoleRequest.lapses_at > now)
    return session.scalar(select(func.count()).select_from(RoleRequest).where(*open_ones)) or 0


def requisitions(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """Every requisition by title, for an administrator or an auditor who chooses one."""
    require(actor, Permission.ACCESS_SEE)
    rows = session.execute(select(Requisition.id, Requisition.title).order_by(Requisition.title, Requisition.id))
    return tuple((row.id, row.title) for row in rows)


def places(session: Session, actor: ActorFacts) -> Places:
    """Every requisition and team, for an administrator who gives a role in one."""
    teams = session.scalars(select(Reporting.team).where(Reporting.team != "").distinct().order_by(Reporting.team))
    return Places(requisitions(session, actor), tuple(teams))


def whose(session: Session, actor: ActorFacts, person_id: UUID) -> Whose:
    """Somebody, for the page of what they may do; their own page is everybody's."""
    require(actor, Permission.ACCESS_OWN if person_id == actor.person_id else Permission.ACCESS_SEE)
    rows = session.execute(
        select(Person.name, Person.email, Person.active, RoleGrant.role, *SCOPES)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(ScopedGrant, OF_PERSON)
        .where(Person.id == person_id)
    ).all()
    if not rows:
        raise NotFoundError
    first, roles = rows[0], frozenset(row.role for row in rows if row.role is not None)
    # Whether they owe a scorecard is left out on purpose: this page must not tell who has sealed.
    facts = ActorFacts(person_id, first.email, roles, active=first.active, scopes=scopes_of(rows))
    return Whose(person_id, first.name, first.email, first.active, facts)


def stands(session: Session, actor: ActorFacts, person: Whose, requisition_id: UUID) -> RequisitionFacts:
    """How somebody stands to a requisition, for whoever explains access; it says nothing of any candidate.

    Whether they owe a grade there is left out as well: it would tell when the last one is sealed.
    """
    require(actor, Permission.ACCESS_SEE)
    return replace(found(requisition_facts(session, person.actor, requisition_id)), is_grading=False)


def everybody(session: Session, actor: ActorFacts) -> tuple[Whose, ...]:
    """Everybody with an open account by name, as the map sees them, in two queries."""
    require(actor, Permission.ACCESS_SEE)
    rows = session.execute(
        select(Person.id, Person.name, Person.email, RoleGrant.role)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.active.is_(True))
        .order_by(Person.name, Person.id)
    ).all()
    scopes: dict[UUID, set[Scope]] = {}
    for one in session.scalars(select(ScopedGrant)):
        scopes.setdefault(one.person_id, set()).add(Scope(one.role, one.requisition_id, one.team or ""))
    roles: dict[UUID, set[Role]] = {}
    for row in rows:
        roles.setdefault(row.id, set()).update([row.role] if row.role else [])
    return tuple(
        Whose(
            row.id, row.name, row.email, active=True,
            actor=ActorFacts(row.id, row.email, frozenset(roles[row.id]), scopes=frozenset(scopes.get(row.id, ()))),
        )
        for row in {one.id: one for one in rows}.values()
    )  # fmt: skip


def _grants() -> Select[*tuple[Any, ...]]:
    giver = aliased(Person)
    return (
        select(ScopedGrant, Person.name, giver.name.label("giver"), Requisition.title)
        .join(Person, Person.id == ScopedGrant.person_id)
        .join(giver, giver.id == ScopedGrant.granted_by_id)
        .outerjoin(Requisition, Requisition.id == ScopedGrant.requisition_id)
        .order_by(Person.name, ScopedGrant.role, ScopedGrant.id)
    )


def _held(session: Session, statement: Select[*tuple[Any, ...]]) -> tuple[HeldHere, ...]:
    found_rows = session.execute(statement)
    return tuple(
        HeldHere(grant.id, grant.person_id, name, grant.role, title or f"Team {grant.team}", giver, grant.granted_at)
        for grant, name, giver, title in found_rows
    )


def _asked(actor: ActorFacts, row: Any, now: datetime) -> AskedFor:  # noqa: ANN401  a row of columns with names
    request: RoleRequest = row.RoleRequest
    alive = request.ruling is Ruling.WAITING and now < request.lapses_at
    facts = GrantFacts(
        request_id=request.id, is_asker=request.asked_by_id == actor.person_id,
        is_person=request.person_id == actor.person_id, waiting=alive,
    )  # fmt: skip
    team = f"Team {request.team}" if request.team else ""
    return AskedFor(
        request.id, row.person, request.role, row.title or team, row.asker, request.asked_at, request.lapses_at,
        request.ruling, request.ruling is Ruling.WAITING and not alive, row.decider, request.decided_at,
        may_confirm=allow(proved(actor), Permission.ROLE_CONFIRM, facts).granted,
        may_withdraw=allow(actor, Permission.ROLE_WITHDRAW, facts).granted,
    )  # fmt: skip
