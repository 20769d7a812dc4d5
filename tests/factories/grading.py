"""One case of a requisition with its graders and work that was handed in, as rows; grades through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.case_grading import QuestionMark
from app.domain.case_work import CaseMode, code_from
from app.domain.hiring import RevealRule
from app.domain.permission import ActorFacts, Role
from app.models.case_work import CaseAnswer, CaseAssignment, CaseQuestion, CaseQuestionFocus, CaseTask
from app.models.engine import reading, writing
from app.services import graders, grades
from tests.factories import hiring
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.models.candidate import Application
    from app.models.requisition import Requisition
    from tests.databases import Database

NAMES = (
    "Mira Okafor", "Jonas Lindgren", "Priya Raghavan", "Tomasz Wieczorek", "Salma Haddad", "Noor Vermeulen",
    "Keiko Arakawa", "Diego Villalobos",
)  # fmt: skip
QUESTIONS = (("What do you plan first?", ("strategy",)), ("How do you tell that it works?", ("fluency",)))
LATER = NOW + timedelta(hours=2)
ANSWER = "I would ship the search box first, because nobody finds anything without it."


@dataclass(frozen=True)
class Grading:
    """A task, its submissions in the order of :data:`NAMES`, its questions, and everybody who matters to it."""

    requisition: UUID
    task: UUID
    questions: tuple[UUID, ...]
    submissions: tuple[UUID, ...]
    applications: tuple[UUID, ...]
    una: ActorFacts
    udo: ActorFacts
    coordinator: ActorFacts
    manager: ActorFacts


def make_grading(database: Database, *, submissions: int = 1, reveal: RevealRule = RevealRule.AFTER_OWN) -> Grading:
    """Una Gray and Udo Finch grade; Cleo Ruiz coordinates and Mara Lindqvist leads."""
    with writing(database.engine) as session:
        return stage_grading(session, submissions=submissions, reveal=reveal)


def stage_grading(session: Session, *, submissions: int = 1, reveal: RevealRule = RevealRule.AFTER_OWN) -> Grading:
    """The same within a session that the caller opened."""
    manager = hiring.make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
    coordinator = hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
    una = hiring.make_person(session, "Una Gray", [Role.INTERVIEWER])
    udo = hiring.make_person(session, "Udo Finch", [Role.EMPLOYEE])
    need = hiring.make_requisition(session, manager=manager, reveal=reveal)
    need.created_by_id = coordinator.id
    task = make_task(session, need)
    applications = [hiring.make_application(session, need, name=name) for name in NAMES[:submissions]]
    given = [make_submission(session, task, one) for one in applications]
    for person in (una, udo):
        graders.appoint(session, actor_of(coordinator), task.id, person.id, now=NOW)
    return Grading(
        need.id, task.id, tuple(q.id for q in task.questions), tuple(g.id for g in given),
        tuple(a.id for a in applications), actor_of(una), actor_of(udo), actor_of(coordinator), actor_of(manager),
    )  # fmt: skip


def make_task(session: Session, need: Requisition, *, title: str = "The shortlist") -> CaseTask:
    """The small blueprint's case as a take-home of two questions, an hour long."""
    task = CaseTask(
        requisition_id=need.id, case_study="shortlist", mode=CaseMode.TAKE_HOME, title=title, minutes=60,
        instructions="Answer in your own words.", takes_files=True, frozen_at=NOW, created_at=NOW,
        created_by_id=need.created_by_id,
    )  # fmt: skip
    session.add(task)
    session.flush()
    for number, (text, focus) in enumerate(QUESTIONS, 1):
        question = CaseQuestion(task_id=task.id, number=number, text=text)
        question.focus = [CaseQuestionFocus(dimension=dimension) for dimension in focus]
        task.questions.append(question)
    session.flush()
    return task


def make_submission(
    session: Session,
    task: CaseTask,
    application: Application,
    *,
    handed_in_at: datetime | None = NOW,
    answer: str = ANSWER,
) -> CaseAssignment:
    """A candidate's work with an answer to each question; ``handed_in_at`` of None leaves it under way."""
    taken = len(list(session.scalars(select(CaseAssignment.id).where(CaseAssignment.task_id == task.id))))
    given = CaseAssignment(
        task_id=task.id, application_id=application.id, code=code_from(taken * 7919 + 1234),
        opens_at=NOW - timedelta(days=3), closes_at=NOW + timedelta(days=3), consented_at=NOW, started_at=NOW,
        due_at=NOW + timedelta(hours=1), created_at=NOW,
        created_by_id=task.created_by_id,
    )  # fmt: skip
    session.add(given)
    session.flush()
    for question in task.questions:
        text = f"{answer} ({question.number})"
        session.add(
            CaseAnswer(assignment_id=given.id, question_id=question.id, text=text, saved_at=NOW, writer="", serial=0)
        )
    session.flush()
    given.handed_in_at = handed_in_at
    session.flush()
    return given


def content(strategy: int | None = 4, fluency: int | None = 3) -> CardContent:
    """Ratings on both dimensions of the case, with what was seen."""
    return CardContent(
        ratings=(
            DimensionRating("strategy", strategy, "Names what comes first and what it costs."),
            DimensionRating("fluency", fluency, "Says which number would move."),
        ),
        recommendation=Recommendation.YES,
        summary="A plan that one could begin with tomorrow.",
    )


def grade(
    database: Database,
    at: Grading,
    actor: ActorFacts,
    place: int = 0,
    *,
    card: CardContent | None = None,
    marks: tuple[int | None, ...] = (4, 3),
    now: datetime = LATER,
) -> bool:
    """Mark each question and seal the grade of one submission, as that person does it."""
    with writing(database.engine) as session:
        for question_id, value in zip(at.questions, marks, strict=True):
            mark = QuestionMark(question_id, marked=True, value=value, seen=("output-1",), note="Plain and short.")
            grades.save_mark(session, actor, at.submissions[place], mark, version=0, now=now)
    with writing(database.engine) as session:
        return grades.seal(session, actor, at.submissions[place], card or content(), version=0, now=now)


def codes(database: Database, at: Grading) -> tuple[str, ...]:
    """The codes of the submissions, in their order."""
    with reading(database.engine) as session:
        rows = session.execute(select(CaseAssignment.id, CaseAssignment.code)).all()
    found = {row.id: row.code for row in rows}
    return tuple(found[each] for each in at.submissions)
