"""Giving roles and taking them back: in the whole company, in one requisition or in one team.

Nobody gives themselves anything, and nobody more than they may where they give it. An administrator, an HR partner or
an auditor is made by two administrators, as soon as there is a second one who could confirm it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, func, literal, select

from app.domain.access import found, require
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.facts import ActorFacts, GrantFacts, RequisitionFacts, Role, TeamFacts
from app.domain.granting import REQUEST_LIVES, SCOPED, TAKES_TWO, Ruling, gives_here
from app.domain.permission import Permission
from app.domain.predicates import holds_here
from app.models.facts import actor_facts, requisition_facts
from app.models.granting import RoleRequest, ScopedGrant
from app.models.ladder import Reporting
from app.models.person import Installation, Person, RoleGrant
from app.services import audit, installation, outbox, sessions, witnesses

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

ASKED_AT = "/people/asked"
_CHANGED = "What you may do here changed a moment ago, so nothing was done. Open the page again."
_NOT_ONESELF = "Nobody changes their own roles: ask another administrator."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role holds: in one requisition, in one team, or, with neither, in the whole company."""

    requisition_id: UUID | None = None
    team: str = ""

    @property
    def subject(self) -> dict[str, object]:
        """How the chain's payload names it."""
        if self.requisition_id:
            return {"requisition": str(self.requisition_id)}
        return {"team": self.team} if self.team else {}


COMPANY = Place()


def set_roles(
    session: Session, actor: ActorFacts, person_id: UUID, roles: Iterable[Role], *, now: datetime
) -> frozenset[Role]:
    """Give a person exactly these company-wide roles; return those that wait for a second administrator.

    Nobody changes their own, and the last administrator stays one.
    """
    require(actor, Permission.ROLE_GRANT)
    _not_oneself(actor, person_id)
    wanted = frozenset(roles)
    lock_people(session, actor)
    person = _locked(session, person_id)
    held = frozenset(grant.role for grant in person.roles)
    if Role.ADMIN in held - wanted:
        keep_an_admin(session, person_id)
    waiting = held_back(session, actor, person_id, wanted - held, now=now)
    added = wanted - held - waiting
    person.roles = [grant for grant in person.roles if grant.role in wanted] + [
        RoleGrant(role=role, granted_by_id=actor.person_id, granted_at=now) for role in sorted(added)
    ]
    change: dict[str, object] = {"added": ",".join(sorted(added)), "removed": ",".join(sorted(held - wanted))}
    if added & TAKES_TWO:
        change["alone"] = "yes"
        witnesses.tell(session, witnesses.ALONE, person_id, by=actor.person_id, now=now)
    if Role.ADMIN in held - wanted:
        witnesses.tell(session, witnesses.REMOVED, person_id, by=actor.person_id, now=now)
    if added or held - wanted:
        # A session that began with other rights does not live on with these: they sign in again, under a new token.
        sessions.end_all(session, person_id)
        audit.record(session, actor, "role.grant", f"user/{person_id}", now=now, payload=change)
    return waiting


def held_back(
    session: Session, actor: ActorFacts, person_id: UUID, roles: frozenset[Role], *, now: datetime
) -> frozenset[Role]:
    """Ask for those of the roles that take a second administrator, if there is one; return them."""
    waiting = roles & TAKES_TWO
    if not waiting or not _seconds(session, actor.person_id, person_id):
        return frozenset()
    for role in sorted(waiting):
        _ask(session, actor, person_id, role, COMPANY, now=now)
    return waiting


def give_here(session: Session, actor: ActorFacts, person_id: UUID, role: Role, place: Place, *, now: datetime) -> bool:
    """Give a role in one requisition or team; return whether it waits for a second administrator instead.

    :class:`InvalidError` when the role cannot be given there or is held already, :class:`NotAllowedError` when it is
    more than the giver may give.
    """
    facts = _place_facts(session, actor, place)
    require(actor, Permission.ROLE_GRANT_HERE, facts)
    _not_oneself(actor, person_id)
    if role not in SCOPED:
        raise InvalidError((Fault("role", f"{role.words} is not a role for one requisition or team."),))
    if role not in gives_here(_held_here(actor, facts)):
        message = f"You may not give the role {role.words} here: nobody gives more than they may themselves."
        raise NotAllowedError(message)
    lock_people(session, actor)
    person = _locked(session, person_id)
    _can_have(session, person, role, place)
    if role in TAKES_TWO and _seconds(session, actor.person_id, person_id):
        _ask(session, actor, person_id, role, place, now=now)
        return True
    _give(session, actor, person_id, role, place, now=now, second=None)
    return False


def take_back(session: Session, actor: ActorFacts, grant_id: UUID, *, now: datetime) -> tuple[UUID, Place]:
    """Take a role in one requisition or team away; return whose it was and where it held."""
    lock_people(session, actor)
    grant = session.get(ScopedGrant, grant_id, with_for_update=True)
    if grant is None:
        raise NotFoundError
    place = Place(grant.requisition_id, grant.team or "")
    facts = _place_facts(session, actor, place)
    require(actor, Permission.ROLE_GRANT_HERE, facts)
    _not_oneself(actor, grant.person_id)
    if grant.role not in gives_here(_held_here(actor, facts)):
        message = f"You may not take the role {grant.role.words} away here: ask an administrator."
        raise NotAllowedError(message)
    session.delete(grant)
    sessions.end_all(session, grant.person_id)
    taken = {"role": grant.role.value, **place.subject}
    audit.record(session, actor, "role.take_back", f"user/{grant.person_id}", now=now, payload=taken)
    return grant.person_id, place


def confirm(session: Session, actor: ActorFacts, request_id: UUID, *, accept: bool, now: datetime) -> None:
    """Accept or refuse a role that another administrator asked for; :class:`ConflictError` when it is too late."""
    lock_people(session, actor)
    request = _waiting(session, actor, request_id, Permission.ROLE_CONFIRM, now=now)
    _close(request, actor, Ruling.ACCEPTED if accept else Ruling.REFUSED, now=now)
    if accept:
        _still_fit(session, request)
        place = Place(request.requisition_id, request.team or "")
        _give(session, actor, request.person_id, request.role, place, now=now, second=request.asked_by_id)
    else:
        audit.record(session, actor, "role.refuse", f"user/{request.person_id}", now=now, payload=_told(request))
    answer = "confirmed" if accept else "refused"
    _tell(session, (request.asked_by_id,), f"A role that you asked for was {answer}", now=now)


def withdraw(session: Session, actor: ActorFacts, request_id: UUID, *, now: datetime) -> None:
    """Take a request back, one's own or another administrator's."""
    lock_people(session, actor)
    request = _waiting(session, actor, request_id, Permission.ROLE_WITHDRAW, now=now)
    _close(request, actor, Ruling.WITHDRAWN, now=now)
    audit.record(session, actor, "role.withdraw", f"user/{request.person_id}", now=now, payload=_told(request))


def lock_people(session: Session, actor: ActorFacts | None = None) -> None:
    """Lock the parent of all accounts: two administrators would otherwise demote each other in the same instant.

    :class:`NotAllowedError` when the ``actor`` lost something while they waited for the lock.
    """
    if session.scalar(select(Installation.id).with_for_update()) is None:
        # Before the first start there is no row to lock; making it lets one of two in, as its key is taken then.
        installation.ensure(session)
    if actor is not None and not _holds_still(session, actor):
        raise NotAllowedError(_CHANGED)


def _holds_still(session: Session, actor: ActorFacts) -> bool:
    """Whether what the actor held when they asked is theirs still: others may have acted before it was their turn."""
    here = actor_facts(session, actor.person_id)
    return here is not None and here.active and actor.roles <= here.roles and actor.scopes <= here.scopes


def keep_an_admin(session: Session, leaving: UUID) -> None:
    """Raise :class:`ConflictError` when nobody else is an administrator; call :func:`lock_people` before."""
    if not _admins(session, frozenset({leaving})):
        message = "This is the last administrator. Make somebody else an administrator first."
        raise ConflictError(message)


def _admins(session: Session, but: frozenset[UUID]) -> tuple[UUID, ...]:
    rows = session.scalars(
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMIN, Person.active.is_(True), Person.id.not_in(but))
        .order_by(Person.id)
    )
    return tuple(rows)


def _seconds(session: Session, asker: UUID, person_id: UUID) -> tuple[UUID, ...]:
    """Administrators who could confirm: neither who asks nor who would get the role."""
    return _admins(session, frozenset({asker, person_id}))


def _ask(session: Session, actor: ActorFacts, person_id: UUID, role: Role, place: Place, *, now: datetime) -> None:
    same = exists(
        select(literal(1)).where(
            RoleRequest.person_id == person_id,
            RoleRequest.role == role,
            RoleRequest.requisition_id.is_not_distinct_from(place.requisition_id),
            RoleRequest.team.is_not_distinct_from(place.team or None),
            RoleRequest.ruling == Ruling.WAITING,
            RoleRequest.lapses_at > now,
        )
    )
    if session.scalar(select(same)):
        return
    request = RoleRequest(
        person_id=person_id, role=role, requisition_id=place.requisition_id, team=place.team or None,
        asked_by_id=actor.person_id, asked_at=now, lapses_at=now + REQUEST_LIVES,
    )  # fmt: skip
    session.add(request)
    session.flush()
    audit.record(session, actor, "role.ask", f"user/{person_id}", now=now, payload=_told(request))
    seconds = _seconds(session, actor.person_id, person_id)
    _tell(session, seconds, "A role waits for a second administrator", now=now)


def _give(
    session: Session,
    actor: ActorFacts,
    person_id: UUID,
    role: Role,
    place: Place,
    *,
    now: datetime,
    second: UUID | None,
) -> None:
    """Write the role down; ``second`` is who asked for it, if the actor confirms it."""
    told: dict[str, object] = {"role": role.value, **place.subject}
    if second is not None:
        told["asked_by"] = str(second)
    elif role in TAKES_TWO:
        told["alone"] = "yes"
        witnesses.tell(session, witnesses.ALONE, person_id, by=actor.person_id, now=now)
    if place == COMPANY:
        session.add(RoleGrant(person_id=person_id, role=role, granted_by_id=second or actor.person_id, granted_at=now))
    else:
        session.add(
            ScopedGrant(
                person_id=person_id, role=role, requisition_id=place.requisition_id, team=place.team or None,
                granted_by_id=second or actor.person_id, granted_at=now,
            )
        )  # fmt: skip
    session.flush()
    sessions.end_all(session, person_id)
    act = "role.confirm" if second is not None else "role.give_here"
    audit.record(session, actor, act, f"user/{person_id}", now=now, payload=told)
    outbox.notify(
        session, person_id, subject="You were given a role",
        body="What you may do, and why, stands on the page of your own access.", path="/account/access", now=now,
    )  # fmt: skip


def _place_facts(session: Session, actor: ActorFacts, place: Place) -> RequisitionFacts | TeamFacts:
    if place.requisition_id is not None:
        return found(requisition_facts(session, actor, place.requisition_id))
    if not place.team.strip():
        raise InvalidError((Fault("place", "Choose a requisition or a team."),))
    return TeamFacts(team=place.team)


def _held_here(actor: ActorFacts, facts: RequisitionFacts | TeamFacts) -> frozenset[Role]:
    return actor.roles | frozenset(role for role in SCOPED if holds_here(actor, role, facts))


def _can_have(session: Session, person: Person, role: Role, place: Place) -> None:
    if not person.active:
        raise InvalidError((Fault("person_id", "This account is closed."),))
    if any(grant.role is role for grant in person.roles):
        message = f"{person.name} holds this role in the whole company already."
        raise InvalidError((Fault("role", message),))
    if place.team and not session.scalar(select(exists(select(literal(1)).where(Reporting.team == place.team)))):
        raise InvalidError((Fault("place", f"Nobody is in a team called {place.team}."),))
    held = select(func.count()).where(
        ScopedGrant.person_id == person.id,
        ScopedGrant.role == role,
        ScopedGrant.requisition_id.is_not_distinct_from(place.requisition_id),
        ScopedGrant.team.is_not_distinct_from(place.team or None),
    )
    if session.scalar(held):
        raise InvalidError((Fault("role", f"{person.name} holds this role here already."),))


def _waiting(
    session: Session, actor: ActorFacts, request_id: UUID, permission: Permission, *, now: datetime
) -> RoleRequest:
    request = session.get(RoleRequest, request_id, with_for_update=True)
    if request is None:
        raise NotFoundError
    facts = GrantFacts(
        request_id=request_id,
        is_asker=request.asked_by_id == actor.person_id,
        is_person=request.person_id == actor.person_id,
        waiting=request.ruling is Ruling.WAITING and now < request.lapses_at,
    )
    if not facts.waiting:
        require(actor, Permission.ROLE_ASKED_SEE, facts)
        message = "This request was decided, or has lapsed. Ask for the role again if it is still wanted."
        raise ConflictError(message)
    require(actor, permission, facts)
    return request


def _still_fit(session: Session, request: RoleRequest) -> None:
    """Between asking and confirming the world may have changed."""
    if request.asked_by_id not in _admins(session, frozenset()):
        message = "Whoever asked for this role is no administrator any more, so it cannot be confirmed."
        raise ConflictError(message)
    person = _locked(session, request.person_id)
    try:
        _can_have(session, person, request.role, Place(request.requisition_id, request.team or ""))
    except InvalidError as error:
        raise ConflictError(error.faults[0].message) from error


def _close(request: RoleRequest, actor: ActorFacts, ruling: Ruling, *, now: datetime) -> None:
    request.ruling, request.decided_by_id, request.decided_at = ruling, actor.person_id, now


def _told(request: RoleRequest) -> dict[str, object]:
    place = Place(request.requisition_id, request.team or "")
    return {"role": request.role.value, "request": str(request.id), **place.subject}


def _tell(session: Session, people: Iterable[UUID], subject: str, *, now: datetime) -> None:
    for person_id in people:
        outbox.notify(
            session, person_id, subject=subject,
            body="Roles that take two administrators are listed with who asked and who decided.", path=ASKED_AT,
            now=now,
        )  # fmt: skip


def _not_oneself(actor: ActorFacts, person_id: UUID) -> None:
    if person_id == actor.person_id:
        raise NotAllowedError(_NOT_ONESELF)


def _locked(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFoundError
    return person
