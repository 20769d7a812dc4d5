"""Who may do what with an assessment, and with somebody's readiness, held against tables written out by hand."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import ActorFacts, Role
from app.domain.growth.facts import AssessmentFacts, PersonFacts
from app.domain.permission import Permission, allow
from tests.domain.test_permission import OF_GROWTH

ME = UUID(int=1)
PEOPLE: dict[str, tuple[Role, dict[str, bool]]] = {
    "subject": (Role.EMPLOYEE, {"is_subject": True}),
    "manager": (Role.PEOPLE_MANAGER, {"is_manager": True}),
    "other manager": (Role.PEOPLE_MANAGER, {}),
    "peer": (Role.EMPLOYEE, {"is_peer": True}),
    "hr": (Role.HR_PARTNER, {}),
    "hr as subject": (Role.HR_PARTNER, {"is_subject": True}),
    "hr as manager": (Role.HR_PARTNER, {"is_manager": True}),
    "admin": (Role.ADMIN, {}),
    "auditor": (Role.AUDITOR, {}),
    "committee": (Role.COMMITTEE, {}),
    "stranger": (Role.EMPLOYEE, {}),
}
SUBJECTS, MANAGERS = {"subject", "hr as subject"}, {"manager", "hr as manager"}
PAIR = SUBJECTS | MANAGERS
# Permission -> who may while the cycle is open and nobody has sealed.
OPEN: dict[Permission, set[str]] = {
    Permission.ASSESSMENT_OPEN: PAIR | {"peer", "hr"},
    Permission.ASSESSMENT_WRITE: PAIR | {"peer"},
    Permission.ASSESSMENT_READ: set(),
    Permission.ASSESSMENT_EXTEND: MANAGERS | {"hr"},
    Permission.ASSESSMENT_CONCLUDE: set(),
    Permission.ASSESSMENT_ASK: PAIR,
}
# What changes once both sides are in, and once the cycle is closed.
BOTH_IN: dict[Permission, set[str]] = {
    **OPEN,
    Permission.ASSESSMENT_WRITE: {"peer"},
    Permission.ASSESSMENT_READ: PAIR | {"hr"},
    Permission.ASSESSMENT_CONCLUDE: PAIR,
}
NEVER: dict[Permission, set[str]] = {
    Permission.ASSESSMENT_WRITE: set(),
    Permission.ASSESSMENT_EXTEND: set(),
    Permission.ASSESSMENT_ASK: set(),
}
CLOSED = {**OPEN, **NEVER}
CLOSED_BOTH_IN = {**BOTH_IN, **NEVER}


def _actor(name: str) -> ActorFacts:
    return ActorFacts(ME, "me@example.org", frozenset({PEOPLE[name][0]}))


def _facts(
    name: str, *, is_open: bool = True, own: bool = False, manager: bool = False, apart: bool = False
) -> AssessmentFacts:
    """``own`` and ``manager``: the person's and the manager's side are sealed."""
    relation = {**dict.fromkeys(("is_subject", "is_manager", "is_peer"), False), **PEOPLE[name][1]}
    sealed = (own and relation["is_subject"]) or (manager and relation["is_manager"])
    return AssessmentFacts(
        assessment_id=UUID(int=2),
        open=is_open,
        self_sealed=own,
        manager_sealed=manager,
        own_sealed=sealed,
        apart=apart,
        team="",
        **relation,
    )


def _granted(permission: Permission, **state: bool) -> set[str]:
    return {name for name in PEOPLE if allow(_actor(name), permission, _facts(name, **state)).granted}


def test_every_permission_of_an_assessment_is_in_the_table() -> None:
    assert set(OPEN) == {one for one in OF_GROWTH if one.value.startswith("assessment.")}


@pytest.mark.parametrize("permission", sorted(OPEN))
def test_each_cell_in_every_state(permission: Permission) -> None:
    assert _granted(permission) == OPEN[permission]
    assert _granted(permission, own=True, manager=True) == BOTH_IN[permission]
    assert _granted(permission, is_open=False) == CLOSED[permission]
    assert _granted(permission, is_open=False, own=True, manager=True) == CLOSED_BOTH_IN[permission]


@pytest.mark.parametrize(
    ("own", "manager", "writers"), [(True, False, MANAGERS | {"peer"}), (False, True, SUBJECTS | {"peer"})]
)
def test_one_sealed_side_opens_nothing_to_anybody(*, own: bool, manager: bool, writers: set[str]) -> None:
    assert _granted(Permission.ASSESSMENT_READ, own=own, manager=manager) == set()
    assert _granted(Permission.ASSESSMENT_CONCLUDE, own=own, manager=manager) == set()
    assert _granted(Permission.ASSESSMENT_WRITE, own=own, manager=manager) == writers


def test_a_peer_may_know_of_it_and_not_read_it_and_a_stranger_does_not_know() -> None:
    both = {"own": True, "manager": True}
    with pytest.raises(NotAllowedError):
        require(_actor("peer"), Permission.ASSESSMENT_READ, _facts("peer", **both))
    with pytest.raises(NotFoundError):
        require(_actor("stranger"), Permission.ASSESSMENT_READ, _facts("stranger", **both))
    with pytest.raises(NotFoundError):
        require(_actor("other manager"), Permission.ASSESSMENT_EXTEND, _facts("other manager"))


def test_a_closed_account_may_do_nothing() -> None:
    closed = replace(_actor("manager"), active=False)

    assert not any(allow(closed, one, _facts("manager", own=True, manager=True)).granted for one in OPEN)


@pytest.mark.parametrize(
    ("role", "is_self", "is_manager", "may"),
    [
        (Role.EMPLOYEE, True, False, True),
        (Role.PEOPLE_MANAGER, False, True, True),
        (Role.PEOPLE_MANAGER, False, False, False),
        (Role.HR_PARTNER, False, False, True),
        (Role.HR_PARTNER, True, False, True),
        (Role.COMMITTEE, False, False, False),
        (Role.ADMIN, False, False, False),
    ],
)
def test_whose_readiness_is_whose_to_see(*, role: Role, is_self: bool, is_manager: bool, may: bool) -> None:
    actor = ActorFacts(ME, "me@example.org", frozenset({role}))
    facts = PersonFacts(person_id=UUID(int=2), is_self=is_self, is_manager=is_manager)

    assert allow(actor, Permission.READINESS_SEE, facts).granted is may


def test_hr_who_votes_on_it_apart_does_not_read_it_yet() -> None:
    assert _granted(Permission.ASSESSMENT_READ, own=True, manager=True, apart=True) == PAIR
