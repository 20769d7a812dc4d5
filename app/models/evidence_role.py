"""In which role somebody gathers evidence: the one of their level, else of their newest cycle, else of their plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from app.models.assessment import Assessment, Cycle
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, unreplaced
from app.models.onboarding import Plan

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ScalarSelect, Select


def role_of(person_id: UUID, on: date) -> Select[*tuple[Any, ...]]:
    """The newest version of the person's role on a day as one row, or none: ``sha256``, ``role``, ``title``, ``level``.

    ``level`` is "" where nobody has said at which level they are.
    """
    version = BlueprintVersion
    role = func.coalesce(
        _placed(person_id, on).with_only_columns(Placement.role).scalar_subquery(),
        _assessed(person_id),
        _onboarded(person_id),
    )
    level = _placed(person_id, on).with_only_columns(Placement.level).scalar_subquery()
    return (
        select(version.sha256, version.role, version.title, func.coalesce(level, "").label("level"))
        .where(version.role == role)
        .order_by(version.number.desc())
        .limit(1)
    )


def _placed(person_id: UUID, on: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Placement.role, Placement.level)
        .where(Placement.person_id == person_id, Placement.since <= on, unreplaced())
        .order_by(Placement.since.desc(), Placement.recorded_at.desc(), Placement.id)
        .limit(1)
    )


def _assessed(person_id: UUID) -> ScalarSelect[str]:
    return (
        select(BlueprintVersion.role)
        .join(Cycle, Cycle.blueprint_version_id == BlueprintVersion.id)
        .join(Assessment, Assessment.cycle_id == Cycle.id)
        .where(Assessment.person_id == person_id)
        .order_by(Cycle.opened_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _onboarded(person_id: UUID) -> ScalarSelect[str]:
    return (
        select(BlueprintVersion.role)
        .join(Plan, Plan.blueprint_version_id == BlueprintVersion.id)
        .where(Plan.hire_id == person_id)
        .order_by(Plan.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
