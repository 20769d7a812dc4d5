"""Every route of case work, every kind of person, before and after it is handed in: each cell over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.case_work import CaseMode
from app.domain.hiring import InterviewKind, Part
from app.domain.permission import Role
from app.models.audit import AuditHead
from app.models.candidate import Application
from app.models.case_grading import Grader
from app.models.case_work import CaseFile
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.requisition import RequisitionMember
from app.services import case_files, case_giving, case_tasks
from app.services.case_giving import Window
from app.web import guard
from tests.factories.case_work import Given, begin, hand_in, make_given, write
from tests.factories.hiring import actor_of, make_card, make_interview, make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.cells import Cells
    from tests.databases import Database

HOUR = timedelta(hours=1)
PEOPLE = (
    "coordinator", "manager", "seated interviewer", "member", "stranger", "partner", "auditor", "admin",
    "grader who coordinates",
)  # fmt: skip
READ = {"casework.work", "casework.work_copy", "casework.work_file"}
"""What the people of a live case read as well."""
KIT = "casework.live_work"
"""The way there from a kit."""

TALK = {"coordinator", "manager", "seated interviewer"}
ANSWERED, REFUSED = {200, 303, 409, 422}, {403, 404}


def _staged(database: Database, program: Flask, mode: CaseMode) -> tuple[Given, dict[str, UUID]]:
    """Work that was handed in, and everybody who could ask about it."""
    now = datetime.now(UTC)
    given = make_given(database, opens=now - HOUR, closes=now + HOUR)
    with writing(database.engine) as session:
        application = session.get_one(Application, given.application)
        interview = make_interview(session, application, kind=InterviewKind.CASE_STUDY)
        people = {
            "seated interviewer": make_person(session, "Ines Falk", [Role.INTERVIEWER]),
            "member": make_person(session, "Milo Grant", [Role.COMMITTEE]),
            "stranger": make_person(session, "Sven Ode", [Role.INTERVIEWER, Role.COMMITTEE]),
            "partner": make_person(session, "Hana Reid", [Role.HR_PARTNER]),
            "auditor": make_person(session, "Otto Kern", [Role.AUDITOR]),
            "admin": make_person(session, "Abe Lund", [Role.ADMIN]),
            "grader who coordinates": make_person(session, "Gwen Ito", [Role.COORDINATOR]),
        }
        make_card(session, interview, people["seated interviewer"])
        session.add(
            RequisitionMember(requisition_id=given.requisition, person_id=people["member"].id, part=Part.MEMBER)
        )
        if mode is CaseMode.LIVE:
            task = case_tasks.create(session, given.coordinator, given.requisition, "shortlist", mode, now=now)
            assignment = case_giving.assign(
                session, given.coordinator, task, given.application, Window(now - HOUR, now + HOUR),
                interview_id=interview.id, now=now,
            )  # fmt: skip
            given = Given(given.requisition, given.application, task, assignment, given.coordinator, given.manager)
        ids = {name: actor_of(person).person_id for name, person in people.items()}
        session.add(
            Grader(task_id=given.task, person_id=ids["grader who coordinates"], appointed_at=now,
                   appointed_by_id=given.coordinator.person_id)
        )  # fmt: skip
    begin(database, given, now=now)
    write(database, given, "My plan", now=now)
    folder = program.config["PLUMBLINE"].instance / case_files.FOLDER
    if mode is CaseMode.TAKE_HOME:
        _add_file(database, given, folder, now)
    hand_in(database, given, now=now)
    return given, {**ids, "coordinator": given.coordinator.person_id, "manager": given.manager.person_id}


def _add_file(database: Database, given: Given, folder: Path, now: datetime) -> None:
    with writing(database.engine) as session:
        document = case_files.Checked("plan.txt", "text/plain", b"plan")
        case_files.add(session, given.application, given.assignment, document, folder=folder, now=now)


def _routes(program: Flask, database: Database, given: Given) -> Iterator[tuple[str, str, str]]:
    with reading(database.engine) as session:
        file_id = session.scalar(select(CaseFile.id))
        interview_id = session.scalar(select(Interview.id).where(Interview.kind == InterviewKind.CASE_STUDY))
    ids = {
        "requisition_id": given.requisition, "task_id": given.task, "assignment_id": given.assignment,
        "file_id": file_id, "interview_id": interview_id,
    }  # fmt: skip
    addresses = program.url_map.bind("localhost")
    for rule in program.url_map.iter_rules():
        if rule.endpoint.startswith("casework.") and all(ids[name] for name in rule.arguments):
            path = addresses.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule.endpoint, path, method


def _chain(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(AuditHead.seq)) or 0


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("mode", list(CaseMode))
def test_each_cell_answers_as_written_here(
    database: Database, program: Flask, cells: Cells, mode: CaseMode, name: str
) -> None:
    given, people = _staged(database, program, mode)
    browser = Browser(program)
    browser.sign_in(people[name])
    wrong = []
    for endpoint, path, method in _routes(program, database, given):
        may = TALK if endpoint == KIT or (mode is CaseMode.LIVE and endpoint in READ) else {"coordinator"}
        cells.tried(allowed=name in may)
        before = _chain(database)
        status = (browser.get(path) if method == "GET" else browser.post(path)).status_code
        if status not in (ANSWERED if name in may else REFUSED):
            wrong.append(f"{method} {endpoint}: {status}")
        if name not in may and _chain(database) != before:
            wrong.append(f"{method} {endpoint}: refused, and yet it did something")
    assert wrong == []


def test_every_route_of_case_work_is_asked(program: Flask, database: Database) -> None:
    given, _people = _staged(database, program, CaseMode.TAKE_HOME)
    asked = {endpoint for endpoint, _path, _method in _routes(program, database, given)}
    assert asked == {endpoint for endpoint in guard.declared(program) if endpoint.startswith("casework.")}
