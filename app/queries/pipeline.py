"""How far applications come, over the openings of a role: counts for HR.

To an HR partner who owes a scorecard on a candidate, that candidate is not beyond the interviews, like everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.card import CardState
from app.domain.permission import Permission
from app.domain.pipeline import FunnelLine, StageStep, funnel
from app.domain.visibility import TELLING_STAGES
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, StageChange
from app.models.decision import Decision
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.decision import Outcome
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class RoleOption:
    """A role that anybody applied for, and how many applications it has."""

    role: str
    title: str
    applications: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The funnel of one role's openings; nothing where nobody has applied, or there is no such role."""

    chosen: RoleOption | None
    roles: tuple[RoleOption, ...]
    lines: tuple[FunnelLine, ...] = ()


def pipeline(session: Session, actor: ActorFacts, role: str | None) -> Pipeline:
    """One role's funnel, by default of the one with most applications, in three queries."""
    require(actor, Permission.INSIGHTS_SEE)
    roles = _roles(session)
    chosen = next((one for one in roles if one.role == role), None)
    if role is None:
        chosen = max(roles, key=lambda one: one.applications, default=None)
    if chosen is None:
        return Pipeline(None, roles)
    return Pipeline(chosen, roles, funnel(_steps(session, actor, chosen.role), _outcomes(session, actor, chosen.role)))


def _roles(session: Session) -> tuple[RoleOption, ...]:
    version = BlueprintVersion
    rows = session.execute(
        select(version.role, func.max(version.title), func.count(Application.id))
        .join(Requisition, Requisition.blueprint_version_id == version.id)
        .join(Application, Application.requisition_id == Requisition.id)
        .group_by(version.role)
        .order_by(func.max(version.title), version.role)
    )
    return tuple(RoleOption(*row) for row in rows)


def _steps(session: Session, actor: ActorFacts, role: str) -> list[StageStep]:
    telling = StageChange.to_stage.in_(TELLING_STAGES)
    rows = session.execute(
        select(StageChange.application_id, StageChange.to_stage, StageChange.at)
        .join(Application, Application.id == StageChange.application_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(BlueprintVersion.role == role, ~(telling & _owes(actor.person_id)))
    )
    return [StageStep(*row) for row in rows]


def _outcomes(session: Session, actor: ActorFacts, role: str) -> list[Outcome]:
    later = aliased(Decision)
    newer = exists(
        select(literal(1)).where(later.application_id == Decision.application_id, later.number > Decision.number)
    )
    rows = session.scalars(
        select(Decision.outcome)
        .join(Application, Application.id == Decision.application_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(BlueprintVersion.role == role, ~newer, ~_owes(actor.person_id))
    )
    return list(rows)


def _owes(person_id: UUID) -> ColumnElement[bool]:
    """Beside :class:`Application`: the person owes a card on its candidate, for this need or another."""
    card, other = aliased(ScorecardRow), aliased(Application)
    return exists(
        select(literal(1))
        .select_from(card)
        .join(other, other.id == card.application_id)
        .where(
            other.candidate_id == Application.candidate_id,
            card.interviewer_id == person_id,
            card.state == CardState.OWED,
        )
        .correlate(Application)
    )
