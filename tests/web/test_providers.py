"""Signing in at a provider, over HTTP: what works, and every lie that a hostile provider or browser can tell."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.identity import Identity, SignInFlow
from app.models.person import Person, RoleGrant, SignIn
from app.services import accounts
from tests.factories.elsewhere import Traveller, program_with
from tests.factories.hiring import NOW, make_person
from tests.hostile_provider import Hostile, hostile_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings
    from tests.databases import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what never reaches the database."""


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_provider() as running:
        yield running


@pytest.fixture
def traveller(settings: Settings, database: Database, hostile: Hostile) -> Traveller:
    return Traveller.of(program_with(settings, database, hostile.provider()), hostile)


def people(database: Database) -> list[str]:
    with reading(database.engine) as session:
        return list(session.scalars(select(Person.email).order_by(Person.email)))


def count_of(database: Database, table: type[Identity | SignIn | SignInFlow]) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def roles_of(database: Database, email: str) -> set[Role]:
    with reading(database.engine) as session:
        return set(
            session.scalars(
                select(RoleGrant.role).join(Person, Person.id == RoleGrant.person_id).where(Person.email == email)
            )
        )


def test_a_first_sign_in_makes_an_account_and_the_next_finds_it(traveller: Traveller, database: Database) -> None:
    said = traveller.leave()
    assert {name: said[name] for name in ("response_type", "client_id", "scope", "code_challenge_method")} == {
        "response_type": "code", "client_id": "plumbline", "scope": "openid email profile",
        "code_challenge_method": "S256",
    }  # fmt: skip
    assert said["redirect_uri"] == "http://localhost/sign-in/from/company"
    assert min(len(said[name]) for name in ("state", "nonce", "code_challenge")) >= 43

    answer = traveller.back(code="code-1", state=said["state"])
    assert (answer.status_code, answer.location) == (303, "/")
    assert people(database) == ["ada@example.org"]
    assert "Ada Brook" in traveller.browser.get("/account").text
    assert count_of(database, SignInFlow) == 0

    again = Traveller.of(traveller.browser.program, traveller.hostile)
    traveller.hostile.claims = {"email": "renamed@example.org"}
    again.sign_in()
    assert again.is_in()
    assert people(database) == ["ada@example.org"]


def test_the_sign_in_page_alone_lets_forms_lead_to_the_provider(traveller: Traveller) -> None:
    policies = {
        path: traveller.browser.get(path).headers["Content-Security-Policy"] for path in ("/sign-in", "/nowhere")
    }
    assert f"form-action 'self' {traveller.hostile.issuer};" in policies["/sign-in"]
    assert "form-action 'self';" in policies["/nowhere"]
    assert "Sign in with Company account" in traveller.browser.get("/sign-in").text


@ON_SQLITE
def test_nothing_foreign_is_kept_for_a_browser_on_its_way(traveller: Traveller, database: Database) -> None:
    for then in ("https://evil.example/", "//evil.example", "/nowhere", "/" + "x" * 1000):
        traveller.leave(then=then, carried="x" * 100_000)
    with reading(database.engine) as session:
        kept = session.execute(select(SignInFlow.then, SignInFlow.carried)).all()
    assert [tuple(row) for row in kept] == [("/", "")] * 4


def test_what_was_typed_comes_back_after_signing_in_there(traveller: Traveller, database: Database) -> None:
    asked = traveller.browser.post("/account/zone", {"zone": "Europe/Berlin"})
    assert asked.status_code == 401
    carried = asked.text.split('name="carried" value="')[1].split('"')[0]
    assert carried
    answer = traveller.sign_in(carried=carried)
    assert "Europe/Berlin" in answer.text
    assert 'action="/account/zone"' in answer.text
    assert traveller.is_in()
    assert count_of(database, SignInFlow) == 0


@ON_SQLITE
@pytest.mark.parametrize("kind", ["RSA", "OKP"])
def test_the_other_kinds_of_keys_are_taken(traveller: Traveller, kind: str) -> None:
    traveller.hostile.kind = kind
    traveller.sign_in()
    assert traveller.is_in()


@ON_SQLITE
def test_an_algorithm_that_the_installation_does_not_list_is_refused(
    settings: Settings, database: Database, hostile: Hostile
) -> None:
    program = program_with(settings, database, hostile.provider(algorithms=("RS256",)))
    assert Traveller.of(program, hostile).sign_in().status_code == 400


@ON_SQLITE
def test_a_clock_that_is_a_little_off_is_borne(traveller: Traveller) -> None:
    now = int(time.time())
    traveller.hostile.claims = {"exp": now - 45, "iat": now + 45, "nbf": now + 45, "auth_time": now + 45}
    traveller.sign_in()
    assert traveller.is_in()


@ON_SQLITE
def test_keys_that_turn_are_read_anew_but_not_at_every_token(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = traveller.hostile
    traveller.sign_in()
    hostile.published, hostile.signing = ["second"], "second"
    other = Traveller.of(traveller.browser.program, hostile)
    assert other.sign_in().status_code == 400
    assert hostile.asked.count("/keys") == 1

    monkeypatch.setattr("app.services.oidc_metadata.AGAIN_AFTER", type(NOW - NOW)(0))
    other.sign_in()
    assert other.is_in()
    assert hostile.asked.count("/keys") == 2


def test_an_address_opens_no_account_that_exists(traveller: Traveller, database: Database) -> None:
    with writing(database.engine) as session:
        make_person(session, "Ada Brook", (Role.ADMIN,), email="ada@example.org")
    answer = traveller.sign_in()
    assert answer.status_code == 403
    assert "There is an account here with your address already" in answer.text
    assert (count_of(database, Identity), count_of(database, SignIn)) == (0, 0)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email_verified": None}, "does not say that your address is verified"),
        ({"email_verified": False}, "does not say that your address is verified"),
        ({"email_verified": "true"}, "does not say that your address is verified"),
        ({"email": None}, "does not say that your address is verified"),
        ({"email": "ada@example.org.evil.example"}, "none is made for addresses like yours"),
        ({"email": "ada@sub.example.org"}, "none is made for addresses like yours"),
        ({"email": "ada@example.org@evil.example"}, "none is made for addresses like yours"),
    ],
)
@ON_SQLITE
def test_no_account_is_made_of_an_address_that_is_unverified_or_foreign(
    traveller: Traveller, database: Database, claims: dict[str, object], said: str
) -> None:
    traveller.hostile.claims = claims
    answer = traveller.sign_in()
    assert answer.status_code == 403
    assert said in answer.text
    assert people(database) == []


def test_roles_follow_the_groups_and_those_given_by_hand_stay(
    settings: Settings, database: Database, hostile: Hostile
) -> None:
    groups = (("Recruiting", ("coordinator",)), ("Bosses", ("admin", "committee")), ("*", ("employee",)))
    provider = hostile.provider(groups=groups)
    program = program_with(settings, database, provider)
    hostile.claims = {"groups": ["Recruiting", "Bosses"]}
    Traveller.of(program, hostile).sign_in()
    assert roles_of(database, "ada@example.org") == {Role.COORDINATOR, Role.COMMITTEE, Role.EMPLOYEE}

    with writing(database.engine) as session:
        person = session.scalars(select(Person)).one()
        session.add(RoleGrant(person_id=person.id, role=Role.INTERVIEWER, granted_by_id=None, granted_at=NOW))
    hostile.claims = {"groups": []}
    Traveller.of(program, hostile).sign_in()
    assert roles_of(database, "ada@example.org") == {Role.EMPLOYEE, Role.INTERVIEWER}

    hostile.claims = {"groups": ["Bosses"]}
    explicit = program_with(settings, database, hostile.provider(groups=groups, privileged=True))
    Traveller.of(explicit, hostile).sign_in()
    assert Role.ADMIN in roles_of(database, "ada@example.org")
    hostile.claims = {"groups": []}
    Traveller.of(explicit, hostile).sign_in()
    assert Role.ADMIN in roles_of(database, "ada@example.org"), "the last administrator does not vanish"


@ON_SQLITE
def test_what_the_token_leaves_out_is_asked_of_the_same_subject(traveller: Traveller, database: Database) -> None:
    hostile = traveller.hostile
    hostile.claims = {"email": None, "email_verified": None}
    hostile.userinfo = {"sub": "eve", "email": "ada@example.org", "email_verified": True}
    assert traveller.sign_in().status_code == 400
    hostile.userinfo = {**hostile.userinfo, "sub": "ada-1"}
    traveller.sign_in()
    assert traveller.is_in()
    assert people(database) == ["ada@example.org"]


def test_a_closed_account_stays_closed(traveller: Traveller, database: Database) -> None:
    traveller.sign_in()
    with writing(database.engine) as session:
        session.scalars(select(Person)).one().active = False
    again = Traveller.of(traveller.browser.program, traveller.hostile)
    answer = again.sign_in()
    assert answer.status_code == 403
    assert "Your account here is closed" in answer.text


def test_passwords_can_be_switched_off(settings: Settings, database: Database, hostile: Hostile) -> None:
    with writing(database.engine) as session:
        accounts.create_person(
            session, None, email="bo@example.org", name="Bo", password="a long sentence about oaks", roles=(), now=NOW
        )
    program = program_with(settings, database, hostile.provider(), password_sign_in=False)
    traveller = Traveller.of(program, hostile)
    page = traveller.browser.get("/sign-in")
    assert 'name="password"' not in page.text
    tried = traveller.browser.post("/sign-in", {"email": "bo@example.org", "password": "a long sentence about oaks"})
    assert tried.status_code == 403
    assert count_of(database, SignIn) == 0
    traveller.sign_in()
    assert traveller.is_in()
    kept = traveller.browser.post("/account/password", {"new": "a long sentence about elms", "again": "the same"})
    assert kept.status_code == 403
    assert "Passwords open nothing here" in kept.text
