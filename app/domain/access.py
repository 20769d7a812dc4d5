"""Asking the permission map and refusing in the right words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import (
    ActorFacts,
    ApplicationFacts,
    CardFacts,
    CheckInFacts,
    Facts,
    GoalFacts,
    ImpactFacts,
    PlanFacts,
    RequisitionFacts,
)
from app.domain.growth.facts import AssessmentFacts, CalibrationFacts, CaseFacts, EntryFacts, ItemFacts, PersonFacts
from app.domain.permission import Permission, allow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Known = TypeVar("Known", bound=Facts)

_REASONS = {
    "is_disabled": "This account is closed.",
    "owes_a_card": "You still owe a scorecard on this candidate. What others wrote opens once yours is sealed.",
    "owes_any_card": "You still owe a scorecard, and the chain tells who sealed what. It opens once yours is sealed.",
}
_KNOWING: Mapping[type[Facts], Permission] = {
    RequisitionFacts: Permission.REQUISITION_SEE,
    ApplicationFacts: Permission.CANDIDATE_SEE,
    CardFacts: Permission.CANDIDATE_SEE,
    PlanFacts: Permission.PLAN_OPEN,
    GoalFacts: Permission.GOAL_SEE,
    CheckInFacts: Permission.PLAN_SEE,
    AssessmentFacts: Permission.ASSESSMENT_OPEN,
    PersonFacts: Permission.READINESS_SEE,
    EntryFacts: Permission.EVIDENCE_SEE,
    CaseFacts: Permission.CASE_SEE,
    CalibrationFacts: Permission.CALIBRATION_SEE,
    ItemFacts: Permission.CALIBRATION_SEE,
    ImpactFacts: Permission.IMPACT_SEE,
}
"""What lets somebody know that a thing of this kind exists."""
_WORDS = "You may see this, but not do that."


def require(actor: ActorFacts, permission: Permission, facts: Facts | None = None) -> None:
    """Let a granted permission pass; raise otherwise.

    :class:`NotAllowedError` when the actor may know of the thing, :class:`NotFoundError` when even its existence is
    not theirs to know, so that "not there" and "not yours" look the same.
    """
    verdict = allow(actor, permission, facts)
    if verdict.granted:
        return
    if facts is None or may_know(actor, facts):
        raise NotAllowedError(_REASONS.get(verdict.reason, _WORDS))
    raise NotFoundError


def found(facts: Known | None) -> Known:
    """Facts of an object that has to exist; raise :class:`NotFoundError` when it does not."""
    if facts is None:
        raise NotFoundError
    return facts


def may_know(actor: ActorFacts, facts: Facts) -> bool:
    """Whether the existence of the object is the actor's to know."""
    return allow(actor, _KNOWING[type(facts)], facts).granted


def require_any(actor: ActorFacts, permission: Permission, facts: Sequence[Facts]) -> None:
    """Let pass whoever holds the permission on one of the objects, as a candidate has several applications.

    Without any object the roles alone decide. A refusal is :class:`NotFoundError`, unless the actor may know of one.
    """
    if any(allow(actor, permission, one).granted for one in facts):
        return
    if not facts and allow(actor, permission).granted:
        return
    for one in facts:
        if may_know(actor, one):
            require(actor, permission, one)
    raise NotFoundError
