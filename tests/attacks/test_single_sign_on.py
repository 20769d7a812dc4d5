"""Signing in as somebody else through a provider: forged proofs, answers to others, answers nobody asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from app.domain.permission import Role
from app.models.engine import writing
from app.models.identity import Identity
from app.models.person import Person, SignIn
from tests.attacks.ground import rows
from tests.factories.elsewhere import Traveller, program_with
from tests.factories.hiring import make_person
from tests.hostile_provider import Hostile, hostile_provider, key_of, signed, signed_by_public_key, unsigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings
    from tests.databases import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_provider() as running:
        yield running


@pytest.fixture
def traveller(settings: Settings, database: Database, hostile: Hostile) -> Traveller:
    return Traveller.of(program_with(settings, database, hostile.provider()), hostile)


@pytest.mark.attack("AU-07")
def test_an_answer_counts_only_once_in_time_and_in_the_browser_that_asked(
    traveller: Traveller, database: Database
) -> None:
    victim = Traveller.of(traveller.browser.program, traveller.hostile)
    _ = victim.browser.token
    state = traveller.leave()["state"]

    assert victim.back(code="code-1", state=state).status_code == 400
    assert traveller.back(code="code-1").status_code == 400
    assert traveller.back(code="code-1", state="x" * 43).status_code == 400
    assert traveller.browser.get("/sign-in/from/other").status_code == 404
    assert rows(database, SignIn.token_hash) == []

    assert traveller.back(code="code-1", state=state).status_code == 303
    assert traveller.back(code="code-1", state=state).status_code == 400
    assert len(rows(database, SignIn.token_hash)) == 1


@pytest.mark.attack("AU-07")
@ON_SQLITE
def test_a_code_that_was_used_before_opens_nothing(traveller: Traveller, database: Database) -> None:
    traveller.sign_in()
    other = Traveller.of(traveller.browser.program, traveller.hostile)
    answer = other.browser.post("/sign-in/with/company")
    state = dict(part.split("=") for part in urlsplit(answer.location).query.split("&"))["state"]
    assert other.back(code="code-1", state=state).status_code == 400
    assert not other.is_in()
    assert len(rows(database, SignIn.token_hash)) == 1


@pytest.mark.attack("AU-07")
@ON_SQLITE
def test_another_issuers_answer_is_refused(traveller: Traveller) -> None:
    issuer = traveller.hostile.issuer
    traveller.hostile.metadata = {"authorization_response_iss_parameter_supported": True}
    assert traveller.sign_in().status_code == 400
    for issuing, status in (("https://evil.example", 400), (issuer + "/", 400), (issuer, 303)):
        state = traveller.leave()["state"]
        assert traveller.back(code="code-1", state=state, iss=issuing).status_code == status
    assert traveller.is_in()


@pytest.mark.attack("AU-08")
@ON_SQLITE
def test_every_forged_or_ill_fitting_token_is_refused(traveller: Traveller, database: Database) -> None:
    hostile, now = traveller.hostile, int(time.time())
    lies: dict[str, dict[str, Any]] = {
        "no signature at all": {"forge": unsigned},
        "a secret that everybody can read": {"forge": signed_by_public_key},
        "a key that the token brings along": {
            "forge": lambda header, claims: signed(
                {**header, "jwk": key_of("EC", "mine").as_dict(private=False)}, claims, key_of("EC", "mine")
            )
        },
        "a key at an address that the token names": {
            "forge": lambda header, claims: signed(
                {**header, "jku": "https://evil.example/keys"}, claims, key_of("EC", "mine")
            )
        },
        "a key that is not published": {"signing": "other"},
        "a key under a known name": {"forge": lambda header, claims: signed(header, claims, key_of("EC", "mine"))},
        "another audience": {"claims": {"aud": "somebody-else"}},
        "several audiences and another party": {"claims": {"aud": ["plumbline", "other"], "azp": "other"}},
        "several audiences and no party": {"claims": {"aud": ["plumbline", "other"]}},
        "another issuer": {"claims": {"iss": "https://accounts.example.org"}},
        "another nonce": {"claims": {"nonce": "of-another-time"}},
        "no nonce": {"claims": {"nonce": None}},
        "expired": {"claims": {"exp": now - 61}},
        "no end": {"claims": {"exp": None}},
        "not yet valid": {"claims": {"nbf": now + 120}},
        "issued in the future": {"claims": {"iat": now + 120}},
        "nobody": {"claims": {"sub": ""}},
        "a subject that is no text": {"claims": {"sub": 7}},
        "an end that is no number": {"claims": {"exp": "later"}},
        "a proof in the future": {"claims": {"auth_time": now + 600}},
        "a logout token": {"claims": {"nonce": None, "events": {}}, "header": {"typ": "logout+jwt"}},
        "an encrypted shape": {"forge": lambda _header, _claims: "a.b.c.d.e"},
        "no token": {"claims": {}, "forge": lambda _header, _claims: ""},
    }  # fmt: skip
    for lie, changes in lies.items():
        for name, value in changes.items():
            setattr(hostile, name, value)
        answer = traveller.sign_in()
        assert answer.status_code == 400, lie
        assert "does not prove who you are" in answer.text, lie
        hostile.forge, hostile.claims, hostile.header, hostile.signing = None, {}, {}, "first"
    assert rows(database, Person.id) == rows(database, SignIn.token_hash) == []

    traveller.sign_in()
    assert traveller.is_in()


@pytest.mark.attack("AU-14")
def test_an_answer_that_nobody_here_asked_for_changes_nothing(traveller: Traveller, database: Database) -> None:
    with writing(database.engine) as session:
        bo, cy = (make_person(session, name, (Role.EMPLOYEE,)).id for name in ("Bo Lind", "Cy Roe"))
    traveller.browser.sign_in(bo)
    before = rows(database, SignIn.token_hash)
    attackers = Traveller.of(traveller.browser.program, traveller.hostile)
    for state in (attackers.leave()["state"], "", "x" * 43):
        assert traveller.back(code="code-1", state=state).status_code == 400
    assert rows(database, SignIn.token_hash) == before
    assert "Bo Lind" in traveller.browser.get("/account").text

    mine = traveller.leave("/account/connections/company")["state"]
    traveller.browser.sign_in(cy)
    assert traveller.back(code="code-1", state=mine).status_code == 400, "somebody else is signed in by now"
    assert rows(database, Identity.subject) == []
    assert "Cy Roe" in traveller.browser.get("/account").text
