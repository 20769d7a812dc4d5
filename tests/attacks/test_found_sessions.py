"""A session that somebody else finds open: it must not be made into the account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.models.engine import reading, writing
from app.models.person import Person, SignIn
from tests.factories.credentials import PASSWORD, make_account, with_codes
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

NEW = "five brown otters swim along"


def _left_open(database: Database, program: Flask, person: UUID, *, codes: bool) -> Browser:
    """A browser whose person proved who they are ten minutes ago, with their codes if they have any."""
    browser = Browser(program)
    assert browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD}).status_code == 303
    browser._form_token = ""
    with writing(database.engine) as session:
        earlier = {"proved_at": datetime.now(UTC) - timedelta(minutes=10), "factor_done": codes}
        session.execute(update(SignIn).where(SignIn.person_id == person).values(earlier))
    return browser


def _hash(database: Database, person: UUID) -> str | None:
    with reading(database.engine) as session:
        return session.get_one(Person, person).password_hash


@pytest.mark.attack("AU-09")
def test_whoever_has_no_password_proves_first_that_it_is_them(database: Database, program: Flask) -> None:
    person = make_account(database)
    browser = _left_open(database, program, person, codes=False)
    with writing(database.engine) as session:
        session.get_one(Person, person).password_hash = None

    answer = browser.post("/account/password", {"old": "anything", "new": NEW, "again": NEW})

    assert (answer.status_code, _hash(database, person)) == (401, None)


@pytest.mark.attack("AU-09")
def test_a_password_alone_changes_nothing_of_an_account_with_a_second_factor(
    database: Database, program: Flask
) -> None:
    person = make_account(database)
    with_codes(database, person, SECRET)
    before = _hash(database, person)
    browser = _left_open(database, program, person, codes=True)

    answer = browser.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    off = browser.post("/account/second-step/codes/end", {})

    assert (answer.status_code, off.status_code) == (401, 401)
    assert _hash(database, person) == before


def test_a_password_is_proof_enough_where_nothing_more_is_set_up(database: Database, program: Flask) -> None:
    person = make_account(database)
    before = _hash(database, person)
    browser = _left_open(database, program, person, codes=False)

    assert browser.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 303
    assert _hash(database, person) != before
