"""Giving roles: never to oneself, never more than one may, and the powerful ones by two administrators."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, PlumblineError
from app.domain.facts import Scope
from app.domain.granting import REQUEST_LIVES, Ruling
from app.domain.permission import Role
from app.models.audit import AuditEvent, AuditPayload
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.granting import RoleRequest, ScopedGrant
from app.models.outbox import Message
from app.models.person import Person, RoleGrant
from app.services import accounts, granting, installation, witnesses
from app.services.granting import Place
from tests.factories.hiring import NOW, make_person, make_requisition

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database


@pytest.fixture
def people(database: Database) -> dict[str, UUID]:
    """Two administrators, a coordinator and somebody without a role."""
    with writing(database.engine) as session:
        installation.ensure(session)
        made = {
            "first": make_person(session, "Ada First", [Role.ADMIN]),
            "second": make_person(session, "Ben Second", [Role.ADMIN]),
            "coordinator": make_person(session, "Cleo Desk", [Role.COORDINATOR]),
            "plain": make_person(session, "Dana Plain"),
        }
        return {name: person.id for name, person in made.items()}


def _actor(session: Session, person_id: UUID) -> ActorFacts:
    actor = actor_facts(session, person_id)
    assert actor
    return actor


def _roles(session: Session, person_id: UUID) -> frozenset[Role]:
    return _actor(session, person_id).roles


def _requests(session: Session) -> list[RoleRequest]:
    return list(session.scalars(select(RoleRequest)))


def test_plain_roles_hold_at_once_and_powerful_ones_wait_for_the_second(
    database: Database, people: dict[str, UUID]
) -> None:
    with writing(database.engine) as session:
        wanted = [Role.INTERVIEWER, Role.HR_PARTNER]
        waiting = granting.set_roles(session, _actor(session, people["first"]), people["plain"], wanted, now=NOW)

    with writing(database.engine) as session:
        assert waiting == {Role.HR_PARTNER}
        assert _roles(session, people["plain"]) == {Role.INTERVIEWER}
        (request,) = _requests(session)
        told = session.scalars(select(Message.recipient_id)).all()
        assert told == [people["second"]]
        granting.confirm(session, _actor(session, people["second"]), request.id, accept=True, now=NOW)

    with reading(database.engine) as session:
        assert _roles(session, people["plain"]) == {Role.INTERVIEWER, Role.HR_PARTNER}
        begun, *events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        assert begun.action == "chain.begin"
        assert [event.action for event in events] == ["role.ask", "role.grant", "role.confirm"]
        assert [event.actor for event in events] == [f"user/{people[name]}" for name in ("first", "first", "second")]
        assert {event.object for event in events} == {f"user/{people['plain']}"}


def test_neither_who_asked_nor_who_would_get_it_confirms_a_role(database: Database, people: dict[str, UUID]) -> None:
    with writing(database.engine) as session:
        third = make_person(session, "Cem Third", [Role.ADMIN]).id
        first = _actor(session, people["first"])
        granting.set_roles(session, first, third, [Role.ADMIN, Role.AUDITOR], now=NOW)
        (request,) = _requests(session)

        for name in (people["first"], third):
            with pytest.raises(NotAllowedError):
                granting.confirm(session, _actor(session, name), request.id, accept=True, now=NOW)
        with pytest.raises(NotFoundError):
            granting.confirm(session, _actor(session, people["coordinator"]), request.id, accept=True, now=NOW)
        assert request.ruling is Ruling.WAITING


@pytest.mark.parametrize("end", ["refused", "withdrawn", "lapsed", "asker gone"])
def test_a_role_that_was_not_confirmed_in_time_is_not_given(
    database: Database, people: dict[str, UUID], end: str
) -> None:
    with writing(database.engine) as session:
        first, second = (_actor(session, people[name]) for name in ("first", "second"))
        granting.set_roles(session, first, people["plain"], [Role.ADMIN], now=NOW)
        (request,) = _requests(session)
        later = NOW
        if end == "refused":
            granting.confirm(session, second, request.id, accept=False, now=NOW)
        elif end == "withdrawn":
            granting.withdraw(session, first, request.id, now=NOW)
        elif end == "lapsed":
            later = NOW + REQUEST_LIVES
        else:
            granting.set_roles(session, second, people["first"], [], now=NOW)

        with pytest.raises(ConflictError):
            granting.confirm(session, second, request.id, accept=True, now=later)
        assert _roles(session, people["plain"]) == frozenset()


def test_asking_twice_waits_once_and_can_be_asked_anew_after_it_lapsed(
    database: Database, people: dict[str, UUID]
) -> None:
    with writing(database.engine) as session:
        first = _actor(session, people["first"])
        for moment in (NOW, NOW + timedelta(days=1), NOW + REQUEST_LIVES):
            granting.set_roles(session, first, people["plain"], [Role.AUDITOR], now=moment)

        assert len(_requests(session)) == 2


def test_the_only_administrator_makes_a_second_one_alone_and_the_chain_says_so(database: Database) -> None:
    with writing(database.engine) as session:
        only, other = make_person(session, "Ada", [Role.ADMIN]), make_person(session, "Ben")
        waiting = granting.set_roles(session, _actor(session, only.id), other.id, [Role.ADMIN], now=NOW)
        assert waiting == frozenset()
        assert _roles(session, other.id) == {Role.ADMIN}

    with reading(database.engine) as session:
        body = session.scalars(select(AuditPayload.body).order_by(AuditPayload.seq.desc())).first()
        assert body is not None
        assert json.loads(body)["alone"] == "yes"


def test_who_watches_hears_of_a_removed_administrator_and_of_a_role_given_alone(
    database: Database, people: dict[str, UUID]
) -> None:
    with writing(database.engine) as session:
        watcher = make_person(session, "Wanda Watch", [Role.AUDITOR]).id
        first = _actor(session, people["first"])
        granting.set_roles(session, first, people["second"], [Role.INTERVIEWER], now=NOW)
        granting.set_roles(session, first, people["plain"], [Role.HR_PARTNER], now=NOW)

    with reading(database.engine) as session:
        told = {
            (row.recipient_id, row.subject) for row in session.execute(select(Message.recipient_id, Message.subject))
        }
    assert told == {
        (watcher, witnesses.REMOVED), (people["second"], witnesses.REMOVED),
        (watcher, witnesses.ALONE), (people["plain"], witnesses.ALONE),
    }  # fmt: skip


def test_a_new_account_gets_a_powerful_role_only_from_two(database: Database, people: dict[str, UUID]) -> None:
    with writing(database.engine) as session:
        made = accounts.create_person(
            session, _actor(session, people["first"]), email="new@example.org", name="New Partner", password=None,
            roles=[Role.HR_PARTNER, Role.INTERVIEWER], now=NOW,
        )  # fmt: skip
        assert _roles(session, made) == {Role.INTERVIEWER}
        assert [one.role for one in _requests(session)] == [Role.HR_PARTNER]


def test_nobody_gives_or_takes_roles_of_their_own(database: Database, people: dict[str, UUID]) -> None:
    with writing(database.engine) as session:
        requisition = make_requisition(session)
        place = Place(requisition.id)
        for name in ("first", "coordinator"):
            actor = _actor(session, people[name])
            with pytest.raises(NotAllowedError, match="their own roles"):
                granting.give_here(session, actor, people[name], Role.COORDINATOR, place, now=NOW)
        with pytest.raises(NotAllowedError, match="their own roles"):
            granting.set_roles(session, _actor(session, people["first"]), people["first"], Role, now=NOW)
        granting.give_here(session, _actor(session, people["first"]), people["plain"], Role.COORDINATOR, place, now=NOW)
        grant = session.scalars(select(ScopedGrant)).one()
        with pytest.raises(NotAllowedError, match="their own roles"):
            granting.take_back(session, _actor(session, people["plain"]), grant.id, now=NOW)


def test_nobody_gives_more_than_they_may_where_they_give_it(database: Database, people: dict[str, UUID]) -> None:
    with writing(database.engine) as session:
        here, there = make_requisition(session), make_requisition(session)
        other = make_person(session, "Eve").id
        admin, desk = (_actor(session, people[name]) for name in ("first", "coordinator"))
        assert not granting.give_here(session, desk, people["plain"], Role.COORDINATOR, Place(here.id), now=NOW)
        with pytest.raises(NotAllowedError, match="more than they may"):
            granting.give_here(session, desk, people["plain"], Role.HR_PARTNER, Place(here.id), now=NOW)

        local = _actor(session, people["plain"])
        assert local.scopes == {Scope(Role.COORDINATOR, requisition_id=here.id)}
        assert not granting.give_here(session, local, other, Role.COORDINATOR, Place(here.id), now=NOW)
        with pytest.raises(NotFoundError):
            granting.give_here(session, local, other, Role.COORDINATOR, Place(there.id), now=NOW)
        with pytest.raises(InvalidError, match="not a role for one requisition"):
            granting.give_here(session, admin, other, Role.ADMIN, Place(here.id), now=NOW)
        with pytest.raises(InvalidError, match="here already"):
            granting.give_here(session, admin, other, Role.COORDINATOR, Place(here.id), now=NOW)


def test_a_powerful_role_in_one_requisition_waits_as_well_and_can_be_taken_back(
    database: Database, people: dict[str, UUID]
) -> None:
    with writing(database.engine) as session:
        requisition = make_requisition(session)
        first, second = (_actor(session, people[name]) for name in ("first", "second"))
        place = Place(requisition.id)
        assert granting.give_here(session, first, people["plain"], Role.AUDITOR, place, now=NOW)
        assert _actor(session, people["plain"]).scopes == frozenset()
        (request,) = _requests(session)
        granting.confirm(session, second, request.id, accept=True, now=NOW)
        assert _actor(session, people["plain"]).scopes == {Scope(Role.AUDITOR, requisition_id=requisition.id)}
        desk = _actor(session, people["coordinator"])
        grant = session.scalars(select(ScopedGrant)).one()
        with pytest.raises(NotAllowedError, match="may not take"):
            granting.take_back(session, desk, grant.id, now=NOW)
        assert granting.take_back(session, second, grant.id, now=NOW) == (people["plain"], place)
        assert _actor(session, people["plain"]).scopes == frozenset()


@pytest.mark.parametrize("act", ["roles", "close"])
def test_the_last_administrator_stays(database: Database, people: dict[str, UUID], act: str) -> None:
    with writing(database.engine) as session:
        session.get_one(Person, people["second"]).active = False
        outsider = _actor(session, people["second"])

        with pytest.raises(NotAllowedError, match="changed a moment ago"):
            _leave(act, people["first"])(session, _still_open(outsider))
        with pytest.raises(ConflictError, match="last administrator"):
            accounts.set_active(session, None, people["first"], active=False, now=NOW)


def test_two_administrators_who_remove_each_other_at_once_leave_exactly_one(
    database: Database, people: dict[str, UUID]
) -> None:
    rounds = 6 if database.is_sqlite else 60
    pair = (people["first"], people["second"])
    for number in range(rounds):
        act = ("roles", "close")[number % 2]
        with writing(database.engine) as session:
            for person_id in pair:
                person = session.get_one(Person, person_id)
                person.active = True
                person.roles = [RoleGrant(role=Role.ADMIN, granted_at=NOW)]
        with reading(database.engine) as session:
            actors = [_actor(session, person_id) for person_id in pair]
        barrier = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            ways = [
                pool.submit(_at_once, database.engine, barrier, actor, _leave(act, target))
                for actor, target in zip(actors, reversed(pair), strict=True)
            ]
            outcomes = sorted(way.result() for way in ways)
        assert outcomes == ["done", "refused"], f"round {number}"
        with reading(database.engine) as session:
            left = session.scalar(
                select(func.count())
                .select_from(RoleGrant)
                .join(Person, Person.id == RoleGrant.person_id)
                .where(RoleGrant.role == Role.ADMIN, Person.active.is_(True))
            )
            assert left == 1, f"round {number}"


def _still_open(actor: ActorFacts) -> ActorFacts:
    """The same administrator as they were before somebody closed their account a moment ago."""
    return replace(actor, active=True)


def _leave(act: str, person_id: UUID) -> Callable[[Session, ActorFacts], object]:
    if act == "roles":
        return lambda session, actor: granting.set_roles(session, actor, person_id, [], now=NOW)
    return lambda session, actor: accounts.set_active(session, actor, person_id, active=False, now=NOW)


def _at_once(engine: Engine, barrier: Barrier, actor: ActorFacts, act: Callable[[Session, ActorFacts], object]) -> str:
    barrier.wait()
    try:
        with writing(engine) as session:
            act(session, actor)
    except PlumblineError:
        return "refused"
    return "done"
