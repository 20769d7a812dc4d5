"""Events of the audit chain that would tell a reader whether somebody has answered whom they have to answer apart from.

An administrator or auditor is also a person with an assessment, a plan or a vote of their own. While that waits, every
seal of its kind is listed without who and on what: an event that were left out would be missed by its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, literal, or_, select

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.cycle import CycleState
from app.domain.onboarding.plan import PlanState
from app.models.assessment import Assessment, Cycle
from app.models.assessment_facts import both_sealed
from app.models.calibration import Calibration, CalibrationMember
from app.models.onboarding import Plan

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session


def closed_actions(session: Session, person_id: UUID) -> frozenset[str]:
    """The actions of which a person is not told who did them and on what, in one query."""
    waits = {
        "assessment.seal": _assesses(person_id),
        "checkin.seal": _checks_in(person_id),
        "prevote.seal": _votes(person_id),
    }
    row = session.execute(select(*waits.values())).one()
    return frozenset(action for action, waiting in zip(waits, row, strict=True) if waiting)


def _assesses(person_id: UUID) -> ColumnElement[bool]:
    """One of the two in an assessment that can still be answered, and of which not both sides are in."""
    mine = or_(Assessment.person_id == person_id, Assessment.manager_id == person_id)
    return exists(
        select(literal(1))
        .select_from(Assessment)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(mine, Cycle.state == CycleState.OPEN, ~both_sealed())
    )


def _checks_in(person_id: UUID) -> ColumnElement[bool]:
    """One of the two in a first year that goes on."""
    mine = or_(Plan.hire_id == person_id, Plan.manager_id == person_id)
    return exists(select(literal(1)).select_from(Plan).where(mine, Plan.state == PlanState.ACTIVE))


def _votes(person_id: UUID) -> ColumnElement[bool]:
    """A member of a calibration of which the members vote apart."""
    return exists(
        select(literal(1))
        .select_from(CalibrationMember)
        .join(Calibration, Calibration.id == CalibrationMember.calibration_id)
        .where(CalibrationMember.person_id == person_id, Calibration.state == CalibrationState.VOTING)
    )
