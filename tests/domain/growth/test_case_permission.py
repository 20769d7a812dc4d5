"""Who may do what with a promotion case, held against a table that is written out by hand."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import ActorFacts, Role
from app.domain.growth.case import CaseState
from app.domain.growth.facts import CaseFacts
from app.domain.permission import Permission, allow

ME = UUID(int=1)
# The list is everybody's, and grading is of another kind of case.
OTHERS = {Permission.CASE_LIST, Permission.CASE_GRADE}
OF_CASES = {one for one in Permission if one.value.partition(".")[0] in {"case", "feedback"}} - OTHERS
# Who: their role and how they stand to the case. The calibration is locked, and its votes are open.
PEOPLE: dict[str, tuple[Role, dict[str, bool]]] = {
    "person": (Role.EMPLOYEE, {"is_person": True}),
    "manager": (Role.PEOPLE_MANAGER, {"is_manager": True}),
    "peer": (Role.EMPLOYEE, {"is_asked": True}),
    "member": (Role.PEOPLE_MANAGER, {"on_panel": True, "opened": True}),
    "chair": (Role.PEOPLE_MANAGER, {"on_panel": True, "is_chair": True, "opened": True}),
    "chair in conflict": (
        Role.PEOPLE_MANAGER,
        {"on_panel": True, "is_chair": True, "is_conflicted": True, "opened": True},
    ),
    "chair of oneself": (
        Role.PEOPLE_MANAGER,
        {"on_panel": True, "is_chair": True, "is_person": True, "is_conflicted": True, "opened": True},
    ),
    "hr": (Role.HR_PARTNER, {}),
    "hr as person": (Role.HR_PARTNER, {"is_person": True}),
    "other manager": (Role.PEOPLE_MANAGER, {}),
    "admin": (Role.ADMIN, {}),
    "auditor": (Role.AUDITOR, {}),
}
SELF = {"person", "hr as person", "chair of oneself"}
JUDGES = {"member", "chair", "chair in conflict"}
READERS = SELF | JUDGES | {"manager", "hr"}
PEER = {"peer"}
OPEN, ENDED = {CaseState.DRAFT, CaseState.SUBMITTED}, {CaseState.DECIDED, CaseState.WITHDRAWN}
ALWAYS = OPEN | ENDED
# Permission -> state -> who may; a state that is not written is nobody's.
TABLE: dict[Permission, dict[CaseState, set[str]]] = {
    Permission.CASE_SEE: dict.fromkeys(ALWAYS, READERS),
    Permission.CASE_RATING: dict.fromkeys(ALWAYS, READERS),
    Permission.CASE_BALLOT: {CaseState.DECIDED: JUDGES | {"hr"}},
    Permission.CASE_EDIT: {CaseState.DRAFT: SELF | {"manager"}},
    Permission.CASE_COUNTER: {CaseState.DRAFT: {"manager"}},
    Permission.CASE_SUBMIT: {CaseState.DRAFT: {"manager"}},
    Permission.CASE_WITHDRAW: dict.fromkeys(OPEN, SELF | {"manager"}),
    Permission.CASE_DECIDE: {CaseState.SUBMITTED: {"chair"}},
    Permission.CASE_CORRECT: {CaseState.DECIDED: {"chair"}},
    Permission.CASE_SIGN: {CaseState.DECIDED: SELF | {"manager", "chair"}},
    Permission.CASE_APPEAL: {CaseState.DECIDED: SELF},
    Permission.FEEDBACK_ASK: {CaseState.DRAFT: SELF | {"manager"}},
    Permission.FEEDBACK_OPEN: dict.fromkeys(ALWAYS, PEER),
    Permission.FEEDBACK_GIVE: dict.fromkeys(OPEN, PEER),
    Permission.FEEDBACK_READ: {
        **dict.fromkeys(ALWAYS, {"manager", "hr"} | JUDGES),
        CaseState.DECIDED: {"manager", "hr"} | JUDGES | SELF,
    },
}


def _actor(name: str) -> ActorFacts:
    return ActorFacts(ME, "me@example.org", frozenset({PEOPLE[name][0]}))


def _facts(name: str, state: CaseState = CaseState.DRAFT, **changes: bool) -> CaseFacts:
    plain = CaseFacts(
        case_id=UUID(int=2), state=state, is_person=False, is_manager=False, is_asked=False, on_panel=False,
        is_chair=False, is_conflicted=False, locked=True, opened=False, apart=False,
    )  # fmt: skip
    return replace(plain, **{**PEOPLE[name][1], **changes})  # type: ignore[arg-type]  # booleans by name


def _granted(permission: Permission, state: CaseState, **changes: bool) -> set[str]:
    return {name for name in PEOPLE if allow(_actor(name), permission, _facts(name, state, **changes)).granted}


def test_every_permission_of_a_case_is_in_the_table() -> None:
    assert set(TABLE) == OF_CASES


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("permission", sorted(TABLE))
def test_each_cell(permission: Permission, state: CaseState) -> None:
    assert _granted(permission, state) == TABLE[permission].get(state, set())


def test_nobody_decides_before_the_calibration_is_locked() -> None:
    assert _granted(Permission.CASE_DECIDE, CaseState.SUBMITTED, locked=False) == set()


def test_members_see_no_mark_of_the_manager_before_the_votes_are_open() -> None:
    assert _granted(Permission.CASE_RATING, CaseState.SUBMITTED, opened=False) == READERS - JUDGES


def test_hr_who_votes_sees_no_mark_of_the_manager_before_the_votes_are_open() -> None:
    assert "hr" not in _granted(Permission.CASE_RATING, CaseState.SUBMITTED, on_panel=True, apart=True)
    assert "hr" in _granted(Permission.CASE_RATING, CaseState.SUBMITTED, on_panel=True, opened=True)


def test_somebody_who_is_not_of_the_case_does_not_know_of_it() -> None:
    for name in ("other manager", "admin", "auditor", "peer"):
        with pytest.raises(NotFoundError):
            require(_actor(name), Permission.CASE_SEE, _facts(name))
    with pytest.raises(NotAllowedError):
        require(_actor("hr"), Permission.CASE_EDIT, _facts("hr"))


def test_a_closed_account_may_do_nothing() -> None:
    closed = replace(_actor("manager"), active=False)

    assert not any(allow(closed, one, _facts("manager", state)).granted for one in TABLE for state in CaseState)
