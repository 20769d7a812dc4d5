"""Signing in and out, expired sessions, limits, and the person's own account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.person import Installation, Person, SignIn
from app.services import accounts
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

PASSWORD = "seven quiet herons wade"
NOW = datetime.now(UTC)


@pytest.fixture
def ada(database: Database) -> UUID:
    """An administrator with a password."""
    with writing(database.engine) as session:
        return accounts.create_person(
            session, None, email="Ada@Example.org", name="Ada Lind", password=PASSWORD, roles=[Role.ADMIN], now=NOW
        )


def _enter(browser: Browser, password: str = PASSWORD, email: str = "ada@example.org", **more: str) -> int:
    return browser.post("/sign-in", {"email": email, "password": password, **more}).status_code


def _without_nonces(text: str) -> str:
    return re.sub(r'(nonce|name="csrf_token" value)="[^"]+"', "", text)


@pytest.mark.usefixtures("ada")
def test_the_right_password_opens_the_program(browser: Browser) -> None:
    assert browser.get("/people").headers["Location"] == "/sign-in?then=/people"

    assert _enter(browser, then="/people") == 303

    assert browser.get("/people").status_code == 200


@pytest.mark.usefixtures("ada")
def test_unknown_and_wrong_get_the_same_answer(browser: Browser) -> None:
    wrong = browser.post("/sign-in", {"email": "ada@example.org", "password": "not the password"})
    unknown = browser.post("/sign-in", {"email": "eve@example.org", "password": "not the password"})

    assert wrong.status_code == unknown.status_code == 422
    assert "The address or the password is not right." in wrong.text
    assert _without_nonces(wrong.text).replace("ada@", "eve@") == _without_nonces(unknown.text)


@pytest.mark.usefixtures("ada")
def test_the_address_comes_back_and_the_password_does_not(browser: Browser) -> None:
    answer = browser.post("/sign-in", {"email": "ada@example.org", "password": "not the password"})

    assert 'value="ada@example.org"' in answer.text
    assert "not the password" not in answer.text


@pytest.mark.usefixtures("ada")
def test_the_eleventh_try_has_to_wait(browser: Browser) -> None:
    answers = [_enter(browser, "not the password") for _ in range(11)]

    # Windows are fixed; a run across the border of one begins to count anew.
    assert answers[:5] == [422] * 5
    assert answers.count(429) >= 1 or _enter(browser, "not the password") in {422, 429}


def test_a_closed_account_is_out_at_once(
    ada: UUID, database: Database, signed_in: Callable[[UUID], Browser], browser: Browser
) -> None:
    other = signed_in(ada)
    assert other.get("/account").status_code == 200

    with writing(database.engine) as session:
        session.get_one(Person, ada).active = False

    assert other.get("/account").status_code == 303
    assert _enter(browser) == 422


def test_signing_out_ends_the_copied_cookie_too(ada: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    browser, thief = signed_in(ada), signed_in(ada)
    cookie = browser.client.get_cookie("plumbline")
    assert cookie is not None
    thief.client.set_cookie("plumbline", cookie.value, path="/")
    assert thief.get("/account").status_code == 200

    assert browser.post("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'

    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize(("age", "still"), [(timedelta(minutes=29), True), (timedelta(minutes=31), False)])
def test_a_session_ends_after_half_an_hour_of_silence(
    ada: UUID, browser: Browser, age: timedelta, *, still: bool
) -> None:
    browser.sign_in(ada, at=datetime.now(UTC) - age)

    assert (browser.get("/account").status_code == 200) is still


def test_a_session_ends_after_eight_hours_of_use(ada: UUID, browser: Browser, database: Database) -> None:
    browser.sign_in(ada)
    with writing(database.engine) as session:
        row = session.scalars(select(SignIn)).one()
        row.created_at = datetime.now(UTC) - timedelta(hours=8, minutes=1)

    assert browser.get("/account").status_code == 303


def test_browsers_are_listed_and_each_can_be_signed_out(ada: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    here, there = signed_in(ada), signed_in(ada)
    page = here.get("/account").text
    assert page.count("(this one)") == 1
    [handle] = re.findall(r'name="browser" value="([0-9a-f]{64})"', page)

    assert here.post("/account/sessions/end", {"browser": handle}).status_code == 303

    assert [one.get("/account").status_code for one in (here, there)] == [200, 303]
    assert "You are signed in here only." in here.get("/account").text


def test_nobody_signs_out_somebody_elses_browser(
    ada: UUID, database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        eve = accounts.create_person(
            session, None, email="eve@example.org", name="Eve Low", password=PASSWORD, roles=[], now=NOW
        )
    hers, his = signed_in(ada), signed_in(eve)
    with reading(database.engine) as session:
        handle = session.scalars(select(SignIn.token_hash).where(SignIn.person_id == ada)).one()

    assert his.post("/account/sessions/end", {"browser": handle}).status_code == 303

    assert hers.get("/account").status_code == 200


def test_a_new_password_ends_the_other_browsers(ada: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    here, there = signed_in(ada), signed_in(ada)
    new = "eleven brass lanterns hum"

    answer = here.post("/account/password", {"old": PASSWORD, "new": new, "again": new})

    assert answer.headers["Location"].endswith("done=password-changed")
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_a_session_in_wrong_hands_does_not_find_the_password_out(
    ada: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    browser, new = signed_in(ada), "eleven brass lanterns hum"

    answers = [
        browser.post("/account/password", {"old": f"guess {number}", "new": new, "again": new}).status_code
        for number in range(12)
    ]

    # Windows are fixed: a run across the border of one has ten tries instead of five.
    assert set(answers) == {422, 429}
    assert answers.count(429) >= 2


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("short", "at least 15 characters"),
        ("passwordpassword1", "too easy to guess"),
        ("adalindadalindadalind", "too easy to guess"),
        ("x" * 129, "at most 128 characters"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(
    ada: UUID, signed_in: Callable[[UUID], Browser], new: str, says: str
) -> None:
    answer = signed_in(ada).post("/account/password", {"old": PASSWORD, "new": new, "again": new})

    assert answer.status_code == 422
    assert says in answer.text


def test_a_post_without_the_forms_token_changes_nothing(ada: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    browser, other = signed_in(ada), signed_in(ada)

    assert browser.client.post("/account/zone", data={"zone": "Europe/Berlin"}).status_code == 403
    stolen = {"zone": "Europe/Berlin", "csrf_token": other.token}
    assert browser.client.post("/account/zone", data=stolen).status_code == 403
    assert 'value="UTC" selected' in browser.get("/account").text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_a_post_from_another_site_is_refused(
    ada: UUID, signed_in: Callable[[UUID], Browser], headers: dict[str, str]
) -> None:
    browser = signed_in(ada)

    assert browser.post("/account/zone", {"zone": "Europe/Berlin"}, headers=headers).status_code == 403


def test_what_was_typed_survives_an_expired_session(ada: UUID, browser: Browser, database: Database) -> None:
    browser.sign_in(ada)
    token = browser.token
    with writing(database.engine) as session:
        session.scalars(select(SignIn)).one().last_seen_at = datetime.now(UTC) - timedelta(hours=2)

    late = browser.client.post("/account/zone", data={"zone": "Europe/Berlin", "csrf_token": token})
    assert late.status_code == 401
    carried = re.search(r'name="carried" value="([^"]+)"', late.text)
    assert carried
    back = browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD, "carried": carried.group(1)})
    assert 'name="zone" value="Europe/Berlin"' in back.text
    assert 'action="/account/zone"' in back.text

    browser._form_token = ""  # the session is a new one, and so is its form token
    assert browser.post("/account/zone", {"zone": "Europe/Berlin"}).status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_carried_text_of_somebody_elses_making_is_ignored(browser: Browser) -> None:
    answer = browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD, "carried": "made-up.text"})

    assert answer.status_code == 303


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/nothing-here", "javascript:alert(1)"])
def test_sign_in_leads_nowhere_outside(browser: Browser, then: str) -> None:
    answer = browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD, "then": then})

    assert answer.headers["Location"] == "/"


def test_showing_a_form_to_nobody_writes_nothing(browser: Browser, database: Database) -> None:
    assert browser.get("/sign-in").status_code == 200

    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_the_demo_offers_its_people_and_only_there(browser: Browser, database: Database, program: Flask) -> None:
    with writing(database.engine) as session:
        guest = accounts.create_person(
            session, None, email="mira@demo.example", name="Mira Demo", password=None, roles=[], now=NOW
        )
    assert "Mira Demo" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", {"person": str(guest)}).status_code == 404

    with writing(database.engine) as session:
        session.get_one(Installation, 1).demo = True
    assert "Mira Demo" in browser.get("/sign-in").text
    guests = Browser(program)
    assert guests.post("/sign-in/demo", {"person": str(guest)}).status_code == 303

    with writing(database.engine) as session:
        session.scalars(select(SignIn)).one().proved_at = datetime.now(UTC) - timedelta(minutes=6)
    guests._form_token = ""
    assert guests.get("/account/second-step").headers["Location"] == "/prove?then=/account/second-step"
    assert "is invented and has nothing to prove with" in guests.get("/prove").text
    assert guests.post("/prove", {"way": "press", "then": "/account/second-step"}).status_code == 303
    assert guests.get("/account/second-step").status_code == 200


@pytest.mark.usefixtures("ada")
def test_the_cookie_of_production_is_bound_to_https_and_host(https_program: Flask) -> None:
    browser = https_program.test_client()
    base = "https://plumbline.example.org"
    token = re.search(r'csrf_token" value="([^"]+)"', browser.get("/sign-in", base_url=base).text)
    assert token
    answer = browser.post(
        "/sign-in",
        base_url=base,
        headers={"Referer": f"{base}/sign-in"},
        data={"email": "ada@example.org", "password": PASSWORD, "csrf_token": token.group(1)},
    )

    cookies = sorted(answer.headers.getlist("Set-Cookie"), key=len)
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-plumbline", "__Host-plumbline-browser"]
    parts = ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
    assert all(part in cookie for cookie in cookies for part in parts)
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    assert browser.get("/sign-in", base_url="https://evil.example").status_code == 400
    assert browser.post("/sign-in/demo", base_url=base, headers={"Referer": base}).status_code in {403, 404}
