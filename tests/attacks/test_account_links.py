"""Taking an account over by its one-time links: poisoned, used twice, too late, guessed, opened by a scanner."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from app.domain.account_token import LinkPurpose
from app.models.credentials import AccountLink
from app.models.engine import reading, writing
from app.models.link import CandidateVisit
from app.models.person import Person, SignIn
from app.services import account_links
from tests.attacks.resetting import KEYS, NEW, plain, post, reset_token, take
from tests.factories import candidate_links
from tests.factories.credentials import PASSWORD, make_account, with_codes
from tests.factories.hiring import make_application
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database


def _enter(browser: Browser, password: str = PASSWORD, email: str = "ada@example.org") -> int:
    return browser.post("/sign-in", {"email": email, "password": password}).status_code


@pytest.mark.attack("AU-04")
def test_links_in_mails_never_follow_the_host_that_was_asked_for(database: Database, https_program: Flask) -> None:
    make_account(database)
    site, client = "https://plumbline.example.org", https_program.test_client()
    page = client.get("/forgotten-password", base_url=site)
    token = re.search(r'csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {"email": "ada@example.org", "csrf_token": token[1]}
    referer = {"Referer": f"{site}/forgotten-password"}

    evil = client.post("/forgotten-password", base_url="https://evil.example", data=form, headers=referer)
    more = {**referer, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    asked = client.post("/forgotten-password", base_url=site, data=form, headers=more)

    assert (evil.status_code, asked.status_code) == (400, 200)
    [letter] = post(database, site)
    assert re.findall(r"https?://[^/\s]+", letter.get_content()) == [site]


@pytest.mark.attack("AU-05")
def test_a_reset_works_once(database: Database, program: Flask, browser: Browser) -> None:
    make_account(database)
    token = reset_token(database, browser)

    assert take(browser, token) == 303
    assert take(Browser(program), token, "nine copper kettles whistle") == 410
    assert _enter(Browser(program), NEW) == 303


@pytest.mark.attack("AU-05")
def test_a_reset_works_once_for_two_workers_at_the_same_time(database: Database) -> None:
    person = make_account(database)
    with writing(database.engine) as session:
        account_links.ask_for_reset(session, "ada@example.org", KEYS, now=datetime.now(UTC))
        link = session.scalars(select(AccountLink)).one()
        token = KEYS.token(link.id)

    def take(password: str) -> UUID | str:
        try:
            with writing(database.engine) as session:
                return account_links.take(session, token, password, now=datetime.now(UTC))
        except Exception as error:  # noqa: BLE001  whatever the loser is told, it must not be success
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(take, [f"{NEW} {number}" for number in range(4)]))

    assert sorted(map(str, done)) == sorted([str(person), *["NotFoundError"] * 3])


@pytest.mark.attack("AU-05")
def test_a_reset_is_void_after_ten_minutes_and_after_any_change(
    database: Database, program: Flask, browser: Browser
) -> None:
    person = make_account(database)
    late = reset_token(database, browser)
    with writing(database.engine) as session:
        session.execute(update(AccountLink).values(expires_at=datetime.now(UTC)))
        kept = [row.token_hash for row in session.scalars(select(AccountLink))]
    assert late not in kept, "only a digest is kept"
    assert take(browser, late) == 410

    owner = Browser(program)
    owner.sign_in(person)
    for change in ("password", "codes"):
        token = reset_token(database, Browser(program))
        if change == "password":
            assert owner.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 303
        else:
            with_codes(database, person, SECRET)
        assert take(Browser(program), token, "nine copper kettles whistle") == 410, change


@pytest.mark.attack("AU-06")
def test_links_that_never_were_look_like_links_that_are_over(database: Database, browser: Browser) -> None:
    make_account(database)
    token = reset_token(database, browser)
    assert take(browser, token) == 303

    answers = [browser.get(f"/choose-password/{one}") for one in (token, "never-was", "A" * 64)]

    assert {(answer.status_code, plain(answer.text)) for answer in answers} == {(410, plain(answers[0].text))}


@pytest.mark.attack("AU-15")
def test_a_mail_scanner_that_opens_links_uses_none_up(database: Database, program: Flask, browser: Browser) -> None:
    make_account(database)
    with writing(database.engine) as session:
        guest = Person(email="new@example.org", name="New Guest", created_at=datetime.now(UTC))
        session.add(guest)
        session.flush()
        invitation = account_links.invite(session, None, guest.id, KEYS, now=datetime.now(UTC))
        application = make_application(session).id
        candidate = candidate_links.make_link(session, candidate_links.keys_of(program), application)
    reset = reset_token(database, browser)

    scanner = program.test_client()
    for path in (f"/choose-password/{invitation}", f"/choose-password/{reset}", f"/c/{candidate}"):
        assert [scanner.open(path, method=method).status_code for method in ("GET", "HEAD", "GET")] == [200] * 3

    with reading(database.engine) as session:
        assert session.scalars(select(AccountLink.used_at)).all() == [None, None]
        assert session.scalar(select(func.count()).select_from(CandidateVisit)) == 0
        assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert [take(Browser(program), token) for token in (invitation, reset)] == [303, 303]


def test_a_link_for_one_purpose_serves_no_other(database: Database, browser: Browser) -> None:
    with writing(database.engine) as session:
        token = account_links.open_setup(session, KEYS, now=datetime.now(UTC))
        assert session.scalars(select(AccountLink.purpose)).all() == [LinkPurpose.SETUP]
    assert token is not None

    assert browser.get(f"/choose-password/{token}").status_code == 410
    assert take(browser, token) == 410
    first = {"token": token, "name": "Ada Lind", "email": "ada@example.org", "new": NEW, "again": NEW}
    assert browser.post("/set-up", {**first, "token": "guessed"}).status_code == 422
    assert browser.post("/set-up", first).status_code == 303
    assert browser.get("/set-up").status_code == 404, "and never again"
