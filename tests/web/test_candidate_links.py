"""The coordinator's side of a candidate's link, and feedback after the decision."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.hiring import Part, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.link import CandidateFeedback, CandidateLink
from app.models.outbox import Message
from app.models.requisition import RequisitionMember
from tests.domain.test_permission import PERSONAS
from tests.factories.candidate_links import visiting
from tests.factories.hiring import make_application, make_candidate, make_person
from tests.factories.scenes import make_scene
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

PAGES_STATEMENTS = 6
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application of Mira Okafor in the middle of its interviews."""
    with writing(database.engine) as session:
        return make_application(session).id


@pytest.fixture
def desk(database: Database, signed_in: Callable[[UUID], Browser]) -> Browser:
    """The browser of a coordinator."""
    with writing(database.engine) as session:
        clerk = make_person(session, "Cleo Clerk", [Role.COORDINATOR]).id
    return signed_in(clerk)


@pytest.fixture
def decided(database: Database) -> UUID:
    """An application on which a decision is recorded."""
    with writing(database.engine) as session:
        return make_scene(session, "hr", PERSONAS["hr"], "decided").ids["application_id"]


def _page(application_id: UUID) -> str:
    return f"/applications/{application_id}/candidate-link"


def _allow_feedback(program: Flask) -> None:
    program.config["PLUMBLINE"] = replace(program.config["PLUMBLINE"], candidate_feedback=True)


def test_a_link_is_made_shown_once_and_opened(program: Flask, desk: Browser, application_id: UUID) -> None:
    path = _page(application_id)
    assert "There is no link yet" in desk.get(path).text
    made = desk.post(f"{path}/make", {"until": NEXT_WEEK})
    found = re.search(r"http://localhost(/c/[\w-]{70})<", made.text)
    assert found is not None
    assert found[1] not in desk.get(path).text
    assert "Not yet" in desk.get(path).text

    visitor = Browser(program)
    assert visitor.get(found[1]).status_code == 200
    visitor.post("/c", {"token": found[1].removeprefix("/c/")})

    assert "Mira Okafor" in visitor.get("/your-application").text
    assert "Cleo Clerk" in visitor.get("/your-application").text
    assert "Not yet" not in desk.get(path).text
    assert desk.post(f"{path}/end").status_code == 303
    assert "Has ended" in desk.get(path).text
    assert visitor.get("/your-application").status_code == 401
    assert visitor.get(found[1]).status_code == 410


def test_a_link_that_ended_with_its_application_says_no_day_that_is_still_to_come(
    database: Database, desk: Browser, application_id: UUID
) -> None:
    desk.post(f"{_page(application_id)}/send")
    with writing(database.engine) as session:
        session.get_one(Application, application_id).stage = Stage.WITHDRAWN
    page = desk.get(_page(application_id)).text
    assert "Has ended" in page
    assert "Worked until" not in page


@pytest.mark.parametrize("until", ["", "2020-01-01", "2999-01-01", "9999-12-31", "soon"])
def test_an_impossible_last_day_is_said_and_makes_nothing(
    database: Database, desk: Browser, application_id: UUID, until: str
) -> None:
    answer = desk.post(f"{_page(application_id)}/make", {"until": until})
    assert answer.status_code == 422
    assert 'id="until-error"' in answer.text
    with reading(database.engine) as session:
        assert session.scalars(select(CandidateLink)).all() == []


def test_a_link_sent_by_mail_is_listed_without_its_text(
    database: Database, desk: Browser, application_id: UUID
) -> None:
    answer = desk.post(f"{_page(application_id)}/send")
    assert answer.location.endswith("?done=link-sent")
    page = desk.get(_page(application_id)).text
    assert "Waits" in page
    assert "This installation sends no mail" in page
    with reading(database.engine) as session:
        letter = session.scalars(select(Message)).one()
    assert (letter.application_id, letter.recipient_id, letter.with_link) == (application_id, None, True)
    assert letter.subject in unescape(page)
    assert letter.body not in page


def test_the_pages_take_few_statements(database: Database, desk: Browser, application_id: UUID, decided: UUID) -> None:
    desk.post(f"{_page(application_id)}/send")
    for path in (_page(application_id), f"/applications/{decided}/feedback"):
        with counted(database.engine) as sent:
            assert desk.get(path).status_code == 200
        assert len(sent) <= PAGES_STATEMENTS


def test_feedback_is_switched_off_until_somebody_allows_it(database: Database, desk: Browser, decided: UUID) -> None:
    path = f"/applications/{decided}/feedback"
    assert "This installation gives no feedback to candidates" in desk.get(path).text
    assert desk.post(path, {"body": "You explained your choices well.", "version": "0"}).status_code == 404
    assert desk.post(f"{path}/share", {"version": "1"}).status_code == 404
    with reading(database.engine) as session:
        assert session.scalars(select(CandidateFeedback)).all() == []


def test_feedback_is_drafted_shared_and_read_by_the_candidate_alone(
    database: Database, program: Flask, desk: Browser, decided: UUID
) -> None:
    _allow_feedback(program)
    path = f"/applications/{decided}/feedback"
    visitor = visiting(program, decided)
    assert desk.post(f"{path}/share", {"version": "0"}).status_code == 409
    assert desk.post(path, {"body": "You explained your choices well.", "version": "0"}).status_code == 303
    assert visitor.get("/your-application/feedback").status_code == 404
    assert "Read the feedback" not in visitor.get("/your-application").text
    assert desk.post(path, {"body": "Another text.", "version": "0"}).status_code == 409

    assert desk.post(f"{path}/share", {"version": "1"}).status_code == 303

    assert "You explained your choices well." in visitor.get("/your-application/feedback").text
    assert "Read the feedback" in visitor.get("/your-application").text
    again = desk.post(path, {"body": "Changed afterwards.", "version": "2"})
    assert again.status_code == 409
    assert "stays as it is" in again.text
    assert desk.post(f"{path}/share", {"version": "2"}).status_code == 409
    with reading(database.engine) as session:
        letter = session.scalars(select(Message).where(Message.application_id == decided)).one()
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("candidate-feedback.%"))).all()
    assert "choices" not in letter.subject + letter.body
    assert sorted(acts) == ["candidate-feedback.share", "candidate-feedback.write"]
    program.config["PLUMBLINE"] = replace(program.config["PLUMBLINE"], candidate_feedback=False)
    assert visitor.get("/your-application/feedback").status_code == 404
    assert "Read the feedback" not in visitor.get("/your-application").text


@pytest.mark.parametrize("body", ["", "   ", "x" * 4001, "Noor\nHadid did better on metrics."])
def test_feedback_that_is_empty_too_long_or_about_somebody_else_is_refused(
    database: Database, program: Flask, desk: Browser, decided: UUID, body: str
) -> None:
    _allow_feedback(program)
    with writing(database.engine) as session:
        need = session.get_one(Application, decided).requisition
        make_application(session, need, make_candidate(session, "Noor Hadid"))
    answer = desk.post(f"/applications/{decided}/feedback", {"body": body, "version": "0"})
    assert answer.status_code == 422
    assert 'id="body-error"' in answer.text
    with reading(database.engine) as session:
        assert session.scalars(select(CandidateFeedback)).all() == []


def test_feedback_waits_for_a_decision(program: Flask, desk: Browser, application_id: UUID) -> None:
    _allow_feedback(program)
    path = f"/applications/{application_id}/feedback"
    assert {desk.get(path).status_code, desk.post(path, {"body": "Well done."}).status_code} == {403}


def test_the_hiring_manager_neither_makes_a_link_nor_writes_feedback(
    database: Database, signed_in: Callable[[UUID], Browser], decided: UUID
) -> None:
    with writing(database.engine) as session:
        manager = make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER]).id
        need = session.get_one(Application, decided).requisition_id
        session.add(RequisitionMember(requisition_id=need, person_id=manager, part=Part.HIRING_MANAGER))
    browser = signed_in(manager)
    assert browser.get(_page(decided)).status_code == 403
    assert browser.get(f"/applications/{decided}/feedback").status_code == 403
