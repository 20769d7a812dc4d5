"""Every route of grading, every kind of person, while grades are owed and once they are in: each cell over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.audit import AuditHead
from app.models.candidate import Application
from app.models.case_grading import Grader
from app.models.engine import reading, writing
from app.models.requisition import Requisition, RequisitionMember
from tests.factories import hiring
from tests.factories.grading import Grading, grade, make_grading
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.cells import Cells
    from tests.databases import Database

GRADERS, DESK = {"grader", "other grader"}, {"coordinator", "manager"}
PEOPLE = GRADERS | DESK | {
    "stranger", "released grader", "partner", "auditor", "admin", "member", "interviewer", "grader who coordinates",
}  # fmt: skip
# Who may ask for it while the first submission waits for its second grade, and who once all grades are in.
OWED = {
    "grading.desk": GRADERS,
    "grading.file": set(),
    "grading.question": GRADERS,
    "grading.mark": GRADERS,
    "grading.sheet": GRADERS,
    "grading.draft": GRADERS,
    "grading.compare": GRADERS,
    "grading.compare_left": GRADERS,
    "grading.seal": GRADERS,
    "grading.give_back": GRADERS,
    "grading.given_back": GRADERS,
    "grading.graders": DESK,
    "grading.appoint": DESK,
    "grading.ask_release": DESK,
    "grading.release": DESK,
    "grading.ask_further": DESK,
    "grading.further": DESK,
    "grading.differences": set(),
}
# Who owes nothing there coordinates it like anybody else with that role.
_RUN_IT = {endpoint: DESK | {"grader who coordinates"} for endpoint, who in OWED.items() if who == DESK}
DEBRIEFED = {
    **OWED, **_RUN_IT, "grading.differences": GRADERS | DESK | {"member", "interviewer", "grader who coordinates"},
}  # fmt: skip
ANSWERED, REFUSED = {200, 303, 409, 422}, {403, 404}


@dataclass
class Room:
    """A task with all who could ask about it; ``renew`` begins anew after an act that changed something."""

    program: Flask
    database: Database
    debriefed: bool

    def __post_init__(self) -> None:
        """Set the first scene."""
        self.renew()

    def renew(self) -> None:
        """Set the scene afresh."""
        self.at = make_grading(self.database)
        self.people = _people(self.database, self.at, grading=not self.debriefed)
        self.browsers = {name: Browser(self.program) for name in self.people}
        for name, browser in self.browsers.items():
            browser.sign_in(self.people[name])
        if self.debriefed:
            grade(self.database, self.at, self.at.una)
            grade(self.database, self.at, self.at.udo)
            with writing(self.database.engine) as session:
                application = session.get_one(Application, self.at.applications[0])
                hiring.open_debrief(session, application, self.at.coordinator.person_id)
        with reading(self.database.engine) as session:
            una = session.scalar(select(Grader.id).where(Grader.person_id == self.at.una.person_id))
        self.ids: dict[str, Any] = {
            "task_id": self.at.task, "question_id": self.at.questions[0], "assignment_id": self.at.submissions[0],
            "grader_id": una, "file_id": UUID(int=1),
        }  # fmt: skip

    def ask(self, name: str, rule: Rule, method: str) -> int:
        """The status of one request."""
        browser = self.browsers[name]
        path = self.program.url_map.bind("localhost").build(rule.endpoint, self.ids)
        return browser.get(path).status_code if method == "GET" else browser.post(path).status_code

    def chain_length(self) -> int:
        """How many acts the program has recorded."""
        with reading(self.database.engine) as session:
            return session.scalar(select(AuditHead.seq)) or 0


# Routes are the same on PostgreSQL, and the facts are compared on both by other tests: one state will do.
@pytest.mark.parametrize(
    ("database", "debriefed"), [("sqlite", False), ("sqlite", True), ("postgresql", True)], indirect=["database"]
)
def test_each_cell_answers_as_written(program: Flask, database: Database, cells: Cells, *, debriefed: bool) -> None:
    room = Room(program, database, debriefed)
    expected = DEBRIEFED if debriefed else OWED
    wrong = []
    for rule, method in _rules(program):
        for name in sorted(PEOPLE):
            before = room.chain_length()
            status = room.ask(name, rule, method)
            may = name in expected[rule.endpoint]
            cells.tried(allowed=may)
            if status not in (ANSWERED if may else REFUSED):
                wrong.append(f"{method} {rule.rule} as {name}: {status}")
            if not may and room.chain_length() != before:
                wrong.append(f"{method} {rule.rule} as {name}: refused, and yet it did something")
            if room.chain_length() != before:
                room.renew()
    assert wrong == []


def test_no_route_is_missing(program: Flask) -> None:
    assert {rule.endpoint for rule, _ in _rules(program)} == set(OWED)


def test_who_became_a_coordinator_finds_neither_the_case_nor_the_requisition(
    program: Flask, database: Database
) -> None:
    room = Room(program, database, debriefed=False)
    browser = Browser(program)
    browser.sign_in(room.people["grader who coordinates"])
    for path in (f"/grading/{room.at.task}", f"/requisitions/{room.at.requisition}"):
        assert browser.get(path).status_code == 404, path


def _people(database: Database, at: Grading, *, grading: bool) -> dict[str, UUID]:
    with writing(database.engine) as session:
        made = {
            "stranger": (Role.INTERVIEWER, Role.EMPLOYEE, Role.HIRING_MANAGER), "partner": (Role.HR_PARTNER,),
            "auditor": (Role.AUDITOR,), "admin": (Role.ADMIN,), "member": (Role.COMMITTEE,),
            "interviewer": (Role.INTERVIEWER,), "released grader": (Role.INTERVIEWER,),
            "grader who coordinates": (Role.COORDINATOR,),
        }  # fmt: skip
        people = {name: hiring.make_person(session, name.title(), roles) for name, roles in made.items()}
        session.add_all(
            Grader(
                task_id=at.task, person_id=people[name].id, appointed_at=hiring.NOW, released_at=released,
                appointed_by_id=at.coordinator.person_id, whole=grading and name != "released grader",
            )
            for name, released in (("released grader", hiring.NOW), ("grader who coordinates", None))
        )  # fmt: skip
        need = session.get_one(Requisition, at.requisition)
        need.members.append(RequisitionMember(person_id=people["member"].id, part=Part.MEMBER))
        application = session.get_one(Application, at.applications[0])
        talk = hiring.make_interview(session, application, [people["interviewer"]])
        hiring.seal(session, hiring.card_of(session, talk, people["interviewer"]), {"strategy": 3})
        ids = {name: person.id for name, person in people.items()}
    return {
        **ids, "grader": at.una.person_id, "other grader": at.udo.person_id,
        "coordinator": at.coordinator.person_id, "manager": at.manager.person_id,
    }  # fmt: skip


def _rules(program: Flask) -> Iterator[tuple[Rule, str]]:
    for method in ("GET", "POST"):
        for rule in program.url_map.iter_rules():
            if rule.endpoint.startswith("grading.") and method in (rule.methods or ()):
                yield rule, method
