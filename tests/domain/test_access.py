"""Permissions that are asked of several things at once, and what a refusal tells: not there, or not theirs."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.access import found, holds_whole, proved, require, require_any, require_whole
from app.domain.errors import NotAllowedError, NotFoundError, ProofNeededError
from app.domain.facts import ActorFacts, ApplicationFacts, FactorState, RequisitionFacts, Scope
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission, Role, allow

MANAGED, CLOSED_TO_ME = (
    RequisitionFacts(
        requisition_id=UUID(int=number), state=RequisitionState.DECIDING, is_hiring_manager=mine, is_committee=False,
        is_chair=False, has_seat=False,
    )
    for number, mine in ((1, True), (2, False))
)  # fmt: skip
NOBODY = ActorFacts(UUID(int=9), "me@example.org", frozenset())
COORDINATOR = replace(NOBODY, roles=frozenset({Role.COORDINATOR}))
SEE, EDIT, LINK = Permission.REQUISITION_SEE, Permission.REQUISITION_EDIT, Permission.INTEREST_KEEP


def test_what_is_there_is_handed_on_and_what_is_not_is_not_found() -> None:
    assert found(MANAGED) is MANAGED
    with pytest.raises(NotFoundError):
        found(None)


def test_one_object_on_which_a_permission_holds_is_enough() -> None:
    require_any(NOBODY, SEE, [CLOSED_TO_ME, MANAGED])
    with pytest.raises(NotFoundError):
        require_any(NOBODY, SEE, [CLOSED_TO_ME])


def test_without_an_object_the_roles_alone_decide() -> None:
    require_any(COORDINATOR, EDIT, [])
    with pytest.raises(NotFoundError):
        require_any(NOBODY, EDIT, [])


def test_roles_do_not_decide_where_there_are_objects() -> None:
    idle = replace(COORDINATOR, active=False)
    assert allow(COORDINATOR, EDIT).granted
    with pytest.raises(NotFoundError):
        require_any(idle, EDIT, [MANAGED])


def test_who_may_know_of_one_is_told_that_the_act_is_not_theirs() -> None:
    with pytest.raises(NotAllowedError):
        require_any(NOBODY, LINK, [CLOSED_TO_ME, MANAGED])
    with pytest.raises(NotFoundError):
        require_any(NOBODY, LINK, [CLOSED_TO_ME])


def test_who_has_proved_themselves_is_the_same_person_otherwise() -> None:
    owing = replace(COORDINATOR, factor=FactorState.OWED, proof_fresh=False)
    assert proved(owing) == replace(COORDINATOR, factor=FactorState.SETTLED, proof_fresh=True)
    with pytest.raises(ProofNeededError):
        require(owing, EDIT, MANAGED)


def test_what_is_granted_passes() -> None:
    require(COORDINATOR, EDIT, MANAGED)
    require(COORDINATOR, EDIT)


def _application(requisition_id: int, *, withdrawn: bool = False) -> ApplicationFacts:
    return ApplicationFacts(
        requisition_id=UUID(int=requisition_id), state=RequisitionState.OPEN, is_hiring_manager=False,
        is_committee=False, is_chair=False, has_seat=False, application_id=UUID(int=100 + requisition_id),
        is_the_candidate=False, has_conflict=False, owes=0, sealed_own=0, reveals_after_own=True, debrief_open=False,
        decided=False, withdrawn=withdrawn,
    )  # fmt: skip


def test_the_candidate_as_a_whole_takes_every_application_that_goes_on() -> None:
    whole = Permission.CANDIDATE_EDIT
    here = replace(NOBODY, scopes=frozenset({Scope(Role.COORDINATOR, requisition_id=UUID(int=1))}))
    assert holds_whole(here, whole, [_application(1)])
    assert holds_whole(here, whole, [_application(1), _application(2, withdrawn=True)])
    assert not holds_whole(here, whole, [_application(1), _application(2)])
    assert not holds_whole(here, whole, [_application(1, withdrawn=True), _application(2, withdrawn=True)])
    assert not holds_whole(here, whole, [])
    assert holds_whole(COORDINATOR, whole, [])
    require_whole(here, whole, [_application(1)])
    with pytest.raises(NotAllowedError, match="the candidate as a whole"):
        require_whole(here, whole, [_application(1), _application(2)])
    with pytest.raises(NotFoundError):
        require_whole(NOBODY, whole, [_application(1)])
