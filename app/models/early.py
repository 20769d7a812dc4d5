"""Who has read sealed scorecards on a candidate before their time, and so judges that candidate no more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import aliased

from app.models.candidate import Application, Candidate
from app.models.granting import BrokenGlass

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def has_read_early(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401  an id, a parameter or a column, as comparisons take it
    """A column beside :class:`Candidate`: the person read somebody's scorecards on them early, in any requisition."""
    glass, application = _aliases()
    return exists(
        select(literal(1))
        .select_from(glass)
        .join(application, application.id == glass.application_id)
        .where(
            application.candidate_id == Candidate.id,
            glass.asked_by_id == person_id,
            glass.first_read_at.is_not(None),
        )
        .correlate_except(glass, application)
    )


@cache
def _aliases() -> tuple[type[BrokenGlass], type[Application]]:
    # Made once: the columns of an alias cost more than the rest of the criterion, which many pages ask for.
    return aliased(BrokenGlass), aliased(Application)
