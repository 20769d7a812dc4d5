"""Take-homes over HTTP: a candidate's whole way without script, and the coordinator's pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.domain.case_work import CaseMode
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.case_work import CaseAllowance, CaseAssignment, CaseExtension, CaseTask
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.requisition import Requisition
from app.queries import case_work as submissions
from app.services import case_work
from tests.factories.candidate_links import visiting
from tests.factories.case_work import Given, begin, make_given, write
from tests.factories.hiring import make_application, make_person
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.databases import Database

HOUR = timedelta(hours=1)
MOST_STATEMENTS, LIGHT = 6, 30_000


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def given(database: Database) -> Given:
    """A take-home of an hour that can be begun now."""
    return make_given(database, opens=_now() - HOUR, closes=_now() + 72 * HOUR)


@pytest.fixture
def guest(program: Flask, given: Given) -> Browser:
    """The candidate's browser."""
    return visiting(program, given.application)


@pytest.fixture
def desk(program: Flask, given: Given) -> Browser:
    """The coordinator's browser."""
    browser = Browser(program)
    browser.sign_in(given.coordinator.person_id)
    return browser


def at(given: Given, rest: str = "") -> str:
    """The address of the task, or of something beneath it."""
    return f"/your-application/tasks/{given.assignment}{rest}"


def typed(page: str) -> dict[str, str]:
    """What the form on the page would send if nothing was changed."""
    return dict(re.findall(r'name="((?:version-\d+|writer|serial))" value="([^"]*)"', page))


def told(answer: TestResponse) -> dict[str, Any]:
    """The answer to a script."""
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_candidate_works_through_a_task_without_script(database: Database, guest: Browser, given: Given) -> None:
    before = guest.get(at(given))
    assert "1 hour" in before.text
    assert "Ask Cleo Ruiz" in before.text
    assert "Plan the first release" not in before.text
    refused = guest.post(at(given, "/begin"))
    assert (refused.status_code, "Tick this first" in refused.text) == (422, True)
    assert guest.post(at(given, "/begin"), {"consent": "yes"}).status_code == 303

    page = guest.get(at(given)).text
    assert "Plan the first release" in page
    answers = {"answer-1": "# A plan\n\n- first", "answer-2": "By **use**", "answer-3": ""}
    saved = guest.post(at(given, "/answers"), {**typed(page), **answers, "then": "review"})
    assert saved.location == at(given, "/review")

    review = guest.get(at(given, "/review")).text
    assert "<h3>A plan</h3>" in review
    assert "Nothing is written to question 3" in review
    handed = guest.post(at(given, "/hand-in"))
    assert handed.location == at(given, "/receipt")

    receipt = guest.get(at(given, "/receipt")).text
    with reading(database.engine) as session:
        stored = session.get_one(CaseAssignment, given.assignment)
        (one,) = submissions.handed_in(session, given.task)
    assert stored.receipt
    assert stored.receipt in receipt
    assert stored.sha256
    assert stored.sha256 in receipt
    assert sorted(one.answers.values()) == ["# A plan\n\n- first", "By **use**"]
    assert guest.post(at(given, "/hand-in")).location == at(given, "/receipt")
    assert guest.get(at(given)).location == at(given, "/receipt")
    assert "By **use**" in guest.get(at(given, "/copy.md")).text
    assert "Receipt and your copy" in guest.get("/your-application").text


def test_questions_without_an_answer_are_named_before_handing_in(
    database: Database, guest: Browser, given: Given
) -> None:
    begin(database, given, now=_now())
    write(database, given, "one", now=_now())
    assert "Nothing is written to questions 2 and 3." in guest.get(at(given, "/review")).text


def test_a_script_saves_one_answer_and_hears_the_clock(database: Database, guest: Browser, given: Given) -> None:
    begin(database, given, now=_now())
    headers = {"Accept": "application/json"}
    first = guest.post(
        at(given, "/answers"), {"answer-2": "one", "version-2": 0, "writer": "a", "serial": 2}, headers=headers
    )
    again = guest.post(
        at(given, "/answers"), {"answer-2": "two", "version-2": 0, "writer": "a", "serial": 3}, headers=headers
    )
    other = guest.post(
        at(given, "/answers"), {"answer-2": "else", "version-2": 0, "writer": "b", "serial": 2}, headers=headers
    )
    long = guest.post(at(given, "/answers"), {"answer-1": "x" * 20_001, "writer": "a", "serial": 4}, headers=headers)

    assert (first.status_code, told(first)["versions"]) == (200, {"2": 1})
    assert 3500 < told(first)["seconds_left"] <= 3600
    assert (again.status_code, told(again)["versions"]) == (200, {"2": 2})
    assert (other.status_code, told(other)["clashes"]) == (409, [2])
    assert (long.status_code, told(long)["faults"][0]["field"]) == (422, "answer-1")
    clock = told(guest.get(at(given, "/clock")))
    assert clock["accepts"]
    assert f"<b data-countdown-ends>{clock['ends']}</b>" in guest.get(at(given)).text
    assert clock["csrf_token"]


def test_the_time_of_a_save_is_told_on_the_clock_of_the_candidate(
    database: Database, guest: Browser, given: Given
) -> None:
    with writing(database.engine) as session:
        session.get_one(Application, given.application).candidate.zone = "Asia/Tokyo"
    begin(database, given, now=_now())

    saved = told(guest.post(at(given, "/answers"), {"answer-1": "one"}, headers={"Accept": "application/json"}))

    tokyo = _now().astimezone(ZoneInfo("Asia/Tokyo"))
    assert saved["saved_at"] in {f"{tokyo:%H:%M}", f"{tokyo - timedelta(minutes=1):%H:%M}"}


def test_two_pages_that_differ_are_shown_side_by_side(database: Database, guest: Browser, given: Given) -> None:
    begin(database, given, now=_now())
    page = guest.get(at(given)).text
    write(database, given, "saved on the phone", writer="phone", now=_now())

    clash = guest.post(at(given, "/answers"), {**typed(page), "answer-1": "typed at the desk"})

    assert clash.status_code == 409
    assert "typed at the desk" in clash.text
    assert "saved on the phone" in clash.text
    assert "What you see here is saved" not in clash.text
    merged = guest.post(at(given, "/answers"), {**typed(clash.text), "answer-1": "both"})
    assert merged.status_code == 303
    assert ">\nboth</textarea>" in guest.get(at(given)).text


def test_what_comes_too_late_is_not_kept_and_is_shown_to_be_copied(database: Database, program: Flask) -> None:
    began = _now() - 2 * HOUR
    given = make_given(database, opens=began - HOUR, closes=_now() + HOUR)
    begin(database, given, now=began)
    write(database, given, "in time", now=began + HOUR / 2)
    guest = visiting(program, given.application)

    late = guest.post(at(given, "/answers"), {"answer-1": "much too late", "version-1": 1, "writer": "a", "serial": 2})

    assert late.status_code == 409
    assert "much too late" in late.text
    assert guest.post(at(given, "/hand-in")).status_code == 303
    assert "The time ran out" in guest.get(at(given, "/receipt")).text
    with reading(database.engine) as session:
        (one,) = submissions.handed_in(session, given.task)
        stored = session.get_one(CaseAssignment, given.assignment)
    assert list(one.answers.values()) == ["in time"]
    assert (stored.handed_in_at, stored.closed_by_clock) == (began + HOUR, True)


def test_what_was_sent_after_the_visit_ended_is_shown_to_be_copied(guest: Browser, given: Given) -> None:
    guest.post("/your-application/leave")

    lapsed = guest.post(at(given, "/answers"), {"answer-1": "typed <b>for an hour</b>"})

    assert lapsed.status_code == 401
    assert "typed &lt;b&gt;for an hour&lt;/b&gt;" in lapsed.text


def test_a_preview_draws_no_more_than_one_answer(database: Database, guest: Browser, given: Given) -> None:
    begin(database, given, now=_now())
    longest = "a" * case_work.ANSWER_LIMIT
    drawn = guest.post(at(given, "/preview"), {"answer-1": f"{longest}tail", "answer-2": "the next one"}).text
    assert longest in drawn
    assert "tail" not in drawn
    assert "the next one" not in drawn


def test_previews_are_rationed(guest: Browser, given: Given) -> None:
    answers: list[int] = []
    # Twice as many as a minute has room for, because the next one may begin meanwhile.
    while 429 not in answers and len(answers) < 122:
        answers.append(guest.post(at(given, "/preview"), {"answer-1": "*x*"}).status_code)
    assert set(answers) == {200, 429}


def test_another_candidate_finds_nothing(database: Database, program: Flask, given: Given) -> None:
    begin(database, given, now=_now())
    with writing(database.engine) as session:
        other = make_application(session, name="Jonas Lindgren").id
    stranger = visiting(program, other)

    for rest in ("", "/review", "/receipt", "/copy.md", "/clock"):
        assert stranger.get(at(given, rest)).status_code == 404
    for rest in ("/begin", "/answers", "/hand-in", "/preview"):
        assert stranger.post(at(given, rest), {"consent": "yes", "answer-1": "x"}).status_code == 404


def test_pages_of_a_candidate_are_few_statements_and_light(database: Database, guest: Browser, given: Given) -> None:
    begin(database, given, now=_now())
    pages = [at(given), at(given, "/review"), "/your-application"]
    write(database, given, "**text**", now=_now())
    for path in pages:
        with counted(database.engine) as statements:
            answer = guest.get(path)
        assert answer.status_code == 200, path
        assert len(statements) <= MOST_STATEMENTS, (path, statements)
        assert len(answer.data) < LIGHT, path
    guest.post(at(given, "/hand-in"))
    with counted(database.engine) as statements:
        assert guest.get(at(given, "/receipt")).status_code == 200
    assert len(statements) <= MOST_STATEMENTS


def test_looking_changes_nothing(database: Database, guest: Browser, given: Given) -> None:
    for rest in ("", "/review", "/receipt", "/clock"):
        guest.get(at(given, rest))
    with reading(database.engine) as session:
        stored = session.get_one(CaseAssignment, given.assignment)
    assert (stored.started_at, stored.handed_in_at, stored.version) == (None, None, 1)


def test_a_coordinator_makes_changes_and_gives_a_task(database: Database, desk: Browser, given: Given) -> None:
    with writing(database.engine) as session:
        need = session.get_one(CaseTask, given.task).requisition_id
        jonas = make_application(session, session.get_one(Requisition, need), name="Jonas Lindgren").id
    made = desk.post(f"/requisitions/{need}/case-tasks", {"case": "shortlist", "mode": "take_home"})
    assert made.status_code == 303, made.text
    edit = made.location.partition("?")[0]
    page = desk.get(edit).text
    assert "What you would leave out" in page
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    plan = {
        "version": version[1], "title": "A short one", "minutes": "", "instructions": "Take your time.",
        "question-1": "Only this?", "dimensions-1": "strategy", "question-2": "  ",
    }  # fmt: skip
    wrong = desk.post(f"{edit}?done=case-task-made", {**plan, "minutes": "3"})
    assert "The task is made" not in wrong.text, "what was refused brings no good news"
    assert (wrong.status_code, "Choose 5 to 480" in wrong.text, "Only this?" in wrong.text) == (422, True, True)
    saved = desk.post(edit, plan)
    assert saved.status_code == 303, saved.text
    task = edit.removesuffix("/edit")
    window = {"opens_at": "2030-01-01T09:00", "closes_at": "2030-01-05T09:00"}
    assert desk.post(f"{task}/give", {**window, "to": str(jonas)}).status_code == 303
    assert "Jonas Lindgren" in desk.get(task).text
    frozen = desk.post(edit, {**plan, "title": "Another"})
    assert (frozen.status_code, "stays as it is" in frozen.text) == (409, True)
    with reading(database.engine) as session:
        mails = session.scalars(select(Message).where(Message.application_id == jonas)).all()
    assert len(mails) == 1
    assert "There is no countdown" in mails[0].body


@pytest.mark.parametrize("mode", CaseMode)
def test_only_a_take_home_leads_to_graders(database: Database, desk: Browser, given: Given, mode: CaseMode) -> None:
    with writing(database.engine) as session:
        session.get_one(CaseTask, given.task).mode = mode
    led = f"/grading/{given.task}/graders" in desk.get(f"/case-tasks/{given.task}").text
    assert led is (mode is CaseMode.TAKE_HOME)


def test_time_is_added_with_a_reason_or_in_confidence(
    database: Database, desk: Browser, guest: Browser, given: Given
) -> None:
    began = _now()
    begin(database, given, now=began)
    where = f"/case-assignments/{given.assignment}"
    assert desk.post(f"{where}/allow", {"percent": "50", "minutes": "10"}).status_code == 303
    until = (began + 3 * HOUR).strftime("%Y-%m-%dT%H:%M")
    assert desk.post(f"{where}/extend", {"until": until, "reason": ""}).status_code == 422
    assert desk.post(f"{where}/extend", {"until": until, "reason": "The power was out."}).status_code == 303

    page = desk.get(where).text
    assert "The power was out." in page
    with reading(database.engine) as session:
        (more,) = session.scalars(select(CaseExtension))
        allowance = session.get_one(CaseAllowance, given.assignment)
        stored = session.get_one(CaseAssignment, given.assignment)
    assert (allowance.percent, allowance.minutes) == (50, 10)
    assert stored.due_at == began + 100 * timedelta(minutes=1) + timedelta(minutes=more.minutes)
    assert abs(stored.due_at - (began + 3 * HOUR)) <= timedelta(minutes=1)
    assert told(guest.get(at(given, "/clock")))["seconds_left"] > 9000


def test_a_withdrawn_task_leaves_the_candidate_alone(
    database: Database, desk: Browser, guest: Browser, given: Given
) -> None:
    begin(database, given, now=_now())
    where = f"/case-assignments/{given.assignment}"
    assert desk.post(f"{where}/withdraw", {"why": "The case was known."}).status_code == 303
    assert "The case was known." in desk.get(where).text
    assert "withdrawn" in guest.get(at(given)).text
    assert "The case was known." not in guest.get(at(given)).text
    assert guest.post(at(given, "/answers"), {"answer-1": "x"}).status_code in {200, 409}
    assert guest.post(at(given, "/hand-in")).status_code == 409


def test_what_was_handed_in_stays_readable_when_the_task_is_withdrawn(
    database: Database, desk: Browser, guest: Browser, given: Given
) -> None:
    begin(database, given, now=_now())
    write(database, given, "my own words", now=_now())
    guest.post(at(given, "/hand-in"))
    desk.post(f"/case-assignments/{given.assignment}/withdraw", {"why": "The case was known."})

    assert at(given, "/receipt") in guest.get("/your-application").text
    assert guest.get(at(given)).location == at(given, "/receipt")
    receipt = guest.get(at(given, "/receipt")).text
    assert "my own words" in receipt
    assert "This task was withdrawn." in receipt


def test_staff_pages_keep_to_their_statements(database: Database, desk: Browser, given: Given, guest: Browser) -> None:
    begin(database, given, now=_now())
    guest.post(at(given, "/hand-in"))
    paths = (
        f"/requisitions/{given.requisition}/case-tasks", f"/case-tasks/{given.task}", f"/case-tasks/{given.task}/edit",
        f"/case-assignments/{given.assignment}", f"/case-assignments/{given.assignment}/work",
    )  # fmt: skip
    for path in paths:
        with counted(database.engine) as statements:
            answer = desk.get(path)
        assert answer.status_code == 200, path
        assert len(statements) <= MOST_STATEMENTS, (path, statements)


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.COMMITTEE, Role.HR_PARTNER, Role.ADMIN, Role.AUDITOR])
def test_nobody_else_learns_of_tasks_times_or_work(
    database: Database, program: Flask, given: Given, guest: Browser, role: Role
) -> None:
    begin(database, given, now=_now())
    guest.post(at(given, "/hand-in"))
    with writing(database.engine) as session:
        person = make_person(session, "Ines Falk", [role])
        person_id = person.id
    browser = Browser(program)
    browser.sign_in(person_id)
    for path in (
        f"/requisitions/{given.requisition}/case-tasks", f"/case-tasks/{given.task}",
        f"/case-assignments/{given.assignment}", f"/case-assignments/{given.assignment}/work",
        f"/case-assignments/{given.assignment}/work.md",
    ):  # fmt: skip
        assert browser.get(path).status_code in {403, 404}, path
