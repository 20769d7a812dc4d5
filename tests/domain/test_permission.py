"""The permission map, held against a table that is written out by hand: each cell is asserted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.card import CardState
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.hiring import RequisitionState
from app.domain.permission import POLICY, ActorFacts, CardFacts, Permission, RequisitionFacts, Role, allow

ME = UUID(int=1)


@dataclass(frozen=True)
class Persona:
    """Somebody with roles and a relation to the application and its card."""

    roles: frozenset[Role]
    manages: bool = False
    member: bool = False
    chairs: bool = False
    seat: bool = False
    owes: int = 0
    sealed: int = 0
    author: bool = False
    self: bool = False
    conflict: bool = False
    active: bool = True


def _who(*roles: Role, **relation: bool | int) -> Persona:
    return Persona(frozenset(roles), **relation)  # type: ignore[arg-type]  # fields by name


PERSONAS = {
    "admin": _who(Role.ADMIN),
    "coordinator": _who(Role.COORDINATOR),
    "lead": _who(Role.HIRING_MANAGER),
    "manager": _who(Role.HIRING_MANAGER, manages=True),
    "owing manager": _who(Role.HIRING_MANAGER, manages=True, seat=True, owes=1),
    "owing": _who(Role.INTERVIEWER, seat=True, owes=1, author=True),
    "sealed": _who(Role.INTERVIEWER, seat=True, sealed=1, author=True),
    "sealed one of two": _who(Role.INTERVIEWER, seat=True, sealed=1, owes=1),
    "sealed without a rating": _who(Role.INTERVIEWER, seat=True),
    "stranger": _who(Role.INTERVIEWER),
    "member": _who(Role.COMMITTEE, member=True),
    "chair": _who(Role.COMMITTEE, member=True, chairs=True),
    "owing chair": _who(Role.COMMITTEE, member=True, chairs=True, seat=True, owes=1),
    "hr": _who(Role.HR_PARTNER),
    "auditor": _who(Role.AUDITOR),
    "employee": _who(Role.EMPLOYEE, Role.PEOPLE_MANAGER),
    "the candidate": _who(*Role, self=True, manages=True, member=True, chairs=True),
    "the referrer": _who(
        *Role, conflict=True, manages=True, member=True, chairs=True, seat=True, sealed=1, author=True
    ),
    "closed account": _who(*Role, manages=True, member=True, chairs=True, active=False),
}

DESK = {"coordinator", "manager", "owing manager"}
SEATS = {"owing manager", "owing", "sealed", "sealed one of two", "sealed without a rating", "owing chair"}
COMMITTEE = {"member", "chair", "owing chair"}
READERS = {"coordinator", "manager", "member", "chair", "sealed"}

# Permission -> state of the application -> who may. A state that is not written is the one before it.
TABLE: dict[Permission, dict[str, set[str]]] = {
    Permission.BLUEPRINT_PUBLISH: {"open": {"hr"}},
    Permission.REQUISITION_OPEN: {"open": {"coordinator", "lead", "manager", "owing manager", "the candidate"}},
    Permission.REQUISITION_SEE: {
        "open": DESK | SEATS | COMMITTEE | {"hr"},
        "closed": DESK | SEATS | COMMITTEE | {"hr", "auditor"},
    },
    Permission.REQUISITION_EDIT: {"open": DESK},
    Permission.PANEL_PLAN: {"open": DESK},
    Permission.GRADERS_APPOINT: {"open": DESK},
    Permission.GRADING_SEE: {"open": DESK},
    Permission.INTEREST_DECLARE: {"open": DESK | SEATS | COMMITTEE | {"hr"}},
    Permission.INTEREST_KEEP: {"open": {"coordinator"}},
    Permission.INTERVIEWERS_SEE: {"open": {"coordinator", "hr", "lead", "manager", "owing manager"}},
    Permission.TRAINING_KEEP: {"open": {"coordinator", "hr"}},
    Permission.CANDIDATE_ADD: {"open": {"coordinator", "the candidate"}},
    Permission.CANDIDATE_SEE: {
        "open": DESK | SEATS | {"hr"},
        "debrief": DESK | SEATS | COMMITTEE | {"hr"},
        "decided": DESK | SEATS | COMMITTEE | {"hr", "auditor"},
    },
    Permission.FILE_DOWNLOAD: {
        "open": DESK | SEATS | {"hr"},
        "debrief": DESK | SEATS | COMMITTEE | {"hr"},
        "decided": DESK | SEATS | COMMITTEE | {"hr", "auditor"},
    },
    Permission.CANDIDATE_EDIT: {"open": {"coordinator"}},
    Permission.CASE_WORK_KEEP: {"open": {"coordinator"}},
    Permission.STAGE_MOVE: {"open": DESK},
    Permission.LINK_ISSUE: {"open": {"coordinator"}},
    Permission.FEEDBACK_TELL: {"open": set(), "decided": {"coordinator"}},
    Permission.KIT_SEE: {"open": DESK | SEATS},
    Permission.CARD_WRITE: {"open": {"owing"}},
    Permission.CARD_SEAL: {"open": {"owing"}},
    Permission.CARD_REVISE: {"open": {"sealed"}, "decided": set()},
    Permission.CARD_ENTER: {"open": {"coordinator"}, "decided": set()},
    Permission.CARD_READ_OWN: {"open": {"owing", "sealed"}},
    Permission.CARD_READ: {
        "open": {"sealed"},
        "debrief": READERS,
        "decided": READERS | {"hr", "auditor"},
    },
    Permission.DEBRIEF_SEE: {
        "open": {"sealed"},
        "debrief": READERS,
        "decided": READERS | {"hr", "auditor"},
    },
    Permission.PROGRESS_SEE: {"open": {"coordinator", "manager"}},
    Permission.DEBRIEF_OPEN: {"open": {"coordinator", "manager"}},
    Permission.COMPARISON_SEE: {"open": DESK | COMMITTEE, "decided": DESK | COMMITTEE | {"hr", "auditor"}},
    Permission.VOTE_CAST: {"open": set(), "debrief": {"member", "chair"}, "decided": set()},
    Permission.DECISION_RECORD: {"open": set(), "debrief": {"chair"}},
    Permission.DECISION_SEE: {
        "open": set(),
        "decided": {"coordinator", "manager", "member", "chair", "sealed", "sealed without a rating", "hr", "auditor"},
    },
    Permission.ONBOARDING_START: {
        "open": {"hr", "employee"},
        "decided": {"hr", "employee", "manager", "owing manager"},
    },
    Permission.ONBOARDING_REPORT: {"open": {"hr"}},
    Permission.PLACEMENT_KEEP: {"open": {"hr"}},
    Permission.CYCLE_KEEP: {"open": {"hr"}},
    Permission.CALIBRATION_OPEN: {"open": {"hr"}},
    Permission.INSIGHTS_SEE: {"open": {"hr"}},
    Permission.IMPACT_LIST: {"open": {"hr", "auditor"}},
    Permission.PERSON_LIST: {"open": {"admin"}},
    Permission.PERSON_INVITE: {"open": {"admin"}},
    Permission.ROLE_GRANT: {"open": {"admin"}},
    Permission.ROLE_GRANT_HERE: {"open": {"admin", "coordinator"}},
    Permission.ROLE_ASKED_SEE: {"open": {"admin"}},
    Permission.ACCESS_SEE: {"open": {"admin", "auditor"}},
    Permission.GLASS_LIST: {"open": {"admin", "coordinator", "hr", "auditor"}},
    Permission.GLASS_ASK: {"open": {"coordinator", "hr"}},
    Permission.GLASS_SEE: {"open": {"admin", "coordinator", "hr", "auditor"}},
    Permission.AUDIT_READ: {"open": {"admin", "auditor"}},
}
EVERYBODY = {Permission.HOME_SEE, Permission.ACCOUNT_KEEP, Permission.SEARCH_USE, Permission.BLUEPRINT_READ} | {
    Permission.REQUISITION_LIST,
    Permission.CANDIDATE_LIST,
    Permission.PREPARATION_KEEP,
    Permission.ONBOARDING_LIST,
    Permission.FEED_KEEP,
    Permission.LADDER_SEE,
    Permission.EVIDENCE_LIST,
    Permission.CASE_LIST,
    Permission.CALIBRATION_LIST,
    Permission.MIRROR_SEE,
    Permission.ACCESS_OWN,
    Permission.PROOF_GIVE,
    Permission.FACTOR_ENROL,
    Permission.CREDENTIAL_CHANGE,
    Permission.POLICY_READ,
    Permission.LOOK_STOP,
    Permission.DECISION_LIST,
}
OF_PLANS = {
    permission
    for permission in Permission
    if permission.value.partition(".")[0] in {"plan", "goal", "milestone", "checkin", "note", "metric", "outcome"}
}
GROWTH = {"ladder", "placement", "cycle", "assessment", "readiness", "evidence", "case", "feedback", "calibration"}
HR_ONLY = {
    Permission.PLACEMENT_KEEP,
    Permission.CYCLE_KEEP,
    Permission.CALIBRATION_OPEN,
    Permission.INSIGHTS_SEE,
}
OF_GROWTH = {
    permission
    for permission in set(Permission) - EVERYBODY - HR_ONLY
    if permission.value.partition(".")[0]
    in {"assessment", "readiness", "evidence", "case", "feedback", "calibration", "conflict", "prevote"}
}
"""What is about one thing on the ladder: the tables of tests/domain/growth hold it."""
OBJECTLESS = (
    EVERYBODY
    | HR_ONLY
    | {
        Permission.BLUEPRINT_PUBLISH,
        Permission.ONBOARDING_REPORT,
        Permission.REQUISITION_OPEN,
        Permission.INTERVIEWERS_SEE,
        Permission.TRAINING_KEEP,
        Permission.CANDIDATE_ADD,
        Permission.PERSON_LIST,
        Permission.PERSON_INVITE,
        Permission.ROLE_GRANT,
        Permission.ROLE_ASKED_SEE,
        Permission.ACCESS_SEE,
        Permission.GLASS_LIST,
        Permission.AUDIT_READ,
        Permission.IMPACT_LIST,
    }
)
STATES = ("open", "debrief", "decided", "closed")
OF_IMPACT = {Permission.IMPACT_SEE, Permission.IMPACT_RELEASE}
"""What is about reports of groups: tests/domain/fairness holds it."""
OF_TRUST = {
    Permission.ROLE_CONFIRM,
    Permission.ROLE_WITHDRAW,
    Permission.LOOK_AS,
    Permission.GLASS_DECIDE,
    Permission.GLASS_READ,
}
"""What takes a second person: tests/domain/test_second_person.py holds it."""


OF_PRIVACY = {
    Permission.PRIVACY_SEE,
    Permission.RETENTION_SET,
    Permission.NOTICE_PUBLISH,
    Permission.HOLD_SET,
    Permission.ERASURE_ASK,
    Permission.ERASURE_APPROVE,
    Permission.ERASURE_REFUSE,
    Permission.DATA_EXPORT,
}
"""What is about keeping and erasing data: tests/domain/privacy/test_privacy_permission.py holds it."""


def facts_of(persona: Persona, state: str) -> CardFacts:
    """The facts of a persona on an application in a state, as written here."""
    return CardFacts(
        requisition_id=UUID(int=2),
        application_id=UUID(int=3),
        card_id=UUID(int=4),
        state=RequisitionState.CLOSED if state == "closed" else RequisitionState.DECIDING,
        is_hiring_manager=persona.manages,
        is_committee=persona.member,
        is_chair=persona.chairs,
        has_seat=persona.seat,
        is_the_candidate=persona.self,
        has_conflict=persona.conflict,
        owes=persona.owes,
        sealed_own=persona.sealed,
        reveals_after_own=True,
        debrief_open=state != "open",
        decided=state in {"decided", "closed"},
        is_author=persona.author,
        card_state=CardState.SEALED if persona.sealed else CardState.OWED,
    )


def _may(permission: Permission, name: str, state: str) -> bool:
    persona = PERSONAS[name]
    actor = ActorFacts(ME, "me@example.org", persona.roles, active=persona.active)
    return allow(actor, permission, None if permission in OBJECTLESS else facts_of(persona, state)).granted


def _expected(permission: Permission, state: str) -> set[str]:
    if permission in EVERYBODY:
        return set(PERSONAS) - {"closed account"}
    by_state = TABLE[permission]
    known = [s for s in STATES[: STATES.index(state) + 1] if s in by_state]
    people = by_state[known[-1]]
    # Without an object nobody can be its candidate or stand near to them, so the roles of those two count.
    return people | ({"the candidate", "the referrer"} if permission in OBJECTLESS else set())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "permission",
    sorted(set(Permission) - OF_PLANS - OF_GROWTH - OF_IMPACT - OF_TRUST - OF_PRIVACY - {Permission.CARD_RELEASE}),
)
def test_each_cell_of_the_map(permission: Permission, state: str) -> None:
    granted = {name for name in PERSONAS if _may(permission, name, state)}

    assert granted == _expected(permission, state)


def test_a_card_is_released_by_its_author_or_a_coordinator_while_owed() -> None:
    coordinator = ActorFacts(ME, "me@example.org", frozenset({Role.COORDINATOR}))
    owed, sealed = facts_of(PERSONAS["owing"], "open"), facts_of(PERSONAS["sealed"], "open")
    nobody = ActorFacts(ME, "me@example.org", frozenset({Role.INTERVIEWER}))

    assert allow(coordinator, Permission.CARD_RELEASE, replace(owed, is_author=False)).granted
    assert allow(nobody, Permission.CARD_RELEASE, owed).granted
    assert not allow(nobody, Permission.CARD_RELEASE, replace(owed, is_author=False)).granted
    assert not allow(coordinator, Permission.CARD_RELEASE, sealed).granted


def test_whoever_owes_any_card_does_not_read_the_chain() -> None:
    admin = ActorFacts(ME, "me@example.org", frozenset({Role.ADMIN}))

    assert allow(admin, Permission.AUDIT_READ).granted
    assert not allow(replace(admin, owes=True), Permission.AUDIT_READ).granted


def test_every_permission_has_a_rule_and_no_rule_is_empty() -> None:
    assert set(POLICY) == set(Permission)
    assert all(rules and all(rules) for rules in POLICY.values())


def test_a_missing_fact_denies() -> None:
    actor = ActorFacts(ME, "me@example.org", frozenset({Role.INTERVIEWER, Role.COMMITTEE, Role.HR_PARTNER}))

    open_to_all = {p for p in Permission if allow(actor, p, None).granted}

    of_hr = {Permission.BLUEPRINT_PUBLISH, Permission.ONBOARDING_START, Permission.ONBOARDING_REPORT} | {
        Permission.REQUISITION_SEE,
        Permission.CANDIDATE_SEE,
        Permission.INTEREST_DECLARE,
        Permission.INTERVIEWERS_SEE,
        Permission.TRAINING_KEEP,
    }
    of_hr |= {Permission.GLASS_LIST, Permission.GLASS_SEE}
    of_hr |= {Permission.PRIVACY_SEE, Permission.RETENTION_SET, Permission.NOTICE_PUBLISH}
    assert open_to_all - EVERYBODY - HR_ONLY == of_hr | {Permission.FILE_DOWNLOAD, Permission.IMPACT_LIST}


@pytest.mark.parametrize("name", ["member", "auditor"])
def test_a_debrief_or_decision_elsewhere_lets_nobody_in_who_owes_on_the_candidate(name: str) -> None:
    persona = PERSONAS[name]
    actor = ActorFacts(ME, "me@example.org", persona.roles)
    facts = facts_of(persona, "decided")

    assert allow(actor, Permission.CANDIDATE_SEE, facts).granted
    assert not allow(actor, Permission.CANDIDATE_SEE, replace(facts, owes=1)).granted
    assert not allow(actor, Permission.FILE_DOWNLOAD, replace(facts, owes=1)).granted


def test_under_the_late_rule_a_sealed_card_opens_nothing_before_the_debrief() -> None:
    persona = PERSONAS["sealed"]
    actor = ActorFacts(ME, "me@example.org", persona.roles)
    early = replace(facts_of(persona, "open"), reveals_after_own=False)

    assert not allow(actor, Permission.CARD_READ, early).granted
    assert allow(actor, Permission.CARD_READ, replace(early, debrief_open=True)).granted


def test_not_there_and_not_yours_look_the_same() -> None:
    stranger = ActorFacts(ME, "me@example.org", PERSONAS["stranger"].roles)
    seated = ActorFacts(ME, "me@example.org", PERSONAS["owing"].roles)

    with pytest.raises(NotFoundError):
        require(stranger, Permission.DEBRIEF_SEE, facts_of(PERSONAS["stranger"], "debrief"))
    with pytest.raises(NotAllowedError, match="still owe a scorecard"):
        require(seated, Permission.DEBRIEF_SEE, facts_of(PERSONAS["owing"], "debrief"))


def test_an_object_of_the_wrong_kind_denies() -> None:
    facts = RequisitionFacts(
        requisition_id=UUID(int=2),
        state=RequisitionState.DECIDING,
        is_hiring_manager=True,
        is_committee=True,
        is_chair=True,
        has_seat=True,
    )
    actor = ActorFacts(ME, "me@example.org", frozenset(Role))

    assert not allow(actor, Permission.CARD_WRITE, facts).granted
    assert not allow(actor, Permission.DECISION_RECORD, facts).granted
