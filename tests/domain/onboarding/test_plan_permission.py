"""Who may do what on an onboarding plan, held against a table that is written out by hand."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import ActorFacts, CheckInFacts, GoalFacts, PlanFacts, Role
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PlanState
from app.domain.permission import Permission, allow
from tests.domain.test_permission import OF_PLANS

ME = UUID(int=1)
PEOPLE: dict[str, tuple[Role, dict[str, bool]]] = {
    "hire": (Role.EMPLOYEE, {"is_hire": True}),
    "manager": (Role.PEOPLE_MANAGER, {"is_manager": True}),
    "other manager": (Role.PEOPLE_MANAGER, {}),
    "buddy": (Role.EMPLOYEE, {"is_buddy": True}),
    "owner": (Role.EMPLOYEE, {"owns_goal": True, "is_owner": True}),
    "owning manager": (Role.PEOPLE_MANAGER, {"is_manager": True, "owns_goal": True, "is_owner": True}),
    "waited for": (Role.EMPLOYEE, {"waited_for": True}),
    "interviewer": (Role.INTERVIEWER, {}),
    "hr": (Role.HR_PARTNER, {}),
    "hr as hire": (Role.HR_PARTNER, {"is_hire": True}),
    "admin": (Role.ADMIN, {}),
    "auditor": (Role.AUDITOR, {}),
}
MANAGERS = {"manager", "owning manager"}
PAIR = {"hire", "hr as hire"} | MANAGERS
# Permission -> who may while the plan runs. Once it has ended, only what is read stays.
TABLE: dict[Permission, set[str]] = {
    Permission.PLAN_OPEN: PAIR | {"buddy", "owner", "hr"},
    Permission.PLAN_SEE: PAIR | {"hr"},
    Permission.PLAN_EDIT: MANAGERS | {"hr"},
    Permission.PLAN_CLOSE: MANAGERS | {"hr"},
    Permission.GOAL_SEE: PAIR | {"owner", "waited for", "hr"},
    Permission.GOAL_WORK: {"owner", "owning manager"},
    Permission.GOAL_UNBLOCK: PAIR | {"owner", "waited for"},
    Permission.GOAL_SIGN: {"manager"},
    Permission.MILESTONE_SIGN: PAIR,
    Permission.CHECKIN_WRITE: set(),
    Permission.CHECKIN_READ: PAIR,
    Permission.CHECKIN_CONCLUDE: MANAGERS,
    Permission.NOTE_WRITE: PAIR,
    Permission.METRIC_KEEP: PAIR,
    Permission.OUTCOME_RECORD: MANAGERS,
    Permission.OUTCOME_SEE: MANAGERS | {"hr"},
}
READ = {
    Permission.PLAN_OPEN,
    Permission.PLAN_SEE,
    Permission.GOAL_SEE,
    Permission.CHECKIN_READ,
    Permission.OUTCOME_SEE,
}


def _actor(name: str) -> ActorFacts:
    return ActorFacts(ME, "me@example.org", frozenset({PEOPLE[name][0]}))


def _facts(permission: Permission, name: str, state: PlanState = PlanState.ACTIVE) -> PlanFacts:
    plain = dict.fromkeys(("is_hire", "is_manager", "is_buddy", "owns_goal"), False)
    given = {"is_owner": False, "waited_for": False, **plain, **PEOPLE[name][1]}
    plan = PlanFacts(plan_id=UUID(int=2), state=state, team="", **{key: given[key] for key in plain})
    shared = {"plan_id": plan.plan_id, "state": state, **{key: given[key] for key in plain}}
    if permission.value.startswith("goal."):
        return GoalFacts(
            **shared,  # type: ignore[arg-type]  # written once for three classes
            goal_id=UUID(int=3),
            goal_state=GoalState.SUBMITTED,
            is_owner=given["is_owner"],
            is_signer=plan.is_manager and not given["is_owner"],
            waited_for=given["waited_for"],
        )
    if permission.value.startswith("checkin."):
        return CheckInFacts(
            **shared,  # type: ignore[arg-type]  # written once for three classes
            milestone_id=UUID(int=3),
            hire_sealed=True,
            manager_sealed=True,
        )
    return plan


def test_every_permission_of_a_plan_is_in_the_table() -> None:
    assert set(TABLE) == OF_PLANS


@pytest.mark.parametrize("permission", sorted(TABLE))
def test_each_cell_while_the_plan_runs(permission: Permission) -> None:
    granted = {name for name in PEOPLE if allow(_actor(name), permission, _facts(permission, name)).granted}

    assert granted == TABLE[permission]


@pytest.mark.parametrize("state", [PlanState.COMPLETED, PlanState.CLOSED])
@pytest.mark.parametrize("permission", sorted(TABLE))
def test_an_ended_plan_is_read_and_never_changed(permission: Permission, state: PlanState) -> None:
    granted = {name for name in PEOPLE if allow(_actor(name), permission, _facts(permission, name, state)).granted}

    assert granted == (TABLE[permission] if permission in READ else set())


@pytest.mark.parametrize(
    ("hire_sealed", "manager_sealed", "writers", "readers"),
    [
        (False, False, PAIR, set()),
        (True, False, {"manager", "owning manager"}, set()),
        (False, True, {"hire", "hr as hire"}, set()),
        (True, True, set(), PAIR),
    ],
)
def test_answers_are_sealed_until_both_are_in(
    *, hire_sealed: bool, manager_sealed: bool, writers: set[str], readers: set[str]
) -> None:
    found: dict[Permission, set[str]] = {Permission.CHECKIN_WRITE: set(), Permission.CHECKIN_READ: set()}
    for permission, granted in found.items():
        for name in PEOPLE:
            facts = _facts(permission, name)
            assert isinstance(facts, CheckInFacts)
            facts = replace(facts, hire_sealed=hire_sealed, manager_sealed=manager_sealed)
            granted.update({name} if allow(_actor(name), permission, facts).granted else ())

    assert found == {Permission.CHECKIN_WRITE: writers, Permission.CHECKIN_READ: readers}


def test_nobody_signs_off_their_own_goal() -> None:
    own = _facts(Permission.GOAL_SIGN, "owning manager")
    assert isinstance(own, GoalFacts)

    assert not allow(_actor("owning manager"), Permission.GOAL_SIGN, own).granted
    assert allow(_actor("hire"), Permission.GOAL_SIGN, replace(own, is_hire=True, is_signer=True)).granted


def test_a_buddy_may_know_of_the_plan_and_a_stranger_may_not() -> None:
    with pytest.raises(NotAllowedError):
        require(_actor("buddy"), Permission.PLAN_SEE, _facts(Permission.PLAN_SEE, "buddy"))
    with pytest.raises(NotFoundError):
        require(_actor("other manager"), Permission.PLAN_SEE, _facts(Permission.PLAN_SEE, "other manager"))
    with pytest.raises(NotFoundError):
        require(_actor("buddy"), Permission.CHECKIN_READ, _facts(Permission.CHECKIN_READ, "buddy"))


def test_a_closed_account_may_do_nothing() -> None:
    closed = replace(_actor("manager"), active=False)

    assert not any(allow(closed, permission, _facts(permission, "manager")).granted for permission in TABLE)
