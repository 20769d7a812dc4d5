"""A requisition whose candidates are given a take-home, made by the real services."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain.case_work import CaseMode
from app.domain.entry import Entry
from app.domain.permission import ActorFacts, Role
from app.models.case_work import CaseTask
from app.models.engine import writing
from app.services import case_giving, case_tasks, case_work
from app.services.case_giving import Window
from app.services.case_tasks import TaskPlan
from app.services.case_work import Written
from tests.factories import hiring
from tests.factories.hiring import NOW, actor_of, small_blueprint

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.blueprint import Blueprint
    from tests.databases import Database

OUTPUTS = (
    Entry("A plan for the first release", refs=("strategy",)),
    Entry("How you would tell that it works", refs=("fluency", "strategy")),
    Entry("What you would leave out"),
)
_numbers = itertools.count(1)
OPENS, CLOSES = NOW - timedelta(hours=1), NOW + timedelta(days=3)


@dataclass(frozen=True)
class Given:
    """A take-home given to one candidate, and whoever keeps it."""

    requisition: UUID
    application: UUID
    task: UUID
    assignment: UUID
    coordinator: ActorFacts
    manager: ActorFacts


def case_blueprint() -> Blueprint:
    """The small blueprint with a case of three deliverables, live and take-home."""
    plain = small_blueprint(role=f"case-role-{next(_numbers)}")
    case = replace(plain.case_studies[0], formats=("live", "take-home"), outputs=OUTPUTS)
    return replace(plain, case_studies=(case,))


def make_given(
    database: Database, *, minutes: int | None = 60, opens: datetime = OPENS, closes: datetime = CLOSES
) -> Given:
    """The case, an hour long unless said otherwise, given to Mira Okafor by Cleo Ruiz."""
    with writing(database.engine) as session:
        manager = hiring.make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
        person = hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
        version = hiring.make_blueprint_version(session, case_blueprint())
        need = hiring.make_requisition(session, manager=manager, version=version)
        application = hiring.make_application(session, need)
        cleo = actor_of(person)
        task_id = case_tasks.create(session, cleo, need.id, "shortlist", CaseMode.TAKE_HOME, now=NOW)
        task = session.get_one(CaseTask, task_id)
        if task.minutes != minutes:
            case_tasks.edit(session, cleo, task_id, plan_of(task, minutes=minutes), version=task.version, now=NOW)
        window = Window(opens, closes)
        given = case_giving.assign(session, cleo, task_id, application.id, window, now=min(NOW, opens))
        return Given(need.id, application.id, task_id, given, cleo, actor_of(manager))


def plan_of(task: CaseTask, **changes: Any) -> TaskPlan:  # noqa: ANN401  fields of a plan, by name
    """A task as it stands, with these things changed."""
    questions = tuple(
        case_tasks.QuestionPlan(one.text, tuple(focus.dimension for focus in one.focus)) for one in task.questions
    )
    plan = TaskPlan(task.title, task.minutes, task.instructions, task.takes_files, questions)
    return replace(plan, **changes)


def begin(database: Database, given: Given, *, now: datetime = NOW) -> None:
    """The candidate agrees and begins."""
    with writing(database.engine) as session:
        case_work.start(session, given.application, given.assignment, consented=True, now=now)


def write(
    database: Database, given: Given, text: str, *, number: int = 1, version: int = 0, writer: str = "a",
    serial: int = 1, now: datetime = NOW,
) -> case_work.Saved:  # fmt: skip
    """The candidate's page saves one answer."""
    with writing(database.engine) as session:
        answers = {number: Written(text, version, writer, serial)}
        return case_work.save(session, given.application, given.assignment, answers, now=now)


def hand_in(database: Database, given: Given, *, now: datetime = NOW) -> str:
    """The candidate hands in; the receipt's number."""
    with writing(database.engine) as session:
        return case_work.hand_in(session, given.application, given.assignment, now=now)
