"""Inviting, helping after a lost device, and asking again before acts that change who gets in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.domain.permission import Role
from app.models.credentials import AccountLink, RecoveryCode
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person, SignIn
from app.services import second_factor
from tests.factories.credentials import PASSWORD, make_account, with_codes
from tests.factories.hiring import make_person
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database


@pytest.fixture
def admin(program: Flask, database: Database) -> Browser:
    """An administrator's browser, just signed in."""
    browser = Browser(program)
    browser.sign_in(make_account(database))
    return browser


def _age_proofs(database: Database) -> None:
    with writing(database.engine) as session:
        session.execute(update(SignIn).values(proved_at=datetime.now(UTC) - timedelta(minutes=6)))


def _guest(database: Database) -> UUID:
    with writing(database.engine) as session:
        return make_person(session, "New Guest", [Role.EMPLOYEE], email="guest@example.org").id


def test_a_new_person_without_a_password_is_invited(admin: Browser, database: Database, program: Flask) -> None:
    answer = admin.post("/people/new", {"name": "Bo New", "email": "bo@example.org", "roles": ["employee"]})

    found = re.search(r"http://localhost(/choose-password/[^<\s]+)", answer.text)
    assert found
    chosen = {"token": found[1].rsplit("/", 1)[1], "new": PASSWORD, "again": PASSWORD}
    assert Browser(program).get(found[1]).status_code == 200
    assert Browser(program).post("/choose-password", chosen).status_code == 303
    with reading(database.engine) as session:
        assert [message.subject for message in session.scalars(select(Message).order_by(Message.created_at))] == [
            "Your account at Harrow & Vale", "Your password was changed",
        ]  # fmt: skip


def test_the_page_offers_what_fits_and_takes_few_statements(admin: Browser, database: Database) -> None:
    guest, lost = _guest(database), make_account(database, "lost@example.org", [Role.EMPLOYEE], "Lo Stone")
    with_codes(database, lost, SECRET)

    with counted(database.engine) as sent:
        page = admin.get(f"/people/{guest}/sign-in")
    assert ("Send an invitation" in page.text, "Lost device" in page.text) == (True, False)
    assert len([statement for statement in sent if statement.lstrip().upper().startswith("SELECT")]) <= 4
    page = admin.get(f"/people/{lost}/sign-in")
    assert ("Send an invitation" in page.text, "codes from an app" in page.text) == (False, True)


def test_a_lost_second_step_is_taken_away_and_its_owner_is_told(
    admin: Browser, database: Database, program: Flask
) -> None:
    lost = make_account(database, "lost@example.org", [Role.EMPLOYEE], "Lo Stone")
    with_codes(database, lost, SECRET)
    theirs = Browser(program)
    theirs.sign_in(lost)

    assert admin.post(f"/people/{lost}/second-step").status_code == 303

    assert theirs.get("/account").status_code == 303
    with reading(database.engine) as session:
        assert not second_factor.ways(session, lost).any
        assert session.scalars(select(RecoveryCode)).all() == []
        told = session.scalars(select(Message.subject).where(Message.recipient_id == lost)).all()
    assert "Your second step was taken away" in told


def test_nobody_takes_their_own_second_step_away_here(admin: Browser, database: Database) -> None:
    with reading(database.engine) as session:
        me = session.scalars(select(Person.id)).one()

    assert admin.post(f"/people/{me}/second-step").status_code == 409
    assert "This is you." in admin.get(f"/people/{me}/sign-in").text


def test_an_old_proof_is_asked_for_again_and_the_button_that_was_pressed_is_not_lost(
    admin: Browser, database: Database
) -> None:
    guest = _guest(database)
    assert admin.token
    _age_proofs(database)

    asked = admin.post(f"/people/{guest}/invite")
    assert asked.status_code == 401
    assert "Show that it is you" in asked.text
    carried = re.findall(r'name="carried" value="([^"]+)"', asked.text)[0]
    with reading(database.engine) as session:
        assert session.scalars(select(AccountLink)).all() == []
    assert admin.get(f"/people/{guest}/sign-in").headers["Location"] == f"/prove?then=/people/{guest}/sign-in"

    wrong = admin.post("/prove", {"way": "password", "password": "not it", "carried": carried})
    assert (wrong.status_code, carried in wrong.text) == (422, True)
    back = admin.post("/prove", {"way": "password", "password": PASSWORD, "carried": carried})
    assert f'action="/people/{guest}/invite"' in back.text
    admin._form_token = ""  # the session has a new token, and so have its forms
    assert admin.post(f"/people/{guest}/invite").status_code == 200


@pytest.mark.parametrize("way", ["press", "provider", "password", "", "passkey"])
def test_no_other_way_gets_around_a_second_step(way: str, database: Database, program: Flask) -> None:
    person = make_account(database)
    with_codes(database, person, SECRET)
    browser = Browser(program)
    browser.sign_in(person)
    assert browser.token
    _age_proofs(database)

    assert browser.post("/prove", {"way": way, "password": PASSWORD, "answer": "{}"}).status_code == 422
    assert browser.get("/people/new").status_code == 303


def test_a_recovery_code_works_once_and_its_owner_is_told(database: Database, program: Flask) -> None:
    person = make_account(database)
    _app, codes = with_codes(database, person, SECRET)
    assert len(codes) == len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {32}
    answers = []
    for _ in range(2):
        browser = Browser(program)
        browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD})
        browser._form_token = re.findall(r'csrf_token" value="([^"]+)"', browser.get("/prove").text)[0]
        answers.append(browser.post("/prove", {"way": "recovery", "recovery": codes[3].upper()}).status_code)

    assert answers == [303, 422]
    with reading(database.engine) as session:
        assert second_factor.ways(session, person).recovery_left == 9
        assert "A recovery code was used" in session.scalars(select(Message.subject)).all()


def test_who_needs_a_second_step_is_led_to_set_it_up_and_gets_nowhere_before(
    database: Database, https_program: Flask
) -> None:
    make_account(database)
    client, base = https_program.test_client(), "https://plumbline.example.org"

    def send(path: str, page: str, **fields: str) -> str:
        found = re.search(r'csrf_token" value="([^"]+)"', client.get(page, base_url=base).text)
        assert found, page
        form = {**fields, "csrf_token": found[1]}
        answer = client.post(path, base_url=base, data=form, headers={"Referer": f"{base}{page}"})
        return answer.headers.get("Location", str(answer.status_code))

    assert send("/sign-in", "/sign-in", email="ada@example.org", password=PASSWORD) == "/"
    assert client.get("/people", base_url=base).headers["Location"] == "/prove?then=/people"
    assert client.get("/prove?then=/people", base_url=base).headers["Location"] == "/account/second-step?then=/people"
    page = client.get("/account/second-step?then=/people", base_url=base)
    assert "a password alone is not enough" in page.text
    assert send("/account/second-step/codes", "/account/second-step") == "200"
    assert client.get("/account", base_url=base).headers["Location"] == "/prove?then=/account"
