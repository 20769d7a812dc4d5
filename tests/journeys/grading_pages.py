"""What of grading somebody in the demo may open: a case that they grade or run, with what was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models.candidate import Application, Candidate
from app.models.case_grading import Grade, Grader
from app.models.case_work import CaseAssignment, CaseQuestion, CaseTask
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to, requisitions_visible_to

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

Values = dict[str, object]

NO_PAGES = {
    "grading.file": "a document as it was handed in",
    "grading.compare_left": "leads back to the sheet",
    "grading.differences": "waits for a debrief after all grades are in; the journey of grading looks at it",
}
"""Addresses of grading that answer with something else than a page of the demo."""

PAGES = (
    "grading.ask_further", "grading.ask_release", "grading.desk", "grading.give_back", "grading.graders",
    "grading.question", "grading.sheet",
)  # fmt: skip
"""The pages of grading that the demo can open."""


def of_grading(session: Session, actor: ActorFacts) -> list[Values]:
    """Tasks that the actor grades, with a submission in each state, and those that they may run."""
    graded = (
        select(CaseAssignment.task_id, CaseAssignment.id, CaseQuestion.id, Grader.id, Grade.state)
        .join(Grader, Grader.task_id == CaseAssignment.task_id)
        .join(CaseQuestion, CaseQuestion.task_id == CaseAssignment.task_id)
        .outerjoin(Grade, (Grade.grader_id == Grader.id) & (Grade.assignment_id == CaseAssignment.id))
        .where(Grader.person_id == actor.person_id, CaseQuestion.number == 1)
        .order_by(CaseAssignment.code)
    )
    run = (
        select(CaseTask.id, CaseAssignment.id, CaseQuestion.id, Grader.id, CaseAssignment.handed_in_at.is_(None))
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(CaseAssignment, CaseAssignment.task_id == CaseTask.id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(CaseQuestion, CaseQuestion.task_id == CaseTask.id)
        .join(Grader, Grader.task_id == CaseTask.id)
        .where(requisitions_visible_to(actor), applications_visible_to(actor), CaseQuestion.number == 1)
        .order_by(CaseAssignment.code)
    )
    names = ("task_id", "assignment_id", "question_id", "grader_id")
    kinds = {(row[0], row[4]): row[:4] for query in (graded, run) for row in session.execute(query)}
    return [dict(zip(names, row, strict=True)) for row in kinds.values()]
