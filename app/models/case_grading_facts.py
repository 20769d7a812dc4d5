"""How somebody stands to the grading of a case, in one query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, literal, select

from app.domain.facts import GradingFacts
from app.models.asking import ASKING, asked_by
from app.models.case_grading import Grader
from app.models.case_grading_asks import has_part_in
from app.models.case_work import CaseTask

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def grading_facts(session: Session, actor: ActorFacts, task_id: UUID) -> GradingFacts | None:
    """How the actor stands to the grading of a task, or ``None`` when there is no task of that id."""
    row = session.execute(_task(), asked_by(actor, task_id=task_id)).one_or_none()
    return GradingFacts(task_id=task_id, is_grader=bool(row.is_grader), has_part=bool(row.has_part)) if row else None


@cache
def _task() -> Select[*tuple[Any, ...]]:
    grader = exists(
        select(literal(1)).where(
            Grader.task_id == CaseTask.id, Grader.person_id == ASKING.person_id, Grader.released_at.is_(None)
        )
    )
    return select(
        grader.label("is_grader"), has_part_in(ASKING.person_id, CaseTask.requisition_id).label("has_part")
    ).where(CaseTask.id == bindparam("task_id"))
