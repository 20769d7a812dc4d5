"""Who may do what in a calibration, held against a table that is written out by hand."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import ActorFacts, Role
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.facts import CalibrationFacts, ItemFacts
from app.domain.permission import Permission, allow
from tests.domain.test_permission import OF_GROWTH

ME = UUID(int=1)
PEOPLE: dict[str, tuple[Role, dict[str, bool]]] = {
    "chair": (Role.PEOPLE_MANAGER, {"is_chair": True, "is_member": True}),
    "member": (Role.PEOPLE_MANAGER, {"is_member": True}),
    "member in conflict": (Role.PEOPLE_MANAGER, {"is_member": True, "is_conflicted": True}),
    "member who manages": (Role.PEOPLE_MANAGER, {"is_member": True, "is_conflicted": True, "is_manager": True}),
    "member it is about": (Role.EMPLOYEE, {"is_member": True, "is_conflicted": True, "is_person": True}),
    "person": (Role.EMPLOYEE, {"is_conflicted": True, "is_person": True}),
    "manager": (Role.PEOPLE_MANAGER, {"is_conflicted": True, "is_manager": True}),
    "hr": (Role.HR_PARTNER, {}),
    "hr as person": (Role.HR_PARTNER, {"is_conflicted": True, "is_person": True}),
    "hr as member": (Role.HR_PARTNER, {"is_member": True}),
    "admin": (Role.ADMIN, {}),
    "auditor": (Role.AUDITOR, {}),
    "stranger": (Role.PEOPLE_MANAGER, {}),
}
FREE = {"chair", "member", "hr as member"}
OTHERS = FREE | {"member in conflict", "member who manages"}
MEMBERS = OTHERS | {"member it is about"}
HR = {"hr", "hr as member"}
PREPARING, VOTING, DISCUSSING, LOCKED = CalibrationState
# Permission -> who may, state by state; a state that is left out grants nobody.
TABLE: dict[Permission, dict[CalibrationState, set[str]]] = {
    Permission.CALIBRATION_SEE: dict.fromkeys(CalibrationState, MEMBERS | HR | {"hr as person"}),
    Permission.CALIBRATION_READ: dict.fromkeys(CalibrationState, OTHERS | HR),
    Permission.CALIBRATION_PREPARE: {PREPARING: {"chair", "hr as person"} | HR},
    Permission.CALIBRATION_RUN: {key: {"chair"} for key in (PREPARING, VOTING, DISCUSSING)},
    Permission.CALIBRATION_TELL: {key: {"chair"} for key in (DISCUSSING, LOCKED)},
    Permission.CALIBRATION_HEAR: {LOCKED: {"manager", "member who manages"}},
    Permission.CONFLICT_DECLARE: dict.fromkeys((PREPARING, VOTING, DISCUSSING), OTHERS),
    Permission.PREVOTE_CAST: {VOTING: FREE},
    Permission.PREVOTE_READ: {DISCUSSING: OTHERS, LOCKED: OTHERS | {"hr"}},
    Permission.PREVOTE_CHANGE: {DISCUSSING: FREE},
}


def _actor(name: str) -> ActorFacts:
    return ActorFacts(ME, "me@example.org", frozenset({PEOPLE[name][0]}))


def _facts(name: str, state: CalibrationState) -> ItemFacts:
    asked = ("is_chair", "is_member", "is_person", "is_manager", "is_conflicted")
    relation = {**dict.fromkeys(asked, False), **PEOPLE[name][1]}
    return ItemFacts(calibration_id=UUID(int=2), item_id=UUID(int=3), state=state, voted=False, **relation)


def test_every_permission_of_a_calibration_is_in_the_table() -> None:
    whole = {Permission.CALIBRATION_LIST, Permission.CALIBRATION_OPEN}
    families = ("calibration", "conflict", "prevote")
    assert set(TABLE) | whole == {one for one in OF_GROWTH | whole if one.value.partition(".")[0] in families}


@pytest.mark.parametrize("state", CalibrationState)
@pytest.mark.parametrize("permission", sorted(TABLE))
def test_each_cell_of_the_table(permission: Permission, state: CalibrationState) -> None:
    granted = {name for name in PEOPLE if allow(_actor(name), permission, _facts(name, state)).granted}

    assert granted == TABLE[permission].get(state, set())


@pytest.mark.parametrize("permission", sorted(TABLE))
def test_without_facts_and_with_a_closed_account_nothing_is_granted(permission: Permission) -> None:
    gone = ActorFacts(ME, "me@example.org", frozenset(Role), active=False)

    for state in CalibrationState:
        assert not allow(gone, permission, _facts("chair", state)).granted
    assert not any(allow(_actor(name), permission).granted for name in PEOPLE)


def test_a_session_without_an_item_grants_no_vote() -> None:
    facts = CalibrationFacts(calibration_id=UUID(int=2), state=VOTING, is_chair=True, is_member=True)

    assert allow(_actor("chair"), Permission.CALIBRATION_SEE, facts).granted
    assert not allow(_actor("chair"), Permission.PREVOTE_CAST, facts).granted
    assert not allow(_actor("chair"), Permission.PREVOTE_READ, facts).granted


def test_hr_makes_sessions_and_nobody_else() -> None:
    assert {name for name in PEOPLE if allow(_actor(name), Permission.CALIBRATION_OPEN).granted} == {
        "hr", "hr as person", "hr as member"
    }  # fmt: skip


def test_what_is_not_theirs_to_know_is_not_found_and_what_is_is_refused() -> None:
    with pytest.raises(NotFoundError):
        require(_actor("stranger"), Permission.PREVOTE_CAST, _facts("stranger", VOTING))
    with pytest.raises(NotFoundError):
        require(_actor("person"), Permission.CALIBRATION_READ, _facts("person", DISCUSSING))
    with pytest.raises(NotAllowedError):
        require(_actor("member in conflict"), Permission.PREVOTE_CAST, _facts("member in conflict", VOTING))
