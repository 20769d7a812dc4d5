"""Requests that were under way while somebody took away what they rest on: a role, an account, a password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidError, NotAllowedError
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.granting import RoleRequest
from app.models.person import Person, RoleGrant, SignIn
from app.services import account_links, accounts, granting, installation, second_factor, sessions
from app.services.granting import Place
from app.web.credential_keys import account_keys
from tests.factories import grants
from tests.factories.credentials import PASSWORD, make_account
from tests.factories.hiring import make_person, make_requisition
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

NEW = "an entirely other sentence"


class Scene:
    """Three administrators; what the second asked for comes a moment after the first made them nobody."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with writing(database.engine) as session:
            installation.ensure(session)
            admins = [make_person(session, name, [Role.ADMIN]) for name in ("Ada First", "Ben Second", "Cy Third")]
            self.friend = make_person(session, "Dana Friend").id
            self.requisition = make_requisition(session).id
            self.grant = grants.give(
                session, make_person(session, "Eve Desk"), Role.COORDINATOR, by=admins[0].id,
                requisition=make_requisition(session),
            ).id  # fmt: skip
            self.first, self.second, self.third = (self._facts(session, one.id) for one in admins)
        with writing(database.engine) as session:
            granting.set_roles(session, self.first, self.friend, [Role.AUDITOR], now=datetime.now(UTC))
            self.request = session.scalars(select(RoleRequest.id)).one()
        with writing(database.engine) as session:
            granting.set_roles(session, self.first, self.second.person_id, [], now=datetime.now(UTC))

    @staticmethod
    def _facts(session: Session, person_id: UUID) -> ActorFacts:
        found = actor_facts(session, person_id)
        assert found is not None
        return found


ACTS: dict[str, Callable[[Session, Scene, datetime], object]] = {
    "gives a role": lambda s, x, now: granting.set_roles(s, x.second, x.friend, [Role.COORDINATOR], now=now),
    "takes roles": lambda s, x, now: granting.set_roles(s, x.second, x.first.person_id, [], now=now),
    "gives a role here": lambda s, x, now: granting.give_here(
        s, x.second, x.friend, Role.HR_PARTNER, Place(x.requisition), now=now
    ),
    "takes a role here": lambda s, x, now: granting.take_back(s, x.second, x.grant, now=now),
    "confirms a role": lambda s, x, now: granting.confirm(s, x.second, x.request, accept=True, now=now),
    "withdraws a request": lambda s, x, now: granting.withdraw(s, x.second, x.request, now=now),
    "closes an account": lambda s, x, now: accounts.set_active(s, x.second, x.third.person_id, active=False, now=now),
    "makes an account": lambda s, x, now: accounts.create_person(
        s, x.second, email="own@example.org", name="Own Account", password=None, roles=[Role.COORDINATOR], now=now
    ),
    "takes a second step away": lambda s, x, now: second_factor.reset(s, x.second, x.third.person_id, now=now),
}  # fmt: skip


@pytest.mark.attack("AC-14")
@pytest.mark.parametrize("act", ACTS)
def test_who_was_made_nobody_while_they_waited_does_nothing_more(database: Database, act: str) -> None:
    scene = Scene(database)
    with pytest.raises(NotAllowedError, match="changed"), writing(database.engine) as session:
        ACTS[act](session, scene, datetime.now(UTC))
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).where(RoleGrant.role == Role.ADMIN)) == 2
        assert session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == scene.friend)).all() == []
        assert session.scalars(select(Person.email).where(~Person.active)).all() == []


@pytest.mark.attack("AC-14")
def test_who_was_made_nobody_while_they_waited_invites_nobody(database: Database, program: Flask) -> None:
    scene = Scene(database)
    with program.test_request_context():
        keys = account_keys()
    with pytest.raises(NotAllowedError, match="changed"), writing(database.engine) as session:
        account_links.invite(session, scene.second, scene.friend, keys, now=datetime.now(UTC))


@pytest.mark.attack("AU-19")
def test_a_sign_in_that_came_too_late_stays_shut_when_the_account_is_opened_again(
    database: Database, program: Flask
) -> None:
    person = make_account(database, "ada@example.org", [Role.EMPLOYEE])
    now = datetime.now(UTC)
    with writing(database.engine) as session:
        accounts.set_active(session, None, person, active=False, now=now)
        token = sessions.begin(
            session, person, browser="late", now=now, how="password", proved_at=now, factor_done=True
        )
    with writing(database.engine) as session:
        accounts.set_active(session, None, person, active=True, now=now)
    late = Browser(program)
    late.client.set_cookie("plumbline", token, path="/")
    assert late.get("/requisitions").status_code == 303


@pytest.mark.attack("AU-10")
def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(database: Database) -> None:
    person = make_account(database, "ada@example.org", [Role.EMPLOYEE])
    with reading(database.engine) as session:
        fitted = accounts.fitting(session, "ada@example.org", PASSWORD)
    assert fitted is not None
    with writing(database.engine) as session:
        actor = Scene._facts(session, person)
        accounts.change_password(session, actor, old=PASSWORD, new=NEW, keep=None, now=datetime.now(UTC))
    with pytest.raises(InvalidError), writing(database.engine) as session:
        accounts.confirm_fitting(session, fitted, PASSWORD)
    with reading(database.engine) as session:
        assert session.scalars(select(SignIn.token_hash).where(SignIn.person_id == person)).all() == []
