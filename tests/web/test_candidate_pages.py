"""Pages of candidates: opened by a link alone, dead when it ended, and showing nothing of the inside."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.candidate import Application, StageChange
from app.models.engine import reading, writing
from app.models.link import CandidateLink, CandidateVisit
from app.models.outbox import Message
from app.models.scorecard import ScorecardRow
from app.services import applications, candidate_mail, links, resumes, visits
from tests.factories.candidate_links import COOKIE, keys_of, make_link, visiting
from tests.factories.hiring import actor_of, make_application, make_interview, make_person, make_requisition
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

HOME, STORED, WITHDRAW = "/your-application", "/your-application/stored", "/your-application/withdraw"
DOWNLOAD, FEEDBACK, LEAVE = "/your-application/stored.json", "/your-application/feedback", "/your-application/leave"
PAGES = (HOME, STORED, WITHDRAW, DOWNLOAD)
MOST_STATEMENTS = 6
LIGHT = 30_000


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application of Mira Okafor in the middle of its interviews."""
    with writing(database.engine) as session:
        return make_application(session).id


@pytest.fixture
def token(database: Database, program: Flask, application_id: UUID) -> str:
    """The token of the application's link."""
    with writing(database.engine) as session:
        return make_link(session, keys_of(program), application_id)


def enter(browser: Browser, token: str) -> int:
    """Press the button of the landing page; the status of the answer."""
    return browser.post("/c", {"token": token}).status_code


def test_a_look_at_the_link_opens_nothing_and_the_button_does(database: Database, browser: Browser, token: str) -> None:
    for _ in range(3):
        looked = browser.get(f"/c/{token}")
        assert looked.status_code == 200
        assert "Mira Okafor" not in looked.text
    with reading(database.engine) as session:
        assert session.scalars(select(CandidateVisit)).all() == []
        assert session.scalars(select(CandidateLink.opened_at)).all() == [None]
    assert browser.get(HOME).status_code == 401

    pressed = browser.post("/c", {"token": token})

    assert (pressed.status_code, pressed.location) == (303, HOME)
    assert token not in str(pressed.headers)
    assert "Mira Okafor" in browser.get(HOME).text
    with reading(database.engine) as session:
        assert session.scalars(select(CandidateLink.opened_at)).one() is not None


def test_the_button_needs_the_pages_own_form(program: Flask, token: str) -> None:
    assert program.test_client().post("/c", data={"token": token}).status_code == 403


@pytest.mark.parametrize("spoil", ["A" * 70, "", "x", "é" * 70, None])
def test_a_guessed_link_is_not_found(browser: Browser, token: str, spoil: str | None) -> None:
    last = "B" if token[-1] == "A" else "A"
    forged = token[:-1] + last if spoil is None else spoil
    assert enter(browser, forged) == 404
    assert not forged or browser.get(f"/c/{forged}").status_code == 404


def test_too_many_opens_from_one_address_rest_for_a_minute(browser: Browser, token: str) -> None:
    seen = {browser.get(f"/c/{'A' * 70}").status_code for _ in range(61)}
    refused = browser.get(f"/c/{token}")
    assert seen == {404, 429}
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def _dead(database: Database, application_id: UUID, how: str) -> None:
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        at = datetime.now(UTC)
        link = session.scalars(select(CandidateLink)).one()
        application = session.get_one(Application, application_id)
        if how == "expiry":
            link.expires_at = at - timedelta(seconds=1)
        elif how == "replacement":
            links.issue(session, clerk, application_id, until=at + timedelta(days=3), now=at)
        elif how == "end":
            links.void(session, clerk, application_id, now=at)
        elif how == "withdrawal":
            applications.move_stage(
                session, clerk, application_id, Stage.WITHDRAWN, seen=application.stage, reason="By phone.", now=at
            )
        else:
            applications.set_stage(session, clerk, application, Stage.DECIDED, reason="", now=at)


@pytest.mark.parametrize("how", ["expiry", "replacement", "end", "withdrawal", "decision"])
def test_a_dead_link_shows_a_page_that_knows_nobody(
    database: Database, program: Flask, application_id: UUID, token: str, how: str
) -> None:
    forwarded, visitor = Browser(program), visiting(program, application_id)
    assert visitor.get(HOME).status_code == 200

    _dead(database, application_id, how)

    answers = [forwarded.get(f"/c/{token}"), forwarded.post("/c", {"token": token})]
    assert [answer.status_code for answer in answers] == [410, 410]
    ended = [visitor.get(path) for path in PAGES] + [visitor.post(WITHDRAW)]
    assert {answer.status_code for answer in ended} <= {401, 410}
    for answer in answers + ended:
        assert "Mira" not in answer.text
        assert "Product Manager" not in answer.text
    with reading(database.engine) as session:
        wanted = Stage.WITHDRAWN if how == "withdrawal" else Stage.DECIDED if how == "decision" else Stage.INTERVIEWING
        assert session.scalars(select(Application.stage)).all() == [wanted]


def test_a_link_made_after_the_end_opens_what_is_stored_and_nothing_to_do(
    database: Database, program: Flask, application_id: UUID
) -> None:
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        application = session.get_one(Application, application_id)
        applications.set_stage(session, clerk, application, Stage.DECIDED, reason="", now=datetime.now(UTC))
    visitor = visiting(program, application_id)

    assert "This application has ended" in visitor.get(HOME).text
    assert "decided" not in visitor.get(HOME).text.lower()
    assert visitor.get(STORED).status_code == 200
    assert visitor.get(WITHDRAW).status_code == 410
    assert visitor.post(WITHDRAW).status_code == 410


def test_a_visit_rests_after_half_an_hour_and_ends_after_eight(
    database: Database, program: Flask, application_id: UUID
) -> None:
    begun = datetime.now(UTC)
    keys = keys_of(program)
    with writing(database.engine) as session:
        token = visits.begin(session, make_link(session, keys, application_id), keys, now=begun)
        assert token is not None
    with writing(database.engine) as session:
        assert visits.of_token(session, token, now=begun + timedelta(minutes=29)) is not None
        assert visits.of_token(session, token, now=begun + timedelta(minutes=31)) is None
        for minutes in range(25, 480, 25):
            at = begun + timedelta(minutes=minutes)
            visit = visits.of_token(session, token, now=at)
            assert visit is not None
            assert visit.stale
            visits.touch(session, token, now=at)
        assert visits.of_token(session, token, now=begun + timedelta(hours=8)) is None


def test_a_lapsed_visit_tells_a_script_so(browser: Browser) -> None:
    answer = browser.get(HOME, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert "Open the link in your mail again" in answer.json["detail"]


def test_leaving_forgets_the_browser_and_keeps_the_link(program: Flask, application_id: UUID, token: str) -> None:
    visitor = visiting(program, application_id)
    assert visitor.post(LEAVE).status_code == 200
    assert visitor.get(HOME).status_code == 401
    assert enter(visitor, token) == 303
    assert visitor.get(HOME).status_code == 200


def test_the_database_holds_no_token(database: Database, program: Flask, application_id: UUID, token: str) -> None:
    visitor = visiting(program, application_id)
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    with writing(database.engine) as session:
        candidate_mail.write(session, application_id, subject="Hello", body="Hello.", now=datetime.now(UTC))
    with database.engine.connect() as connection:
        from app.models import Base

        kept = repr([connection.execute(select(table)).all() for table in Base.metadata.sorted_tables])
    assert cookie.value not in kept
    assert token not in kept
    assert token[-43:] not in kept


def test_the_token_is_in_no_log_and_goes_along_with_no_request(
    browser: Browser, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = browser.get(f"/c/{token}")
        enter(browser, token)
        browser.get(f"/c/{token[:-1]}")
    assert page.headers["Referrer-Policy"] == "origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert token not in caplog.text
    assert token[:-1] not in caplog.text


def test_the_cookie_of_a_visit_is_its_own_and_closed_to_scripts(https_program: Flask, application_id: UUID) -> None:
    browser = Browser(https_program)
    with writing(https_program.extensions["plumbline.engine"]) as session:
        token = make_link(session, keys_of(https_program), application_id)
    site = {"base_url": "https://plumbline.example.org", "headers": {"Referer": "https://plumbline.example.org/"}}
    page = browser.client.get(f"/c/{token}", base_url=site["base_url"])
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    answer = browser.client.post("/c", data={"csrf_token": found[1], "token": token}, **site)
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    visit = next(cookie for cookie in cookies if cookie.startswith("__Host-plumbline-candidate="))
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in visit


def test_withdrawing_ends_duties_tells_who_runs_it_and_is_confirmed(database: Database, program: Flask) -> None:
    with writing(database.engine) as session:
        manager = make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
        ada = make_person(session, "Ada Brook", [Role.INTERVIEWER])
        application = make_application(session, make_requisition(session, manager=manager))
        make_interview(session, application, [ada, manager])
        ids = application.id, manager.id, ada.id
    visitor = visiting(program, ids[0])
    assert "Withdraw your application?" in visitor.get(WITHDRAW).text

    answer = visitor.post(WITHDRAW)

    assert (answer.status_code, answer.location) == (303, "/withdrawn")
    assert "is withdrawn" in visitor.get("/withdrawn").text
    assert visitor.get(HOME).status_code == 401
    with reading(database.engine) as session:
        step = session.scalars(select(StageChange).order_by(StageChange.number.desc())).first()
        assert step is not None
        assert (step.to_stage, step.reason, step.by_id) == (Stage.WITHDRAWN, "The candidate withdrew.", None)
        assert {card.state.value for card in session.scalars(select(ScorecardRow))} == {"released"}
        told = session.execute(select(Message.recipient_id, Message.application_id, Message.subject)).all()
    assert (ids[1], None, "A candidate withdrew: Product Manager, Search") in [tuple(row) for row in told]
    assert (None, ids[0], "You withdrew your application") in [tuple(row) for row in told]
    assert not any("Mira" in row.subject for row in told if row.recipient_id)


def test_withdrawing_twice_withdraws_once(database: Database, program: Flask, application_id: UUID) -> None:
    first, second = visiting(program, application_id), visiting(program, application_id)
    assert first.post(WITHDRAW).status_code == 303
    assert second.post(WITHDRAW).status_code == 410
    with reading(database.engine) as session:
        assert len(session.scalars(select(StageChange)).all()) == 2


def test_the_page_of_the_application_says_who_withdrew(
    database: Database, program: Flask, application_id: UUID
) -> None:
    visiting(program, application_id).post(WITHDRAW)
    with writing(database.engine) as session:
        clerk = make_person(session, "Cleo Clerk", [Role.COORDINATOR]).id
    desk = Browser(program)
    desk.sign_in(clerk)
    page = re.sub(r"\s+", " ", desk.get(f"/applications/{application_id}").text)
    assert "by the candidate: The candidate withdrew." in page


def test_what_is_stored_is_shown_and_given_as_json(database: Database, program: Flask, application_id: UUID) -> None:
    with writing(database.engine) as session:
        at = datetime.now(UTC)
        candidate_mail.write(session, application_id, subject="Two dates", body="Choose one.", now=at)
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        candidate_id = session.get_one(Application, application_id).candidate_id
        resumes.keep(session, clerk, candidate_id, {"skills": [{"name": "Search"}]}, now=at)
    visitor = visiting(program, application_id)
    assert "has set no end date here" in visitor.get(STORED).text
    answer = visitor.get(DOWNLOAD)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="your-application.json"'
    given = json.loads(answer.text)
    assert set(given) == {"contact", "documents", "appointments", "letters", "answers"}
    assert given["contact"]["name"] == "Mira Okafor"
    assert given["contact"]["resume"] == {"skills": [{"name": "Search"}]}
    assert [letter["subject"] for letter in given["letters"]] == ["Two dates"]
    program.config["PLUMBLINE"] = replace(
        program.config["PLUMBLINE"], candidate_months=1, candidate_contact="people@example.org"
    )
    shown = visitor.get(STORED).text
    assert "for 1 month after it has ended" in shown
    assert "people@example.org" in shown


def test_each_page_is_light_and_takes_few_statements(database: Database, program: Flask, application_id: UUID) -> None:
    visitor = visiting(program, application_id)
    for path in (HOME, STORED, WITHDRAW, DOWNLOAD):
        with counted(database.engine) as sent:
            answer = visitor.get(path)
        assert answer.status_code == 200
        assert len(answer.data) < LIGHT
        assert len(sent) <= MOST_STATEMENTS, (path, len(sent))


def test_staff_and_candidate_share_a_browser_without_mixing(
    database: Database, program: Flask, application_id: UUID
) -> None:
    with writing(database.engine) as session:
        clerk = make_person(session, "Cleo Clerk", [Role.COORDINATOR]).id
    visitor = visiting(program, application_id)
    assert visitor.get(f"/applications/{application_id}").status_code in {302, 303}
    visitor.sign_in(clerk)
    assert visitor.get(f"/applications/{application_id}").status_code == 200
    assert "Cleo Clerk" not in visitor.get(HOME).text
