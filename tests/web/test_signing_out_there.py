"""Who signs out here is signed out at the provider too, where that is set up, and never the other way round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.identity import Identity
from app.models.person import Person, SignIn
from app.services import identities
from app.services.sessions import hashed
from tests.factories.credentials import make_account
from tests.factories.elsewhere import Traveller, program_with
from tests.hostile_provider import Hostile, hostile_provider
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from app.settings import Settings
    from tests.databases import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_provider() as running:
        running.metadata = {"end_session_endpoint": f"{running.issuer}/end"}
        yield running


@pytest.fixture
def program(settings: Settings, database: Database, hostile: Hostile) -> Flask:
    return program_with(settings, database, hostile.provider(sign_out_there=True))


def _sign_out(program: Flask, hostile: Hostile) -> TestResponse:
    """The answer to signing out of a session that began at the provider, which has ended in any case."""
    traveller = Traveller.of(program, hostile)
    traveller.sign_in()
    assert traveller.is_in()
    answer = traveller.browser.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not traveller.is_in()
    return answer


def _address(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    wait, _, address = answer.headers["Refresh"].partition("; url=")
    assert wait == "0"
    return address


def _said(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query, keep_blank_values=True)


def test_signing_out_leads_on_to_the_provider_and_back(program: Flask, hostile: Hostile) -> None:
    answer = _sign_out(program, hostile)
    address = _address(answer)

    said = _said(address)
    assert address.startswith(f"{hostile.issuer}/end?")
    assert said.keys() == {"client_id", "post_logout_redirect_uri", "state"}
    assert said["client_id"] == ["plumbline"]
    [back] = said["post_logout_redirect_uri"]
    assert back == "http://localhost/sign-in/left/company"
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert "You are signed out here" in answer.text
    assert "Sign out of Company account" in answer.text

    there = program.test_client().get(back, query_string={"state": said["state"][0]})
    assert (there.status_code, there.location) == (303, "/sign-in?done=signed-out")


@ON_SQLITE
@pytest.mark.usefixtures("database")
def test_a_return_that_nobody_left_for_is_the_sign_in_page(program: Flask, hostile: Hostile) -> None:
    [state] = _said(_address(_sign_out(program, hostile)))["state"]
    stranger = program.test_client()
    for path, query in (
        ("company", {}), ("company", {"state": "x"}), ("company", {"state": state[:-1]}), ("other", {"state": state}),
    ):  # fmt: skip
        answer = stranger.get(f"/sign-in/left/{path}", query_string=query)
        assert (answer.status_code, answer.location) == (303, "/sign-in")


@ON_SQLITE
def test_who_came_another_way_or_stays_signed_in_there_is_led_nowhere(
    settings: Settings, database: Database, program: Flask, hostile: Hostile
) -> None:
    plain = program_with(settings, database, hostile.provider())
    assert _sign_out(plain, hostile).location == "/sign-in?done=signed-out"

    browser = Browser(program)
    browser.sign_in(make_account(database, "bo@example.org", [Role.EMPLOYEE], "Bo Lind"))
    assert browser.post("/sign-out").location == "/sign-in?done=signed-out"
    browser.read_token_anew()
    assert browser.post("/sign-out").location == "/sign-in?done=signed-out", "ending it twice is no fault"


@ON_SQLITE
@pytest.mark.parametrize(
    "endpoint",
    [
        None, "", 7, "javascript:alert(1)", "https://evil.example/end", "http://evil.example/end", "//evil.example",
        "http://127.0.0.1:1/end", "ISSUER/end#there", "ISSUER@evil.example/end", "ISSUER/e nd", "ISSUER/end\r\nX: y",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_the_providers_own_is_not_followed(
    settings: Settings, database: Database, hostile: Hostile, endpoint: object
) -> None:
    bent = endpoint.replace("ISSUER", hostile.issuer) if isinstance(endpoint, str) else endpoint
    hostile.metadata = {"end_session_endpoint": bent}
    answer = _sign_out(program_with(settings, database, hostile.provider(sign_out_there=True)), hostile)
    assert (answer.status_code, answer.location) == (303, "/sign-in?done=signed-out")
    assert "Refresh" not in answer.headers


@ON_SQLITE
def test_an_address_keeps_its_own_words_and_none_of_ours_is_said_twice(
    settings: Settings, database: Database, hostile: Hostile
) -> None:
    hostile.metadata = {"end_session_endpoint": f"{hostile.issuer}/end?realm=a%20b&state=theirs&client_id=other&ui="}
    program = program_with(settings, database, hostile.provider(sign_out_there=True))
    said = _said(_address(_sign_out(program, hostile)))
    assert (said["realm"], said["ui"], said["client_id"]) == (["a b"], [""], ["plumbline"])
    assert len(said["state"]) == 1
    assert said["state"] != ["theirs"]


@ON_SQLITE
def test_a_provider_that_is_down_keeps_nobody_signed_in(
    settings: Settings, database: Database, hostile: Hostile
) -> None:
    program = program_with(settings, database, hostile.provider(sign_out_there=True))
    traveller = Traveller.of(program, hostile)
    traveller.sign_in()
    program.extensions.pop("plumbline.providers")  # as in a process that has not read the provider's pages yet
    hostile.answers = {"/.well-known/openid-configuration": (503, b"")}
    answer = traveller.browser.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in?done=signed-out")
    assert not traveller.is_in()


def test_of_several_providers_it_is_the_one_by_which_the_session_began(database: Database) -> None:
    person, now = make_account(database), datetime.now(UTC)
    issuers = {"https://one.example": now - timedelta(hours=2), "https://two.example": now, "https://new.example": None}
    with writing(database.engine) as session:
        for issuer, used in issuers.items():
            session.add(Identity(issuer=issuer, subject="a", person_id=person, linked_at=now, used_at=used))
        for token, how, at in (
            ("one", "provider", now - timedelta(hours=2)), ("two", "provider", now), ("own", "password", now),
            ("old", "provider", now - timedelta(hours=3)),
        ):  # fmt: skip
            session.add(
                SignIn(
                    token_hash=hashed(token), person_id=person, created_at=at, last_seen_at=now, browser="", how=how,
                    place="", proved_at=at, factor_done=False,
                )
            )  # fmt: skip
    with reading(database.engine) as session:
        found = [identities.came_by(session, token) for token in ("one", "two", "old", "own", "none")]
        assert session.get(Person, person) is not None
    assert found == ["https://one.example", "https://two.example", None, None, None]
