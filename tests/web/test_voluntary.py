"""What candidates say of themselves by a link: kept apart, changed, taken back, and shown to nobody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from app.domain.fairness.questions import NO_ANSWER
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.requisition import Requisition
from app.models.self_identification import SelfIdentification
from app.web.headers import PERMISSIONS_OFF
from tests.factories.fairness import KEYS
from tests.factories.hiring import make_application, make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database
    from tests.web.browser import Browser

TODAY = datetime.now(UTC).date()
SAID = {"question_0": "Female", "question_1": "Asian"}


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application to an open requisition."""
    with writing(database.engine) as session:
        return make_application(session).id


@pytest.fixture
def address(application_id: UUID) -> str:
    """The candidate's link."""
    return f"/voluntary/{KEYS.link(application_id, TODAY + timedelta(days=30))}"


def _kept(database: Database) -> list[tuple[str, str]]:
    with reading(database.engine) as session:
        return [(row.pseudonym, row.answers) for row in session.scalars(select(SelfIdentification))]


def test_answers_are_kept_under_a_pseudonym_and_nothing_else(
    database: Database, browser: Browser, address: str, application_id: UUID
) -> None:
    answer = browser.post(address, SAID)
    assert (answer.status_code, answer.location) == (303, f"{address}?done=answers-kept")
    assert _kept(database) == [(KEYS.pseudonym(application_id), '{"Race or ethnicity": "Asian", "Sex": "Female"}')]
    with reading(database.engine) as session:
        assert session.scalars(select(AuditEvent)).all() == []


def test_the_page_looks_the_same_whatever_is_kept(browser: Browser, address: str) -> None:
    def shown() -> str:
        page = browser.get(address).text
        return re.sub(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"', "", page)

    before = shown()
    browser.post(address, SAID)
    answered = shown()
    browser.post(f"{address}/withdraw")
    assert before == answered == shown()
    assert before.count("checked") == len(SAID)
    assert "Product Manager, Search" in before
    assert "Mira Okafor" not in before


def test_answers_are_changed_and_taken_back(database: Database, browser: Browser, address: str) -> None:
    browser.post(address, SAID)
    browser.post(address, {"question_0": "Male", "question_1": ""})
    assert [answers for _, answers in _kept(database)] == ['{"Sex": "Male"}']
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert _kept(database) == []
    assert browser.post(f"{address}/withdraw").status_code == 303


def test_preferring_not_to_say_keeps_nothing(database: Database, browser: Browser, address: str) -> None:
    assert NO_ANSWER in browser.get(address).text
    browser.post(address, SAID)
    assert browser.post(address, {"question_0": "", "question_1": ""}).status_code == 303
    assert _kept(database) == []


def test_what_is_not_offered_is_refused(database: Database, browser: Browser, address: str) -> None:
    answer = browser.post(address, {"question_0": "Somebody", "question_1": ""})
    assert answer.status_code == 422
    assert "Choose from what is offered" in answer.text
    assert _kept(database) == []


def test_a_forged_link_is_not_found_and_an_old_one_has_ended(
    browser: Browser, database: Database, application_id: UUID, address: str
) -> None:
    head, last = address[:-1], address[-1]
    for forged in (head + ("A" if last != "A" else "B"), f"{address}x", "/voluntary/x", "/voluntary/" + "é" * 70):
        assert {browser.get(forged).status_code, browser.post(forged, SAID).status_code} == {404}
        assert browser.post(f"{forged}/withdraw").status_code == 404
    old = f"/voluntary/{KEYS.link(application_id, TODAY - timedelta(days=1))}"
    assert {browser.get(old).status_code, browser.post(old, SAID).status_code} == {410}
    assert browser.post(f"{old}/withdraw").status_code == 410
    assert _kept(database) == []


def test_a_closed_requisition_takes_no_answers_and_still_deletes_them(
    database: Database, browser: Browser, address: str
) -> None:
    browser.post(address, SAID)
    with writing(database.engine) as session:
        session.scalars(select(Requisition)).one().state = RequisitionState.CLOSED
    assert "answers are no longer taken" in browser.get(address).text
    assert browser.post(address, {"question_0": "Male"}).status_code == 409
    assert [answers for _, answers in _kept(database)] == ['{"Race or ethnicity": "Asian", "Sex": "Female"}']
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert _kept(database) == []


def test_an_answer_needs_the_pages_own_token(program: Flask, database: Database, address: str) -> None:
    assert program.test_client().post(address, data=SAID).status_code == 403
    assert _kept(database) == []


def test_the_page_is_kept_by_nobody_and_told_to_nobody(browser: Browser, address: str) -> None:
    headers = browser.get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == PERMISSIONS_OFF


def test_a_coordinator_makes_the_link_and_sees_no_answer(
    database: Database, browser: Browser, signed_in: Callable[[UUID], Browser], application_id: UUID, address: str
) -> None:
    with writing(database.engine) as session:
        clerk = make_person(session, "Cleo Clerk", [Role.COORDINATOR]).id
        others = [make_person(session, role.words, [role]).id for role in Role if role is not Role.COORDINATOR]
    path = f"/applications/{application_id}/voluntary"
    desk = signed_in(clerk)
    before = desk.get(path).text
    browser.post(address, SAID)
    after = desk.get(path).text
    assert re.sub(r'nonce="[^"]+"|value="[^"]+"', "", before) == re.sub(r'nonce="[^"]+"|value="[^"]+"', "", after)
    made = re.search(r"http://localhost(/voluntary/[\w-]+)", desk.post(path).text)
    assert made is not None
    assert browser.get(made.group(1)).status_code == 200
    assert {signed_in(one).post(path).status_code for one in others} <= {403, 404}
    with reading(database.engine) as session:
        recorded = session.execute(select(AuditEvent.action, AuditEvent.object)).all()
    about = [tuple(row) for row in recorded if row.action.startswith("self-identification")]
    assert about == [("self-identification.offer", f"application/{application_id}")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rows_lie_in_no_order_of_time(database: Database) -> None:
    with reading(database.engine) as session, pytest.raises(Exception, match="no such column: rowid"):
        session.execute(text("SELECT rowid FROM self_identification"))
