"""Somebody has left, and tries what still opened their account a moment ago; their candidates are not left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.cli import main
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.link import CandidateLink
from app.models.person import Person
from app.services import accounts, feeds, second_factor, sessions, ways_in
from tests.attacks.resetting import NEW, reset_token
from tests.factories import hiring
from tests.factories.candidate_links import visiting
from tests.factories.credentials import PASSWORD, make_account, with_codes
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

EMAIL = "ada@example.org"
CLOSED = ("page", "command", "file")


@dataclass
class Leaving:
    """A coordinator, signed in with two browsers, with every kind of link that opens something of theirs."""

    database: Database
    program: Flask
    person_id: UUID
    browsers: tuple[Browser, Browser]
    reset: str
    once: str
    feed: str

    @classmethod
    def of(cls, database: Database, program: Flask) -> Leaving:
        person = make_account(database, EMAIL, [Role.COORDINATOR])
        browsers = (Browser(program), Browser(program))
        for browser in browsers:
            browser.sign_in(person)
        reset = reset_token(database, Browser(program), EMAIL)
        with writing(database.engine) as session:
            actor = actor_facts(session, person)
            assert actor is not None
            feed = feeds.make(session, actor, now=datetime.now(UTC))
        return cls(database, program, person, browsers, reset, _once(database), feed)

    def opened(self) -> dict[str, int]:
        """How each way in is answered on the very next request; nothing of it uses anything up."""
        stranger, (one, two) = Browser(self.program), self.browsers
        return {
            "page": one.get("/requisitions").status_code,
            "form": two.post("/account/reminders", {"soon": "on"}).status_code,
            "reset": stranger.get(f"/choose-password/{self.reset}").status_code,
            "once": stranger.get(f"/sign-in/once/{self.once}").status_code,
            "feed": stranger.get(f"/onboarding/calendar/{self.feed}.ics").status_code,
        }


OPEN = {"page": 200, "form": 303, "reset": 200, "once": 200, "feed": 200}
SHUT = {"page": 303, "form": 401, "reset": 410, "once": 410, "feed": 404}


@pytest.fixture
def shell(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command line on the lent database."""
    for name, value in (("ENV", "demo"), ("INSTANCE", str(tmp_path / "shell")), ("DATABASE_URL", database.url)):
        monkeypatch.setenv(f"PLUMBLINE_{name}", value)
    return lambda *words: main(list(words))


@pytest.mark.attack("AU-19")
@pytest.mark.parametrize("way", CLOSED)
def test_who_is_closed_is_out_on_the_very_next_request(
    database: Database, program: Flask, shell: Callable[..., int], tmp_path: Path, way: str
) -> None:
    leaving = Leaving.of(database, program)
    assert leaving.opened() == OPEN

    _close(leaving, way, shell, tmp_path)

    assert leaving.opened() == SHUT
    stranger = Browser(program)
    assert stranger.post("/sign-in", {"email": EMAIL, "password": PASSWORD}).status_code == 422
    assert stranger.post("/sign-in/once", {"token": leaving.once}).status_code == 410
    chosen = {"token": leaving.reset, "new": NEW, "again": NEW}
    assert stranger.post("/choose-password", chosen).status_code == 410
    asked = leaving.browsers[0].get("/requisitions", headers={"Accept": "application/json"})
    assert asked.status_code == 401

    with writing(database.engine) as session:
        accounts.set_active(session, None, leaving.person_id, active=True, now=datetime.now(UTC))
    back = leaving.opened()
    assert {way: back[way] for way in ("page", "form", "reset", "once")} == {
        way: SHUT[way] for way in ("page", "form", "reset", "once")
    }, "what ended with the account does not come back with it"


@pytest.mark.attack("AU-19")
@pytest.mark.parametrize("change", ["password", "second step", "reset"])
def test_an_emergency_link_ends_with_any_change_of_what_opens_the_account(
    database: Database, program: Flask, change: str
) -> None:
    leaving = Leaving.of(database, program)
    now = datetime.now(UTC)
    if change == "second step":
        with_codes(database, leaving.person_id, SECRET)
    elif change == "reset":
        with writing(database.engine) as session:
            second_factor.reset(session, None, leaving.person_id, now=now)
    else:
        form = {"old": PASSWORD, "new": NEW, "again": NEW}
        assert leaving.browsers[0].post("/account/password", form).status_code == 303

    shut = leaving.opened()
    assert (shut["reset"], shut["once"]) == (410, 410)
    assert Browser(program).post("/sign-in/once", {"token": leaving.once}).status_code == 410
    fresh = _once(database)
    assert Browser(program).post("/sign-in/once", {"token": fresh}).status_code == 303


@pytest.mark.attack("AU-19")
def test_a_sign_in_that_was_under_way_while_the_account_closed_opens_nothing(
    database: Database, program: Flask
) -> None:
    leaving = Leaving.of(database, program)
    now = datetime.now(UTC)
    with writing(database.engine) as session:
        accounts.set_active(session, None, leaving.person_id, active=False, now=now)
        token = sessions.begin(
            session, leaving.person_id, browser="late", now=now, how="password", proved_at=now, factor_done=True
        )
    late = Browser(program)
    late.client.set_cookie("plumbline", token, path="/")
    assert late.get("/requisitions").status_code == 303


def test_candidates_keep_the_links_that_a_leaver_made_and_write_to_somebody_who_is_there(
    database: Database, program: Flask
) -> None:
    with writing(database.engine) as session:
        head = hiring.make_person(session, "Hana Head", [Role.HIRING_MANAGER], email="hana@example.org").id
        requisition = hiring.make_requisition(session)
        requisition.created_by_id = head
        candidate = hiring.make_candidate(session)
        application = hiring.make_application(session, requisition, candidate).id
    maker = make_account(database, EMAIL, [Role.COORDINATOR])
    visitor = visiting(program, application)
    with writing(database.engine) as session:
        session.execute(update(CandidateLink).values(created_by_id=maker))
    assert EMAIL in visitor.get("/your-application/stored").text

    with writing(database.engine) as session:
        accounts.set_active(session, None, maker, active=False, now=datetime.now(UTC))
    answer = visitor.get("/your-application/stored")
    assert (answer.status_code, EMAIL in answer.text, "hana@example.org" in answer.text) == (200, False, True)

    with writing(database.engine) as session:
        accounts.set_active(session, None, head, active=False, now=datetime.now(UTC))
    assert "Answer the mail that brought you here" in visitor.get("/your-application/stored").text


def _close(leaving: Leaving, way: str, shell: Callable[..., int], folder: Path) -> None:
    if way == "page":
        admin = Browser(leaving.program)
        admin.sign_in(make_account(leaving.database, "root@example.org", [Role.ADMIN], "Root Lind"))
        assert admin.post(f"/people/{leaving.person_id}/close").status_code == 303
    elif way == "command":
        assert shell("user", "deactivate", "--email", EMAIL) == 0
    else:
        file = folder / "people.csv"
        file.write_text(f"email,external_id,name,zone,active\n{EMAIL},e-1,Ada Lind,UTC,no\n")
        assert shell("user", "import", str(file)) == 0
    with reading(leaving.database.engine) as session:
        assert not session.get_one(Person, leaving.person_id).active


def _once(database: Database) -> str:
    with writing(database.engine) as session:
        return ways_in.make(session, EMAIL, now=datetime.now(UTC) - timedelta(seconds=1))
