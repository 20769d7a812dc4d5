"""Who may do what: one map from permissions to predicates over small frozen facts.

The whole policy is this page and, for what is about the ladder, `growth_policy.py`.

Deny by default: a permission without a rule, a fact that is missing and an object of the wrong kind all refuse.
A veto beats every grant, whatever the role. `domain/facts.py` has the facts, `domain/predicates.py` the questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.facts import ActorFacts, ApplicationFacts, CardFacts, FactorState, Facts, RequisitionFacts, Role
from app.domain.growth_policy import GROWTH_POLICY
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
    asked_by_another,
    asked_oneself,
    both_answered,
    can_be_looked_at,
    card_owed,
    card_sealed,
    chairs,
    closed,
    debrief_open,
    decided,
    enters_apart,
    for_another,
    glass_open,
    grades,
    grades_unnamed,
    has_conflict,
    has_factor_to_give,
    has_no_part,
    has_read_early,
    hire_to_answer,
    interviews,
    is_blinded,
    is_disabled,
    is_erased,
    is_hire,
    is_looked_through,
    is_plan,
    is_put_away,
    is_the_candidate,
    judges_nobody,
    leads,
    manager_to_answer,
    manages,
    needs_second_factor,
    no_applicant,
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
    step_up_expired,
    still_waits,
    undecided,
    waited_for,
    writes,
)
from app.domain.privacy_predicates import (
    erasure_waits,
    is_about_another,
    is_about_oneself,
    is_not_erased,
    second_pair_of_eyes,
    stands_clear,
    under_legal_hold,
    works_here_no_more,
)

__all__ = [
    "LOOKED_AT",
    "POLICY",
    "SENSITIVE",
    "ActorFacts",
    "ApplicationFacts",
    "CardFacts",
    "FactorState",
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
    Permission.PROOF_GIVE: ((anyone,),),
    Permission.FACTOR_ENROL: ((anyone,),),
    Permission.CREDENTIAL_CHANGE: ((anyone,),),
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
    Permission.INTEREST_DECLARE: ((interviews,), (COORDINATES,), (manages,), (on_committee,), (HR,)),
    Permission.INTEREST_KEEP: ((COORDINATES,),),
    Permission.INTERVIEWERS_SEE: ((COORDINATES,), (HR,), (LEADS,)),
    Permission.TRAINING_KEEP: ((COORDINATES,), (HR,)),
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
    Permission.CASE_WORK_KEEP: ((COORDINATES,),),
    Permission.STAGE_MOVE: ((COORDINATES,), (manages,)),
    # Whoever makes a link could come by it, and would read what extra time the candidate has.
    Permission.LINK_ISSUE: ((COORDINATES,),),
    Permission.FEEDBACK_TELL: ((COORDINATES, decided),),
    Permission.KIT_SEE: ((COORDINATES,), (manages,), (interviews,)),
    Permission.CARD_WRITE: ((writes, card_owed),),
    Permission.CARD_SEAL: ((writes, card_owed),),
    Permission.CARD_REVISE: ((writes, card_sealed, undecided),),
    Permission.CARD_RELEASE: ((COORDINATES, card_owed), (writes, card_owed)),
    Permission.CARD_ENTER: ((COORDINATES, card_owed, enters_apart, undecided),),
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
    Permission.DECISION_LIST: ((anyone,),),
    Permission.DECISION_RECORD: ((chairs, debrief_open),),
    Permission.DECISION_SEE: (
        (COORDINATES, decided),
        (manages, decided),
        (on_committee, decided),
        (interviews, decided),
        (HR, decided),
        (AUDITS, decided),
    ),
    Permission.GRADERS_APPOINT: ((COORDINATES,), (manages,)),
    Permission.GRADING_SEE: ((COORDINATES,), (manages,)),
    Permission.CASE_GRADE: ((grades, has_no_part),),
    Permission.PERSON_LIST: ((ADMINISTERS,),),
    Permission.PERSON_INVITE: ((ADMINISTERS,),),
    Permission.ROLE_GRANT: ((ADMINISTERS,),),
    # The service adds: nobody gives more than they may themselves, and nobody gives themselves anything.
    Permission.ROLE_GRANT_HERE: ((ADMINISTERS,), (COORDINATES,)),
    Permission.ROLE_ASKED_SEE: ((ADMINISTERS,),),
    Permission.ROLE_CONFIRM: ((ADMINISTERS, still_waits, asked_by_another, for_another),),
    Permission.ROLE_WITHDRAW: ((ADMINISTERS, still_waits, for_another),),
    Permission.ACCESS_SEE: ((ADMINISTERS,), (AUDITS,)),
    Permission.ACCESS_OWN: ((anyone,),),
    Permission.POLICY_READ: ((anyone,),),
    Permission.LOOK_STOP: ((anyone,),),
    Permission.LOOK_AS: ((ADMINISTERS, can_be_looked_at, no_applicant),),
    Permission.GLASS_LIST: ((ADMINISTERS,), (COORDINATES,), (HR,), (AUDITS,)),
    Permission.GLASS_ASK: ((COORDINATES, judges_nobody), (HR, judges_nobody)),
    Permission.GLASS_SEE: ((ADMINISTERS,), (COORDINATES,), (HR,), (AUDITS,)),
    Permission.GLASS_DECIDE: ((ADMINISTERS, still_waits, asked_by_another), (HR, still_waits, asked_by_another)),
    Permission.GLASS_READ: (
        (COORDINATES, asked_oneself, glass_open, judges_nobody),
        (HR, asked_oneself, glass_open, judges_nobody),
    ),
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
    **GROWTH_POLICY,
    Permission.INSIGHTS_SEE: ((HR,),),
    Permission.MIRROR_SEE: ((anyone,),),
    Permission.IMPACT_LIST: ((HR,), (AUDITS,)),
    Permission.IMPACT_SEE: ((HR, stands_apart), (AUDITS, stands_apart)),
    Permission.IMPACT_RELEASE: ((HR, stands_apart),),
    Permission.PRIVACY_SEE: ((HR,), (AUDITS,)),
    Permission.RETENTION_SET: ((HR,),),
    Permission.NOTICE_PUBLISH: ((HR,),),
    Permission.HOLD_SET: ((HR, is_about_another),),
    Permission.ERASURE_ASK: ((HR, is_about_another, is_not_erased, works_here_no_more),),
    Permission.ERASURE_APPROVE: (
        (HR, is_about_another, is_not_erased, works_here_no_more, erasure_waits, second_pair_of_eyes),
    ),
    Permission.ERASURE_REFUSE: ((HR, is_about_another, erasure_waits),),
    Permission.DATA_EXPORT: (
        (is_about_oneself,),
        (HR, is_about_another, is_not_erased, works_here_no_more, stands_clear),
    ),
}


_BLIND = frozenset(
    {
        Permission.CARD_READ,
        Permission.CARD_ENTER,
        Permission.PROGRESS_SEE,
        Permission.DEBRIEF_OPEN,
        Permission.DEBRIEF_SEE,
        Permission.VOTE_CAST,
        Permission.DECISION_RECORD,
        Permission.DECISION_SEE,
        Permission.FEEDBACK_TELL,
        Permission.LINK_ISSUE,
        Permission.GLASS_ASK,
        Permission.GLASS_SEE,
        Permission.GLASS_DECIDE,
        Permission.GLASS_READ,
    }
)

LOOKED_AT = frozenset(
    {
        Permission.HOME_SEE,
        Permission.LOOK_STOP,
        Permission.BLUEPRINT_READ,
        Permission.POLICY_READ,
        Permission.ACCESS_OWN,
        Permission.REQUISITION_LIST,
        Permission.INTERVIEWERS_SEE,
    }
)
"""What an administrator sees through somebody's eyes: lists and menus, and nothing that anybody wrote of anybody."""


_NAMING = frozenset(
    {
        Permission.CANDIDATE_EDIT,
        Permission.FILE_DOWNLOAD,
        Permission.LINK_ISSUE,
        Permission.CASE_WORK_KEEP,
        Permission.PRIVACY_SEE,
        Permission.DATA_EXPORT,
    }
)
"""What cannot be done without learning who the candidate is."""


SENSITIVE = frozenset(
    {
        Permission.FACTOR_ENROL,
        Permission.CREDENTIAL_CHANGE,
        Permission.PERSON_INVITE,
        Permission.ROLE_GRANT,
        Permission.ROLE_GRANT_HERE,
        Permission.ROLE_CONFIRM,
        Permission.LOOK_AS,
    }
)
"""Acts on accounts, factors and roles: they ask again when the last proof is a few minutes old."""


_OWES_NOWHERE = frozenset({Permission.AUDIT_READ, Permission.LOOK_AS})
"""What tells of everybody, so that it stays closed to whoever owes a card on anybody."""


_JUDGING = frozenset(
    {
        Permission.CARD_WRITE,
        Permission.CARD_SEAL,
        Permission.CARD_REVISE,
        Permission.CARD_ENTER,
        Permission.VOTE_CAST,
        Permission.DECISION_RECORD,
    }
)
"""What wants a judgement of one's own, so that it stays closed to whoever read those of others early."""


def vetoes(permission: Permission) -> tuple[Predicate, ...]:
    """What refuses a permission in spite of any grant."""
    always: tuple[Predicate, ...] = (
        is_disabled,
        *(() if permission in LOOKED_AT else (is_looked_through,)),
        *_unproved(permission),
        is_the_candidate,
        grades_unnamed,
        has_conflict,
        is_put_away,
        is_erased,
    )
    if permission is Permission.ERASURE_APPROVE:
        return (*always, under_legal_hold)
    if permission in _OWES_NOWHERE:
        return (*always, owes_any_card)
    if permission in _JUDGING:
        always = (*always, has_read_early)
    if permission in _NAMING:
        always = (*always, is_blinded)
    return (*always, owes_a_card) if permission in _BLIND else always


def _unproved(permission: Permission) -> tuple[Predicate, ...]:
    """What a session still has to prove before a permission counts."""
    if permission is Permission.PROOF_GIVE:
        return ()
    due = has_factor_to_give if permission is Permission.FACTOR_ENROL else needs_second_factor
    return (due, step_up_expired) if permission in SENSITIVE else (due,)


def allow(actor: ActorFacts, permission: Permission, facts: Facts | None = None) -> Verdict:
    """Judge one permission on one object (``None`` when the permission is about no object)."""
    for veto in vetoes(permission):
        if veto(actor, facts):
            return Verdict(granted=False, reason=veto.__name__)
    for rule in POLICY.get(permission, ()):
        if rule and all(predicate(actor, facts) for predicate in rule):
            return Verdict(granted=True, reason=" and ".join(p.__name__ for p in rule))
    return Verdict(granted=False, reason="no_rule_grants_it")
