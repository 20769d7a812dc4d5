"""Forms that take secrets: what password managers are told, codes that are shown once, first passwords, zones."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import update

from app.domain.permission import ActorFacts
from app.models.engine import reading, writing
from app.models.person import Person
from app.services import accounts, second_factor
from app.services.sealing import SeedKey
from tests.attacks.resetting import reset_token
from tests.factories.credentials import PASSWORD, make_account, with_codes
from tests.web.browser import Browser
from tests.web.conftest import SECRET
from tests.web.test_admin_credentials import _age_proofs

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

CODE = re.compile(r"<li><code>([0-9a-f-]+)</code>")
NEW = "eleven brass lanterns hum"


class _Forms(HTMLParser):
    """The inputs of each form, by their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list[dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.found.append([])
        if tag == "input" and self.found:
            self.found[-1].append(dict(attrs))


@pytest.fixture
def ada(database: Database) -> UUID:
    """Somebody with a password."""
    return make_account(database)


@pytest.fixture
def browser(program: Flask, ada: UUID) -> Browser:
    """Their browser, signed in."""
    browser = Browser(program)
    browser.sign_in(ada)
    return browser


def _with_secrets(text: str) -> list[dict[str, str]]:
    """Of each form that takes a password: what its inputs are called, and what managers are told of them."""
    forms = [form for form in _Forms(text).found if any(one.get("type") == "password" for one in form)]
    return [
        {str(one["name"]): str(one.get("autocomplete")) for one in form if one["type"] != "hidden"} for form in forms
    ]


def test_every_form_that_takes_a_password_names_whose_it_is(
    database: Database, program: Flask, browser: Browser
) -> None:
    stranger = Browser(program)
    token = reset_token(database, stranger)
    choosing = stranger.get(f"/choose-password/{token}").text
    account = browser.get("/account").text
    _age_proofs(database)
    proving = browser.get("/prove").text

    new = {"new": "new-password", "again": "new-password"}
    assert _with_secrets(stranger.get("/sign-in").text) == [{"email": "username", "password": "current-password"}]
    assert _with_secrets(choosing) == [{"username": "username", **new}]
    assert _with_secrets(account) == [{"username": "username", "old": "current-password", **new}]
    assert _with_secrets(proving) == [{"username": "username", "password": "current-password"}]
    for page in (choosing, account, proving):
        assert 'name="username" autocomplete="username" value="ada@example.org" readonly hidden' in page


@pytest.mark.usefixtures("database")
def test_the_first_administrators_form_names_whose_password_it_is(program: Flask) -> None:
    [form] = _with_secrets(Browser(program).get("/set-up").text)
    assert form == {
        "token": "off", "name": "name", "email": "username", "new": "new-password", "again": "new-password"
    }  # fmt: skip


def test_codes_are_asked_for_as_codes(database: Database, browser: Browser, ada: UUID) -> None:
    setting_up = browser.post("/account/second-step/codes").text
    with_codes_page = _Forms(setting_up).found[0]
    assert [one["autocomplete"] for one in with_codes_page if one["name"] == "code"] == ["one-time-code"]

    _confirm(database, browser, ada)
    _age_proofs(database)
    browser.read_token_anew()
    asked = {one["name"]: one.get("autocomplete") for form in _Forms(browser.get("/prove").text).found for one in form}
    assert (asked["code"], asked["recovery"]) == ("one-time-code", "off")


def test_recovery_codes_that_are_loaded_again_stay_good_and_say_how_to_get_others(
    database: Database, browser: Browser, ada: UUID
) -> None:
    browser.post("/account/second-step/codes")
    form = {"csrf_token": browser.token, "code": _code(database, ada)}
    shown = browser.client.post("/account/second-step/codes/confirm", data=form)
    again = browser.client.post("/account/second-step/codes/confirm", data=form)

    codes = CODE.findall(shown.text)
    assert len(codes) == 10
    assert again.status_code == 403
    assert "Recovery codes are shown once" in again.text
    assert 'href="/account/second-step"' in again.text
    assert not CODE.findall(again.text)
    _takes(database, ada, codes[0])


def test_new_recovery_codes_are_made_once_however_often_the_form_is_sent(
    database: Database, browser: Browser, ada: UUID
) -> None:
    _app, old = with_codes(database, ada, SECRET)
    browser.sign_in(ada)
    form = {"intent": "once"}
    shown = browser.post("/account/second-step/recovery", form)
    again = browser.post("/account/second-step/recovery", form)

    codes = CODE.findall(shown.text)
    assert (shown.status_code, len(codes), set(codes) & set(old)) == (200, 10, set())
    assert (again.status_code, CODE.findall(again.text)) == (409, [])
    assert "the codes that you saw still work" in again.text
    _takes(database, ada, codes[9])
    assert len(CODE.findall(browser.post("/account/second-step/recovery", {"intent": "another"}).text)) == 10


def test_a_form_that_is_too_old_is_no_page_of_codes_for_whoever_has_none(browser: Browser) -> None:
    answer = browser.client.post("/account/second-step/codes/confirm", data={"code": "123456"})
    assert answer.status_code == 403
    assert "from another browser or too old" in answer.text


def test_whoever_has_no_password_sets_a_first_one_without_repeating_any(
    database: Database, browser: Browser, ada: UUID
) -> None:
    with writing(database.engine) as session:
        session.execute(update(Person).where(Person.id == ada).values(password_hash=None))

    assert _with_secrets(browser.get("/account").text) == [
        {"username": "username", "new": "new-password", "again": "new-password"}
    ]
    assert browser.post("/account/password", {"new": NEW, "again": NEW}).status_code == 303
    with reading(database.engine) as session:
        assert accounts.authenticate(session, "ada@example.org", NEW) == ada
    browser.read_token_anew()
    assert browser.post("/account/password", {"new": PASSWORD, "again": PASSWORD}).status_code == 422


def test_the_page_offers_the_zones_of_places_and_takes_no_others(browser: Browser) -> None:
    page = browser.get("/account").text
    refused = browser.post("/account/zone", {"zone": "localtime"})

    assert 'value="Europe/Oslo"' in page
    assert not re.search('value="(localtime|Factory|posixrules)"', page)
    assert refused.status_code == 422
    assert "choose" in refused.text.casefold()


def _code(database: Database, person_id: UUID) -> str:
    with reading(database.engine) as session:
        actor = ActorFacts(person_id, "ada@example.org", frozenset())
        seed = second_factor.waiting_codes(session, actor, SeedKey.of(SECRET)).seed
    return pyotp.TOTP(seed).now()


def _confirm(database: Database, browser: Browser, person_id: UUID) -> None:
    sent = browser.post("/account/second-step/codes/confirm", {"code": _code(database, person_id)})
    assert sent.status_code == 200


def _takes(database: Database, person_id: UUID, code: str) -> None:
    with writing(database.engine) as session:
        second_factor.check_recovery(session, person_id, code, now=datetime.now(UTC))


def test_a_second_step_does_not_make_a_shorter_password_do(database: Database, browser: Browser, ada: UUID) -> None:
    with_codes(database, ada, SECRET)
    browser.sign_in(ada)
    for password, status in (("x7Q!pL-9wzR#4v", 422), ("x7Q!pL-9wzR#4v+", 303)):
        form = {"old": PASSWORD, "new": password, "again": password}
        assert browser.post("/account/password", form).status_code == status
