"""The rows of the inbox that ask for grades: one a case, however many submissions of it wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, exists, func

from app.models.case_grading_asks import has_part_in, knows_names, owed_of
from app.models.case_work import CaseAssignment, CaseTask
from app.models.inbox_row import row

if TYPE_CHECKING:
    from app.models.asking import Asking

KIND: Final = "grading"
"""What these rows are called among all duties."""


def gradings(asking: Asking) -> Select[*tuple[Any, ...]]:
    """Cases that wait for somebody's grades, in the columns of the inbox; nothing in them says whose work it is.

    Nobody is sent to a case that a role or another part keeps them from grading.
    """
    owed = owed_of(asking.person_id).where(CaseAssignment.task_id == CaseTask.id).correlate(CaseTask)
    return (
        row(
            KIND, CaseTask.id, what=CaseTask.title,
            since=owed.with_only_columns(func.min(CaseAssignment.handed_in_at)).scalar_subquery(),
            size=owed.with_only_columns(func.count()).scalar_subquery(),
        )
        .select_from(CaseTask)
        .where(exists(owed), ~knows_names(asking.person_id), ~has_part_in(asking.person_id, CaseTask.requisition_id))
    )  # fmt: skip
