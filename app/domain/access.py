"""Asking the permission map and refusing in the right words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from app.domain.errors import NotAllowedError, NotFoundError, ProofNeededError
from app.domain.facts import (
    ActorFacts,
    ApplicationFacts,
    CardFacts,
    CheckInFacts,
    FactorState,
    Facts,
    GlassFacts,
    GoalFacts,
    GradingFacts,
    GrantFacts,
    ImpactFacts,
    LookFacts,
    PlanFacts,
    RequisitionFacts,
    TeamFacts,
)
from app.domain.growth.facts import AssessmentFacts, CalibrationFacts, CaseFacts, EntryFacts, ItemFacts, PersonFacts
from app.domain.permission import Permission, allow
from app.domain.predicates import closed
from app.domain.privacy.facts import PrivacyFacts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Known = TypeVar("Known", bound=Facts)

HIDDEN = "This candidate is reviewed blind. Who it is opens to you once your scorecard is sealed."
"""To whoever is blinded to a candidate."""
_REASONS = {
    "is_disabled": "This account is closed.",
    "owes_a_card": "You still owe a scorecard on this candidate. What others wrote opens once yours is sealed.",
    "is_blinded": HIDDEN,
    "has_read_early": "You read scorecards on this candidate early, so judging them is for others now.",
    "under_legal_hold": "A legal hold is on this data, so nothing of it is erased until the hold is lifted.",
    "is_put_away": "The time in which this candidate's data is shown is over.",
    "owes_any_card": "You still owe a scorecard, and this tells who sealed what. It opens once yours is sealed.",
    "is_looked_through": "You are looking as somebody else. That shows lists and menus, and nothing that is sealed, "
    "private or about a candidate, and nothing can be changed. Stop looking to go on as yourself.",
}
FACTOR_FIRST = "Give your second factor first."
"""To whoever is only half signed in."""
_UNPROVED = {
    "needs_second_factor": FACTOR_FIRST,
    "has_factor_to_give": FACTOR_FIRST,
    "step_up_expired": "Show again that it is you: the last time was more than five minutes ago.",
}
_KNOWING: Mapping[type[Facts], Permission] = {
    RequisitionFacts: Permission.REQUISITION_SEE,
    ApplicationFacts: Permission.CANDIDATE_SEE,
    CardFacts: Permission.CANDIDATE_SEE,
    GlassFacts: Permission.GLASS_SEE,
    TeamFacts: Permission.ROLE_GRANT_HERE,
    GrantFacts: Permission.ROLE_ASKED_SEE,
    LookFacts: Permission.PERSON_LIST,
    PlanFacts: Permission.PLAN_OPEN,
    GoalFacts: Permission.GOAL_SEE,
    CheckInFacts: Permission.PLAN_SEE,
    AssessmentFacts: Permission.ASSESSMENT_OPEN,
    PersonFacts: Permission.READINESS_SEE,
    EntryFacts: Permission.EVIDENCE_SEE,
    CaseFacts: Permission.CASE_SEE,
    CalibrationFacts: Permission.CALIBRATION_SEE,
    ItemFacts: Permission.CALIBRATION_SEE,
    GradingFacts: Permission.CASE_GRADE,
    ImpactFacts: Permission.IMPACT_SEE,
    PrivacyFacts: Permission.PRIVACY_SEE,
}
"""What lets somebody know that a thing of this kind exists."""
_WORDS = "You may see this, but not do that."
WHOLE = "This belongs to the candidate as a whole. A coordinator of the whole company changes it."
"""To whoever coordinates some of a candidate's applications and not all; it names no other application."""


def require(actor: ActorFacts, permission: Permission, facts: Facts | None = None) -> None:
    """Let a granted permission pass; raise otherwise.

    :class:`NotAllowedError` when the actor may know of the thing, :class:`NotFoundError` when even its existence is
    not theirs to know, so that "not there" and "not yours" look the same. :class:`ProofNeededError` when only a proof
    of who they are is missing.
    """
    verdict = allow(actor, permission, facts)
    if verdict.granted:
        return
    if verdict.reason in _UNPROVED and allow(proved(actor), permission, facts).granted:
        raise ProofNeededError(_UNPROVED[verdict.reason])
    if facts is None or may_know(actor, facts):
        raise NotAllowedError(_REASONS.get(verdict.reason, _WORDS))
    raise NotFoundError


def proved(actor: ActorFacts) -> ActorFacts:
    """The same person once they have proved who they are: what a page may offer, though the act will ask first."""
    return replace(actor, factor=FactorState.SETTLED, proof_fresh=True)


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


def require_whole(actor: ActorFacts, permission: Permission, facts: Sequence[ApplicationFacts]) -> None:
    """Let pass whoever holds the permission on the candidate as a whole, of whose applications these are the facts.

    A refusal is :class:`NotFoundError`, unless the actor may know of one of the applications.
    """
    if not holds_whole(actor, permission, facts):
        require_any(actor, permission, facts)
        raise NotAllowedError(WHOLE)


def holds_whole(actor: ActorFacts, permission: Permission, facts: Sequence[ApplicationFacts]) -> bool:
    """Whether a permission holds on each application that goes on, or on each of them where none does.

    What a candidate's documents say reaches everybody who judges them, so a role in one requisition is not enough to
    change them. Without any application the roles alone decide.
    """
    if not facts:
        return allow(actor, permission).granted
    going_on = [one for one in facts if not (closed(actor, one) or one.withdrawn)]
    return all(allow(actor, permission, one).granted for one in going_on or facts)
