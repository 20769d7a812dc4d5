"""Taking an account over: forged cookies, links, codes, and keeping its owner out."""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import update

from app.domain.errors import InvalidError
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.person import Person, SignIn
from app.services import passwords, second_factor
from app.services.sealing import SeedKey
from tests.attacks.resetting import NEW, plain, post
from tests.cli.processes import PRODUCTION, run
from tests.factories.credentials import PASSWORD, make_account, with_codes
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.databases import Database


def _enter(browser: Browser, password: str = PASSWORD, email: str = "ada@example.org") -> int:
    return browser.post("/sign-in", {"email": email, "password": password}).status_code


def _cookie(browser: Browser) -> str:
    found = browser.client.get_cookie("plumbline")
    assert found is not None
    browser._form_token = ""
    return found.value


def _opens(program: Flask, token: str) -> bool:
    """Whether a browser with this copied cookie gets into the account."""
    thief = Browser(program)
    thief.client.set_cookie("plumbline", token, path="/")
    return thief.get("/account").status_code == 200


@pytest.mark.attack("AU-02")
def test_a_cookie_signed_with_a_known_secret_opens_nothing(database: Database, program: Flask) -> None:
    person = make_account(database)
    signer = SecureCookieSessionInterface().get_signing_serializer(program)
    assert signer is not None
    forged = signer.dumps({"_user_id": str(person), "user_id": str(person), "_fresh": True})

    assert not _opens(program, forged)
    assert not _opens(program, "A" * 43)


@pytest.mark.attack("AU-02")
@pytest.mark.parametrize("secret", ["", "changeme", "thisISaSECRET_1234", "a" * 64, "plumbline-demo-" + "x1Y2" * 16])
def test_a_guessable_secret_keeps_the_program_from_starting(secret: str, tmp_path: Path) -> None:
    given = {**PRODUCTION, "PLUMBLINE_SECRET_KEY": secret, "PLUMBLINE_INSTANCE": str(tmp_path)}

    done = run("serve", "--port", "0", settings=given)

    assert (done.returncode, done.stdout) == (2, "")
    assert 'set it with: PLUMBLINE_SECRET_KEY="$(python3 -c ' in done.stderr


@pytest.mark.attack("AU-03")
def test_a_debugger_is_never_open_to_the_public(tmp_path: Path) -> None:
    for name in ("PLUMBLINE_DEBUG", "FLASK_DEBUG"):
        done = run("serve", "--port", "0", settings={**PRODUCTION, name: "1", "PLUMBLINE_INSTANCE": str(tmp_path)})
        assert done.returncode == 2
        assert "DEBUG is on" in done.stderr


@pytest.mark.attack("AU-06")
def test_known_and_unknown_accounts_get_the_same_answer_for_the_same_work(
    database: Database, program: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(database)
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  as the library names them
            verified.append(str(password))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=1, memory_cost=64, parallelism=1))
    passwords.matches(None, "the hash that stands in for unknown accounts is made once")
    seen = {}
    for email in ("ada@example.org", "eve@example.org"):
        answers = []
        signing_in = ("/sign-in", {"email": email, "password": "wrong"})
        for path, form in (signing_in, ("/forgotten-password", {"email": email})):
            browser, before = Browser(program), len(verified)
            browser.token  # noqa: B018  opened before the statements are counted
            with counted(database.engine) as sent:
                answer = browser.post(path, form)
            work = (len(sent), len(verified) - before)
            answers.append((answer.status_code, plain(answer.text).replace(email, ""), work))
        seen[email] = answers

    assert seen["ada@example.org"] == seen["eve@example.org"]
    assert [status for status, *_rest in seen["eve@example.org"]] == [422, 200]
    assert [letter["To"] for letter in post(database)] == ["ada@example.org"]


@pytest.mark.attack("AU-09")
def test_a_planted_cookie_is_dead_after_sign_in_step_up_and_change_of_roles(database: Database, program: Flask) -> None:
    admin = make_account(database)
    victim = make_account(database, "vic@example.org", [Role.EMPLOYEE], "Vic Tim")
    planted = secrets.token_urlsafe(32)
    browser = Browser(program)
    browser.client.set_cookie("plumbline", planted, path="/")

    assert _enter(browser, email="vic@example.org") == 303
    first = _cookie(browser)
    assert browser.post("/prove", {"way": "password", "password": PASSWORD}).status_code == 303
    second = _cookie(browser)
    assert len({planted, first, second}) == 3
    assert [_opens(program, token) for token in (planted, first, second)] == [False, False, True]

    clerk = Browser(program)
    clerk.sign_in(admin)
    assert clerk.post(f"/people/{victim}/roles", {"roles": ["employee", "interviewer"]}).status_code == 303
    assert not _opens(program, second)


@pytest.mark.attack("AU-10")
@pytest.mark.parametrize("ending", ["sign-out", "password", "silence", "eight hours", "administrator", "elsewhere"])
def test_a_copied_cookie_is_worthless_once_the_session_has_ended(
    ending: str, database: Database, program: Flask
) -> None:
    admin, person = make_account(database), make_account(database, "vic@example.org", [Role.EMPLOYEE], "Vic Tim")
    browser, other = Browser(program), Browser(program)
    browser.sign_in(person)
    copied = _cookie(browser)
    assert _opens(program, copied)

    if ending == "sign-out":
        assert browser.post("/sign-out").status_code == 303
    elif ending in {"password", "elsewhere"}:
        other.sign_in(person)
        form = {"old": PASSWORD, "new": NEW, "again": NEW}
        path = "/account/password" if ending == "password" else "/account/sessions"
        assert other.post(path, form).status_code == 303
    elif ending == "administrator":
        other.sign_in(admin)
        assert other.post(f"/people/{person}/close").status_code == 303
    else:
        column = "last_seen_at" if ending == "silence" else "created_at"
        with writing(database.engine) as session:
            session.execute(update(SignIn).values({column: datetime.now(UTC) - timedelta(hours=8, minutes=1)}))

    assert not _opens(program, copied)


@pytest.mark.attack("AU-13")
def test_a_code_opens_once_and_only_in_its_minute(database: Database, program: Flask) -> None:
    person = make_account(database)
    app, _recovery = with_codes(database, person, SECRET)
    moment = datetime.now(UTC)
    old, last, code = (app.at(moment - timedelta(seconds=age)) for age in (90, 30, 0))

    def give(given: str) -> int:
        browser = Browser(program)
        assert _enter(browser) == 303
        assert browser.get("/people").headers["Location"] == "/prove?then=/people", "nothing opens before the code"
        browser._form_token = re.findall(r'csrf_token" value="([^"]+)"', browser.get("/prove").text)[0]
        return browser.post("/prove", {"way": "code", "code": given}).status_code

    assert give(old) == 422, "two half minutes old"
    assert give(code) == 303
    assert give(code) == 422, "used already"
    assert give(last) == 422, "older than one that was used"


@pytest.mark.attack("AU-13")
def test_codes_are_tried_five_times_in_five_minutes_and_moving_the_clock_brings_none_back(
    database: Database, program: Flask
) -> None:
    person = make_account(database)
    app, _recovery = with_codes(database, person, SECRET)
    browser = Browser(program)
    assert _enter(browser) == 303
    browser._form_token = re.findall(r'csrf_token" value="([^"]+)"', browser.get("/prove").text)[0]

    answers = [browser.post("/prove", {"way": "code", "code": f"{guess:06}"}).status_code for guess in range(20)]

    # Windows are fixed: a run across the border of one has ten tries instead of five.
    assert answers[:5].count(422) >= 4
    assert answers.count(429) >= 9
    assert {limit.tries for _name, limit in second_factor.LIMITS} == {5, 20, 50}

    now = datetime.now(UTC)
    key = SeedKey.of(SECRET)
    with writing(database.engine) as session:
        second_factor.check_code(session, person, key, app.at(now), now=now)
    for moved in (timedelta(0), timedelta(minutes=-10), timedelta(minutes=-1)):
        with pytest.raises(InvalidError), writing(database.engine) as session:
            second_factor.check_code(session, person, key, app.at(now + moved), now=now + moved)


@pytest.mark.attack("AU-16")
def test_nobody_is_locked_out_by_failures_of_others(database: Database, program: Flask) -> None:
    person = make_account(database)
    own = Browser(program)
    assert _enter(own) == 303
    own._form_token = ""
    assert own.post("/sign-out").status_code == 303
    own._form_token = ""

    attacker = Browser(program)
    answers = [_enter(attacker, "not the password") for _ in range(22)]

    # Windows are fixed: a run across the border of one has twenty tries instead of ten.
    assert answers.count(429) >= 2
    assert _enter(own) == 303
    with reading(database.engine) as session:
        assert session.get_one(Person, person).active


@pytest.mark.attack("UP-03")
def test_absurdly_long_entries_are_refused_before_any_work(
    database: Database, program: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = Browser(program)
    admin.sign_in(make_account(database))
    person = {"name": "Eve Long", "email": "eve@example.org", "password": NEW, "roles": "employee"}
    for field, text in (("email", "e" * 320 + "@example.org"), ("name", "N" * 10_000), ("password", "p" * 2_000)):
        assert admin.post("/people/new", {**person, field: text}).status_code == 422, field

    class Refusing(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  as the library names them
            raise AssertionError(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Refusing())
    browser = Browser(program)
    for length in (1_025, 100_000):
        assert _enter(browser, "p" * length) == 422
    assert _enter(browser, "p" * 1_000_000) == 413
    assert not passwords.matches(None, "ä" * 600), "1,024 bytes, not characters"


@pytest.mark.attack("UP-04")
def test_sign_ins_at_once_are_checked_one_by_one_and_the_rest_are_told_to_wait(
    database: Database, program: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(database)
    at_once, most, guard = 0, 0, Lock()

    class Slow(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002  as the library names them
            nonlocal at_once, most
            with guard:
                at_once += 1
                most = max(most, at_once)
            sleep(0.1)
            with guard:
                at_once -= 1
            return super().verify(hash, password)

    browsers = [Browser(program) for _ in range(8)]
    assert all(browser.token for browser in browsers)
    monkeypatch.setattr(passwords, "HASHER", Slow(time_cost=1, memory_cost=64, parallelism=1))
    monkeypatch.setattr(passwords, "_PATIENCE", 0.15)

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(lambda pair: _enter(pair[1], email=f"{pair[0]}@example.org"), enumerate(browsers)))

    assert most == 1
    assert set(answers) == {422, 429}
