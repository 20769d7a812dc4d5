"""Who may do what: one map from permissions to predicates over small frozen facts. The whole policy is this page.

Deny by default: a permission without a rule, a fact that is missing and an object of the wrong kind all refuse.
A veto beats every grant, whatever the role. `domain/facts.py` has the facts, `domain/predicates.py` the questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.facts import ActorFacts, ApplicationFacts, CardFacts, Facts, RequisitionFacts, Role
from app.domain.growth_predicates import (
    answers_as_peer,
    asked_for_feedback,
    assesses,
    assessment_of_another,
    assessment_open,
    both_in,
    calibrates,
    calibration_locked,
    case_decided,
    case_handed_in,
    case_in_draft,
    case_of_another,
    case_open,
    chairs_calibration,
    concludes_case,
    corroborates,
    discussing,
    entry_stands,
    forms_no_view,
    has_vote,
    hears,
    is_calibration,
    is_oneself,
    is_promoted,
    is_somebody_else,
    is_subject,
    judges_case,
    judges_entry,
    locked,
    makes_case,
    manages_owner,
    manages_person,
    not_about_me,
    opened,
    owns_entry,
    preparing,
    still_answers,
    unlocked,
    votes_opened,
    voting,
)
from app.domain.permit import Permission
from app.domain.predicates import (
    ADMINISTERS,
    AUDITS,
    COORDINATES,
    HR,
    LEADS,
    MANAGES_PEOPLE,
    AllOf,
    Predicate,
    accompanies,
    anyone,
    both_answered,
    card_owed,
    card_sealed,
    chairs,
    closed,
    debrief_open,
    decided,
    hire_to_answer,
    interviews,
    is_disabled,
    is_hire,
    is_plan,
    is_the_candidate,
    leads,
    manager_to_answer,
    manages,
    of_another,
    on_committee,
    owes_a_card,
    owes_any_card,
    owes_nothing,
    owns_goal,
    requisition_closed,
    running,
    sealed_own,
    signs_goal,
    stands_apart,
    undecided,
    waited_for,
    writes,
)

__all__ = [
    "POLICY",
    "ActorFacts",
    "ApplicationFacts",
    "CardFacts",
    "Permission",
    "RequisitionFacts",
    "Role",
    "Verdict",
    "allow",
    "vetoes",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Granted or not, and the reason in words for a log or a page."""

    granted: bool
    reason: str


_READS_CARDS: tuple[AllOf, ...] = (
    (COORDINATES, debrief_open),
    (manages, debrief_open),
    (on_committee, debrief_open),
    (interviews, sealed_own),
    (HR, closed),
    (AUDITS, closed),
)

POLICY: Mapping[Permission, tuple[AllOf, ...]] = {
    Permission.HOME_SEE: ((anyone,),),
    Permission.ACCOUNT_KEEP: ((anyone,),),
    Permission.SEARCH_USE: ((anyone,),),
    Permission.BLUEPRINT_READ: ((anyone,),),
    Permission.BLUEPRINT_PUBLISH: ((HR,),),
    Permission.PREPARATION_KEEP: ((anyone,),),
    Permission.REQUISITION_LIST: ((anyone,),),
    Permission.REQUISITION_OPEN: ((COORDINATES,), (LEADS,)),
    Permission.REQUISITION_SEE: (
        (COORDINATES,),
        (manages,),
        (on_committee,),
        (interviews,),
        (HR,),
        (AUDITS, requisition_closed),
    ),
    Permission.REQUISITION_EDIT: ((COORDINATES,), (manages,)),
    Permission.PANEL_PLAN: ((COORDINATES,), (manages,)),
    Permission.CANDIDATE_LIST: ((anyone,),),
    Permission.CANDIDATE_ADD: ((COORDINATES,),),
    Permission.CANDIDATE_SEE: (
        (COORDINATES,),
        (manages,),
        (interviews,),
        (on_committee, debrief_open, owes_nothing),
        (HR,),
        (AUDITS, closed, owes_nothing),
    ),
    Permission.CANDIDATE_EDIT: ((COORDINATES,),),
    Permission.FILE_DOWNLOAD: (
        (COORDINATES,),
        (manages,),
        (interviews,),
        (on_committee, debrief_open, owes_nothing),
        (HR,),
        (AUDITS, closed, owes_nothing),
    ),
    Permission.STAGE_MOVE: ((COORDINATES,), (manages,)),
    Permission.KIT_SEE: ((COORDINATES,), (manages,), (interviews,)),
    Permission.CARD_WRITE: ((writes, card_owed),),
    Permission.CARD_SEAL: ((writes, card_owed),),
    Permission.CARD_REVISE: ((writes, card_sealed, undecided),),
    Permission.CARD_RELEASE: ((COORDINATES, card_owed), (writes, card_owed)),
    Permission.CARD_READ_OWN: ((writes,),),
    Permission.CARD_READ: _READS_CARDS,
    Permission.PROGRESS_SEE: ((COORDINATES,), (manages,)),
    Permission.DEBRIEF_OPEN: ((COORDINATES,), (manages,)),
    Permission.DEBRIEF_SEE: _READS_CARDS,
    Permission.COMPARISON_SEE: (
        (COORDINATES,),
        (manages,),
        (on_committee,),
        (HR, closed),
        (AUDITS, closed),
    ),
    Permission.VOTE_CAST: ((on_committee, debrief_open, undecided),),
    Permission.DECISION_RECORD: ((chairs, debrief_open),),
    Permission.DECISION_SEE: (
        (COORDINATES, decided),
        (manages, decided),
        (on_committee, decided),
        (interviews, decided),
        (HR, decided),
        (AUDITS, decided),
    ),
    Permission.PERSON_LIST: ((ADMINISTERS,),),
    Permission.PERSON_INVITE: ((ADMINISTERS,),),
    Permission.ROLE_GRANT: ((ADMINISTERS,),),
    Permission.AUDIT_READ: ((ADMINISTERS,), (AUDITS,)),
    Permission.ONBOARDING_LIST: ((anyone,),),
    Permission.ONBOARDING_START: ((HR,), (MANAGES_PEOPLE,), (manages, decided)),
    Permission.ONBOARDING_REPORT: ((HR,),),
    Permission.FEED_KEEP: ((anyone,),),
    Permission.PLAN_OPEN: ((is_hire,), (leads,), (accompanies,), (HR, is_plan)),
    Permission.PLAN_SEE: ((is_hire,), (leads,), (HR, is_plan)),
    Permission.PLAN_EDIT: ((leads, running), (HR, of_another, running)),
    Permission.PLAN_CLOSE: ((leads, running), (HR, of_another, running)),
    Permission.GOAL_SEE: ((is_hire,), (leads,), (owns_goal,), (waited_for,), (HR, is_plan)),
    Permission.GOAL_WORK: ((owns_goal, running),),
    Permission.GOAL_UNBLOCK: ((is_hire, running), (owns_goal, running), (leads, running), (waited_for, running)),
    Permission.GOAL_SIGN: ((signs_goal, running),),
    Permission.MILESTONE_SIGN: ((is_hire, running), (leads, running)),
    Permission.CHECKIN_WRITE: ((hire_to_answer, running), (manager_to_answer, running)),
    Permission.CHECKIN_READ: ((is_hire, both_answered), (leads, both_answered)),
    Permission.CHECKIN_CONCLUDE: ((leads, both_answered, running),),
    Permission.NOTE_WRITE: ((is_hire, running), (leads, running)),
    Permission.METRIC_KEEP: ((is_hire, running), (leads, running)),
    Permission.OUTCOME_RECORD: ((leads, running),),
    Permission.OUTCOME_SEE: ((leads,), (HR, of_another)),
    Permission.LADDER_SEE: ((anyone,),),
    Permission.PLACEMENT_KEEP: ((HR,),),
    Permission.CYCLE_KEEP: ((HR,),),
    Permission.ASSESSMENT_OPEN: ((is_subject,), (assesses,), (answers_as_peer,), (HR, assessment_of_another)),
    Permission.ASSESSMENT_WRITE: (
        (is_subject, still_answers),
        (assesses, still_answers),
        (answers_as_peer, still_answers),
    ),
    Permission.ASSESSMENT_READ: (
        (is_subject, both_in),
        (assesses, both_in),
        (HR, assessment_of_another, both_in, forms_no_view),
    ),
    Permission.ASSESSMENT_EXTEND: ((assesses, assessment_open), (HR, assessment_of_another, assessment_open)),
    Permission.ASSESSMENT_CONCLUDE: ((is_subject, both_in), (assesses, both_in)),
    Permission.ASSESSMENT_ASK: ((is_subject, assessment_open), (assesses, assessment_open)),
    Permission.READINESS_SEE: ((is_oneself,), (manages_person,), (HR, is_somebody_else)),
    Permission.EVIDENCE_LIST: ((anyone,),),
    Permission.EVIDENCE_SEE: (
        (owns_entry,),
        (manages_owner, entry_stands),
        (judges_entry, entry_stands),
        (corroborates, entry_stands),
    ),
    Permission.EVIDENCE_KEEP: ((owns_entry, entry_stands),),
    Permission.EVIDENCE_CORROBORATE: ((corroborates, entry_stands),),
    Permission.CASE_LIST: ((anyone,),),
    Permission.CASE_SEE: ((is_promoted,), (makes_case,), (judges_case,), (HR, case_of_another)),
    Permission.CASE_RATING: (
        (is_promoted,),
        (makes_case,),
        (judges_case, votes_opened),
        (HR, case_of_another, forms_no_view),
    ),
    Permission.CASE_BALLOT: ((judges_case, case_decided), (HR, case_of_another, case_decided)),
    Permission.CASE_EDIT: ((is_promoted, case_in_draft), (makes_case, case_in_draft)),
    Permission.CASE_COUNTER: ((makes_case, case_in_draft),),
    Permission.CASE_SUBMIT: ((makes_case, case_in_draft),),
    Permission.CASE_WITHDRAW: ((is_promoted, case_open), (makes_case, case_open)),
    Permission.CASE_DECIDE: ((concludes_case, case_handed_in, calibration_locked),),
    Permission.CASE_CORRECT: ((concludes_case, case_decided, calibration_locked),),
    Permission.CASE_SIGN: ((is_promoted, case_decided), (makes_case, case_decided), (concludes_case, case_decided)),
    Permission.CASE_APPEAL: ((is_promoted, case_decided),),
    Permission.FEEDBACK_ASK: ((is_promoted, case_in_draft), (makes_case, case_in_draft)),
    Permission.FEEDBACK_OPEN: ((asked_for_feedback,),),
    Permission.FEEDBACK_GIVE: ((asked_for_feedback, case_open),),
    Permission.FEEDBACK_READ: (
        (makes_case,),
        (judges_case,),
        (HR, case_of_another),
        (is_promoted, case_decided),
    ),
    Permission.CALIBRATION_LIST: ((anyone,),),
    Permission.CALIBRATION_OPEN: ((HR,),),
    Permission.CALIBRATION_SEE: ((calibrates,), (HR, is_calibration)),
    Permission.CALIBRATION_PREPARE: ((chairs_calibration, preparing), (HR, is_calibration, preparing)),
    Permission.CALIBRATION_RUN: ((chairs_calibration, unlocked),),
    Permission.CALIBRATION_TELL: ((chairs_calibration, not_about_me, opened),),
    Permission.CALIBRATION_READ: ((calibrates, not_about_me), (HR, not_about_me)),
    Permission.CALIBRATION_HEAR: ((hears, locked),),
    Permission.CONFLICT_DECLARE: ((calibrates, not_about_me, unlocked),),
    Permission.PREVOTE_CAST: ((has_vote, voting),),
    Permission.PREVOTE_READ: ((calibrates, not_about_me, opened), (HR, not_about_me, locked)),
    Permission.PREVOTE_CHANGE: ((has_vote, discussing),),
    Permission.INSIGHTS_SEE: ((HR,),),
    Permission.MIRROR_SEE: ((anyone,),),
    Permission.IMPACT_LIST: ((HR,), (AUDITS,)),
    Permission.IMPACT_SEE: ((HR, stands_apart), (AUDITS, stands_apart)),
    Permission.IMPACT_RELEASE: ((HR, stands_apart),),
}


_BLIND = frozenset(
    {
        Permission.CARD_READ,
        Permission.PROGRESS_SEE,
        Permission.DEBRIEF_OPEN,
        Permission.DEBRIEF_SEE,
        Permission.VOTE_CAST,
        Permission.DECISION_RECORD,
        Permission.DECISION_SEE,
    }
)


def vetoes(permission: Permission) -> tuple[Predicate, ...]:
    """What refuses a permission in spite of any grant."""
    always: tuple[Predicate, ...] = (is_disabled, is_the_candidate)
    if permission is Permission.AUDIT_READ:
        return (*always, owes_any_card)
    return (*always, owes_a_card) if permission in _BLIND else always


def allow(actor: ActorFacts, permission: Permission, facts: Facts | None = None) -> Verdict:
    """Judge one permission on one object (``None`` when the permission is about no object)."""
    for veto in vetoes(permission):
        if veto(actor, facts):
            return Verdict(granted=False, reason=veto.__name__)
    for rule in POLICY.get(permission, ()):
        if rule and all(predicate(actor, facts) for predicate in rule):
            return Verdict(granted=True, reason=" and ".join(p.__name__ for p in rule))
    return Verdict(granted=False, reason="no_rule_grants_it")
