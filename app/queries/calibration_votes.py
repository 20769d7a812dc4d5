"""The votes of a calibration as they stand: sealed before anything was said, then changed with a reason or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome
from app.models.ballots import standing
from app.models.calibration import Calibration, CalibrationItem
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class FinalVote:
    """A member's vote on a case as it stands; ``reason`` is the one of the change where there was one."""

    member_id: UUID
    name: str
    outcome: CaseOutcome
    reason: str


def final_votes(session: Session, case_id: UUID) -> tuple[FinalVote, ...]:
    """The votes on a case as they stand, by name; nothing until its calibration is locked.

    Votes that were never sealed and votes of members in conflict do not count. The caller asks the permission map.
    """
    rows = session.execute(
        standing()
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(CalibrationItem.case_id == case_id, Calibration.state == CalibrationState.LOCKED)
        .order_by(Person.name, Person.id)
    )
    return tuple(FinalVote(row.member_id, row.name, CaseOutcome(row.now), row.words) for row in rows)
