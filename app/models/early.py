"""Who has read sealed scorecards on a candidate before their time, and so judges that candidate no more."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, exists, literal, select
from sqlalchemy.orm import aliased

from app.models.candidate import Application, Candidate
from app.models.granting import BrokenGlass
from app.models.person import Person

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


def readings_in(requisition_id: UUID, people: AbstractSet[UUID]) -> Select[UUID, UUID, str]:
    """Early readings by these people, in any requisition, on somebody who applied in this one: id, who, their name."""
    here = select(Application.candidate_id).where(Application.requisition_id == requisition_id)
    return (
        select(BrokenGlass.id, BrokenGlass.asked_by_id, Person.name)
        .join(Application, Application.id == BrokenGlass.application_id)
        .join(Person, Person.id == BrokenGlass.asked_by_id)
        .where(
            Application.candidate_id.in_(here),
            BrokenGlass.asked_by_id.in_(people),
            BrokenGlass.first_read_at.is_not(None),
        )
        .order_by(Person.name, BrokenGlass.id)
    )


@cache
def _aliases() -> tuple[type[BrokenGlass], type[Application]]:
    # Made once: the columns of an alias cost more than the rest of the criterion, which many pages ask for.
    return aliased(BrokenGlass), aliased(Application)
