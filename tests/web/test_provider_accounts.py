"""Connecting an account elsewhere, showing again who one is there, and sessions that end because they ended there."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.identity import GroupGrant, Identity, WayIn
from app.models.outbox import Message
from app.models.person import Person, RoleGrant, SignIn
from app.services import accounts, ways_in
from app.services.fetching import Fetcher
from app.services.oidc_tokens import session_name
from app.services.sessions import hashed
from tests.factories.elsewhere import Traveller, program_with
from tests.factories.hiring import NOW
from tests.hostile_provider import Hostile, hostile_provider
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from flask import Flask

    from app.domain.outbound import Allowed
    from app.settings import Settings
    from tests.databases import Database
    from tests.faulting import Breaking

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MOST_STATEMENTS = 6
PASSWORD = "a long sentence about oaks"


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_provider() as running:
        yield running


@pytest.fixture
def program(settings: Settings, database: Database, hostile: Hostile) -> Flask:
    groups = (("Recruiting", ("coordinator",)),)
    return program_with(settings, database, hostile.provider(groups=groups, methods=("mfa",)))


def _impatient(hosts: Sequence[Allowed]) -> Fetcher:
    """A fetcher of this machine that waits for a second."""
    return Fetcher(tuple(hosts), lambda _host, _port: ["127.0.0.1"], lambda _address, _host: True,
                    ssl.create_default_context(), 1, "http")  # fmt: skip


def make_bo(database: Database) -> UUID:
    with writing(database.engine) as session:
        return accounts.create_person(
            session, None, email="bo@example.org", name="Bo Lind", password=PASSWORD, roles=[Role.EMPLOYEE], now=NOW
        )


def as_bo(program: Flask, hostile: Hostile, person_id: UUID) -> Traveller:
    traveller = Traveller.of(program, hostile)
    traveller.browser.sign_in(person_id)
    return traveller


def linked(database: Database) -> list[tuple[str, UUID]]:
    with reading(database.engine) as session:
        return [(row.subject, row.person_id) for row in session.execute(select(Identity.subject, Identity.person_id))]


def signed_in_count(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def connect(traveller: Traveller) -> int:
    said = traveller.leave("/account/connections/company")
    return traveller.back(code="code-1", state=said["state"]).status_code


def test_an_account_is_connected_after_both_proofs_and_disconnected_again(
    program: Flask, database: Database, hostile: Hostile
) -> None:
    bo = make_bo(database)
    hostile.claims = {"groups": ["Recruiting"]}
    traveller, elsewhere = as_bo(program, hostile, bo), as_bo(program, hostile, bo)
    assert "Not connected" in traveller.browser.get("/account/connections").text
    assert connect(traveller) == 303
    assert linked(database) == [("ada-1", bo)]
    assert "Connected since" in traveller.browser.get("/account/connections").text
    assert not elsewhere.is_in(), "other browsers are out once a way to sign in was added"

    fresh = Traveller.of(program, hostile)
    assert fresh.sign_in().status_code == 303
    assert "bo@example.org" in fresh.browser.get("/account").text
    with reading(database.engine) as session:
        assert set(session.scalars(select(GroupGrant.role))) == {Role.COORDINATOR}
        assert [m.subject for m in session.scalars(select(Message))] == ["A way to sign in was added"]

    assert traveller.browser.post("/account/connections/company/end").status_code == 303
    assert linked(database) == []
    with reading(database.engine) as session:
        assert set(session.scalars(select(RoleGrant.role))) == {Role.EMPLOYEE}
    assert not fresh.is_in()


def test_what_is_connected_to_somebody_else_stays_theirs(program: Flask, database: Database, hostile: Hostile) -> None:
    first = Traveller.of(program, hostile)
    first.sign_in()
    before = linked(database)
    traveller = as_bo(program, hostile, make_bo(database))
    assert connect(traveller) == 409
    assert linked(database) == before
    assert traveller.is_in()


@ON_SQLITE
def test_connecting_needs_a_proof_here_that_is_fresh(program: Flask, database: Database, hostile: Hostile) -> None:
    traveller = as_bo(program, hostile, make_bo(database))
    _ = traveller.browser.token
    with writing(database.engine) as session:
        session.execute(update(SignIn).values(proved_at=datetime.now(UTC) - timedelta(minutes=6)))
    answer = traveller.browser.post("/account/connections/company")
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    assert linked(database) == []


def test_the_page_of_connections_takes_few_statements(program: Flask, database: Database, hostile: Hostile) -> None:
    traveller = as_bo(program, hostile, make_bo(database))
    traveller.browser.get("/account/connections")
    with counted(database.engine) as statements:
        assert traveller.browser.get("/account/connections").status_code == 200
    assert len(statements) <= MOST_STATEMENTS


@ON_SQLITE
def test_the_last_way_in_is_not_taken_away(program: Flask, database: Database, hostile: Hostile) -> None:
    traveller = Traveller.of(program, hostile)
    traveller.sign_in()
    answer = traveller.browser.post("/account/connections/company/end")
    assert answer.status_code == 409
    assert "Nothing else opens your account" in answer.text
    assert len(linked(database)) == 1


@ON_SQLITE
@pytest.mark.usefixtures("database")
def test_who_has_no_password_shows_again_who_they_are_at_the_provider(program: Flask, hostile: Hostile) -> None:
    hostile.claims = {"auth_time": int(time.time()) - 3600}
    traveller = Traveller.of(program, hostile)
    traveller.sign_in()
    asked = traveller.browser.post("/account/connections/company/end")
    assert asked.status_code == 401
    assert "Prove it with Company account" in asked.text
    assert f"form-action 'self' {hostile.issuer};" in asked.headers["Content-Security-Policy"]

    said = traveller.leave("/prove/with/company")
    assert (said["prompt"], said["max_age"]) == ("login", "0")
    assert traveller.back(code="code-1", state=said["state"]).status_code == 400, "the proof there is an hour old"
    hostile.claims = {"sub": "somebody-else"}
    said = traveller.leave("/prove/with/company")
    assert traveller.back(code="code-1", state=said["state"]).status_code == 400
    hostile.claims = {}
    said = traveller.leave("/prove/with/company", then="/account/connections")
    done = traveller.back(code="code-1", state=said["state"])
    assert (done.status_code, done.location) == (303, "/account/connections")
    assert traveller.browser.post("/account/connections/company/end").status_code == 409, "asked for no proof any more"


@ON_SQLITE
def test_a_providers_second_factor_counts_only_where_that_is_configured(
    program: Flask, database: Database, hostile: Hostile
) -> None:
    for methods, counts in (["pwd"], False), (["pwd", "mfa"], True):
        hostile.claims = {"amr": methods}
        Traveller.of(program, hostile).sign_in()
        with reading(database.engine) as session:
            newest = session.scalars(select(SignIn).order_by(SignIn.created_at.desc())).first()
            assert newest is not None
            assert newest.factor_done is counts


def test_signing_out_there_signs_out_here(program: Flask, database: Database, hostile: Hostile) -> None:
    one, two = Traveller.of(program, hostile), Traveller.of(program, hostile)
    one.sign_in()
    hostile.claims = {"sid": "there-2"}
    two.sign_in()
    hostile.claims = {}
    here = as_bo(program, hostile, make_bo(database))
    stranger = program.test_client()

    def told(**claims: object) -> int:
        return stranger.post(
            "/sign-in/ended/company", data={"logout_token": hostile.logout_token(**claims)}
        ).status_code

    for claims in (
        {}, {"sid": "there-1", "nonce": "x"}, {"sid": "there-1", "events": {}}, {"sid": "there-1", "aud": "other"},
        {"sid": "there-1", "iss": "https://evil.example"}, {"sid": "there-1", "jti": None},
        {"sid": "there-1", "iat": int(time.time()) - 600}, {"sid": "there-1", "exp": int(time.time()) - 100},
    ):  # fmt: skip
        assert told(**claims) == 400, claims
    assert stranger.post("/sign-in/ended/company", data={"logout_token": "a.b.c"}).status_code == 400
    assert stranger.post("/sign-in/ended/company").status_code == 400
    assert (one.is_in(), two.is_in(), here.is_in()) == (True, True, True)

    token = hostile.logout_token(sid="there-1", jti="once")
    assert stranger.post("/sign-in/ended/company", data={"logout_token": token}).status_code == 200
    assert (one.is_in(), two.is_in(), here.is_in()) == (False, True, True)
    assert stranger.post("/sign-in/ended/company", data={"logout_token": token}).status_code == 400, "each counts once"

    assert told(sub="ada-1") == 200
    assert (two.is_in(), here.is_in()) == (False, True)


@ON_SQLITE
@pytest.mark.usefixtures("database")
def test_the_front_channel_ends_the_session_that_it_names(program: Flask, hostile: Hostile) -> None:
    traveller = Traveller.of(program, hostile)
    traveller.sign_in()
    frame = program.test_client()
    for wrong in ({}, {"sid": "there-1"}, {"sid": "there-1", "iss": "https://evil.example"},
                  {"sid": "there-9", "iss": hostile.issuer}):  # fmt: skip
        assert frame.get("/sign-in/ended/company", query_string=wrong).status_code == 204
    assert traveller.is_in()
    assert (
        frame.get("/sign-in/ended/company", query_string={"sid": "there-1", "iss": hostile.issuer}).status_code == 204
    )
    assert not traveller.is_in()
    assert session_name(hostile.issuer, "there-1") != session_name("https://other.example", "there-1")


@pytest.mark.fault("F22")
@ON_SQLITE
def test_a_provider_that_is_down_says_so_and_other_ways_stay(
    settings: Settings, program: Flask, database: Database, hostile: Hostile, breaking: Breaking
) -> None:
    bo = make_bo(database)
    inside = as_bo(program, hostile, bo)
    nonsense: list[tuple[str, int, bytes]] = [
        ("/.well-known/openid-configuration", 500, b"{}"),
        ("/.well-known/openid-configuration", 302, b""),
        ("/.well-known/openid-configuration", 200, b"<html>"),
        ("/.well-known/openid-configuration", 200, b"[" * 100_000),
        ("/.well-known/openid-configuration", 200, b" " * 1_100_000),
        ("/.well-known/openid-configuration", 200, b'{"issuer": "https://evil.example"}'),
        ("/token", 500, b"{}"),
        ("/token", 200, b"[]"),
        ("/token", 200, b"[" * 100_000),
        ("/keys", 200, b'{"keys": 7}'),
        ("/keys", 503, b""),
    ]
    for path, status, body in nonsense:
        hostile.answers = {path: (status, body)}
        fresh = Traveller.of(program_with(settings, database, hostile.provider()), hostile)
        answer = fresh.browser.post("/sign-in/with/company")
        if answer.status_code == 303:
            state = hostile.code_for(answer.location)["state"]
            answer = fresh.back(code="code-1", state=state)
        assert answer.status_code == 503, (path, status, body[:20])
        assert "Company account does not answer as it should" in answer.text
        assert 'name="password"' in answer.text
        assert not fresh.is_in()
    made = signed_in_count(database) - 1
    breaking.count(len(nonsense), made, "answers of a provider that are none; sessions made by them")
    assert made == 0
    assert inside.is_in()

    hostile.answers = {}
    by_password = Traveller.of(program, hostile)
    entered = by_password.browser.post("/sign-in", {"email": "bo@example.org", "password": PASSWORD})
    assert entered.status_code == 303
    assert by_password.is_in()


@pytest.mark.fault("F22")
@ON_SQLITE
def test_a_provider_that_answers_too_slowly_is_given_up_in_one_span(
    settings: Settings, database: Database, hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.fetching.Fetcher.at_home", _impatient)
    program = program_with(settings, database, hostile.provider())
    hostile.delay = 0.6
    traveller = Traveller.of(program, hostile)
    said = traveller.leave()
    # Token and keys each take less than the one span that both have together, which is a second.
    assert traveller.back(code="code-1", state=said["state"]).status_code == 503
    hostile.delay = 2
    fresh = Traveller.of(program_with(settings, database, hostile.provider()), hostile)
    assert fresh.browser.post("/sign-in/with/company").status_code == 503


@ON_SQLITE
def test_a_link_from_the_shell_signs_in_once(program: Flask, database: Database, hostile: Hostile) -> None:
    make_bo(database)
    with writing(database.engine) as session:
        older = ways_in.make(session, "bo@example.org", now=datetime.now(UTC))
        token = ways_in.make(session, "bo@example.org", now=datetime.now(UTC))
        stale = ways_in.make(session, "bo@example.org", now=datetime.now(UTC) - timedelta(minutes=11))
        session.execute(update(WayIn).where(WayIn.token_hash == hashed(token)).values(used_at=None))
    traveller = Traveller.of(program, hostile)
    for over in (older, stale, "x" * 43):
        assert traveller.browser.get(f"/sign-in/once/{over}").status_code == 410
        assert traveller.browser.post("/sign-in/once", {"token": over}).status_code == 410
    for _ in range(3):
        assert traveller.browser.get(f"/sign-in/once/{token}").status_code == 200
    assert traveller.browser.post("/sign-in/once", {"token": token}).status_code == 303
    assert traveller.is_in()
    again = Traveller.of(program, hostile)
    assert again.browser.post("/sign-in/once", {"token": token}).status_code == 410
    with writing(database.engine) as session:
        session.scalars(select(Person)).one().active = False
    assert not traveller.is_in()
