"""What an item of a calibration can be voted for: outcomes of a case, or levels of the ladder that was assessed on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.blueprint import from_canonical
from app.domain.growth.voting import CASE_CHOICES, Choice, level_choices
from app.models.assessment import Assessment, Cycle
from app.models.blueprint import BlueprintVersion

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def choices(session: Session, assessment_id: UUID | None) -> tuple[Choice, ...]:
    """The choices of an item, from the least to the most: of a case when there is no assessment."""
    if assessment_id is None:
        return CASE_CHOICES
    body = session.scalar(
        select(BlueprintVersion.body)
        .join(Cycle, Cycle.blueprint_version_id == BlueprintVersion.id)
        .join(Assessment, Assessment.cycle_id == Cycle.id)
        .where(Assessment.id == assessment_id)
    )
    ladder = from_canonical(body).ladder if body else None
    return level_choices(ladder) if ladder else ()
