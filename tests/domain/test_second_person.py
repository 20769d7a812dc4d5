"""Acts that take a second person, roles that hold in one place, and looking through somebody's eyes: each cell."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError
from app.domain.facts import ActorFacts, GlassFacts, GrantFacts, LookFacts, PlanFacts, RequisitionFacts, Role, Scope
from app.domain.granting import SCOPED, gives_here
from app.domain.hiring import RequisitionState
from app.domain.onboarding.plan import PlanState
from app.domain.permission import POLICY, Permission, allow

ME = UUID(int=1)
EACH = list(product((False, True), repeat=3))
HERE, ELSEWHERE = UUID(int=2), UUID(int=3)
SEEN_THROUGH_EYES = {
    Permission.HOME_SEE,
    Permission.LOOK_STOP,
    Permission.BLUEPRINT_READ,
    Permission.POLICY_READ,
    Permission.ACCESS_OWN,
    Permission.REQUISITION_LIST,
    Permission.INTERVIEWERS_SEE,
}


def _actor(*roles: Role, scopes: tuple[Scope, ...] = (), **more: bool) -> ActorFacts:
    return replace(ActorFacts(ME, "me@example.org", frozenset(roles), scopes=frozenset(scopes)), **more)  # type: ignore[arg-type]  # fields by name


def _requisition(requisition_id: UUID = HERE, team: str = "") -> RequisitionFacts:
    return RequisitionFacts(
        requisition_id=requisition_id, state=RequisitionState.DECIDING, is_hiring_manager=False,
        is_committee=False, is_chair=False, has_seat=False, team=team,
    )  # fmt: skip


def _glass(*, asker: bool, waiting: bool = False, reading: bool = False, owes: int = 0) -> GlassFacts:
    return GlassFacts(
        requisition_id=HERE, state=RequisitionState.DECIDING, is_hiring_manager=False, is_committee=False,
        is_chair=False, has_seat=False, application_id=UUID(int=4), is_the_candidate=False, has_conflict=False,
        owes=owes, sealed_own=0, reveals_after_own=True, debrief_open=False, decided=False,
        glass_id=UUID(int=5), is_asker=asker, waiting=waiting, reading=reading,
    )  # fmt: skip


@pytest.mark.parametrize(("asker", "person", "waiting"), EACH)
def test_a_role_is_confirmed_by_an_administrator_who_neither_asked_nor_gets_it(
    *, asker: bool, person: bool, waiting: bool
) -> None:
    facts = GrantFacts(request_id=UUID(int=9), is_asker=asker, is_person=person, waiting=waiting)

    for role in Role:
        actor = _actor(role)
        confirms = role is Role.ADMIN and waiting and not asker and not person
        assert allow(actor, Permission.ROLE_CONFIRM, facts).granted is confirms
        withdraws = role is Role.ADMIN and waiting and not person
        assert allow(actor, Permission.ROLE_WITHDRAW, facts).granted is withdraws


@pytest.mark.parametrize(("asker", "waiting", "reading"), EACH)
def test_whoever_asks_to_read_early_neither_decides_on_it_nor_reads_without_another(
    *, asker: bool, waiting: bool, reading: bool
) -> None:
    facts = _glass(asker=asker, waiting=waiting, reading=reading)

    for role in Role:
        decides = role in {Role.ADMIN, Role.HR_PARTNER} and waiting and not asker
        assert allow(_actor(role), Permission.GLASS_DECIDE, facts).granted is decides
        reads = role in {Role.COORDINATOR, Role.HR_PARTNER} and asker and reading
        assert allow(_actor(role), Permission.GLASS_READ, facts).granted is reads


def test_no_approval_opens_anything_to_whoever_owes_a_scorecard_on_the_candidate() -> None:
    facts = _glass(asker=True, reading=True, owes=1)

    assert allow(_actor(Role.HR_PARTNER), Permission.GLASS_READ, facts).reason == "owes_a_card"
    assert allow(_actor(Role.HR_PARTNER), Permission.GLASS_ASK, facts).reason == "owes_a_card"


def test_an_administrator_looks_only_at_others_who_hold_no_power_and_never_while_a_card_is_owed() -> None:
    plain = LookFacts(person_id=UUID(int=7), is_self=False, open=True, is_powerful=False, is_applicant=False)
    refused = ({"is_self": True}, {"open": False}, {"is_powerful": True}, {"is_applicant": True})

    assert [role for role in Role if allow(_actor(role), Permission.LOOK_AS, plain).granted] == [Role.ADMIN]
    for change in refused:
        assert not allow(_actor(Role.ADMIN), Permission.LOOK_AS, replace(plain, **change)).granted  # type: ignore[arg-type]  # fields by name
    assert not allow(_actor(Role.ADMIN, owes=True), Permission.LOOK_AS, plain).granted


def test_looking_through_eyes_opens_lists_and_nothing_else() -> None:
    everything = _actor(*Role, looked_through=True)
    facts = (None, _requisition(), _glass(asker=True, reading=True))

    seen = {one for one in Permission for fact in facts if allow(everything, one, fact).granted}

    assert seen == SEEN_THROUGH_EYES
    with pytest.raises(NotAllowedError, match="looking as somebody else"):
        require(everything, Permission.CANDIDATE_LIST)


@pytest.mark.parametrize("role", SCOPED)
def test_a_role_in_one_requisition_says_there_what_the_role_says_everywhere_and_nothing_elsewhere(role: Role) -> None:
    scoped = _actor(Role.INTERVIEWER, scopes=(Scope(role, requisition_id=HERE),))
    everywhere, plain = _actor(Role.INTERVIEWER, role), _actor(Role.INTERVIEWER)

    for permission in POLICY:
        there, elsewhere = _requisition(), _requisition(ELSEWHERE)
        assert allow(scoped, permission, there).granted == allow(everywhere, permission, there).granted
        assert allow(scoped, permission, elsewhere).granted == allow(plain, permission, elsewhere).granted
        assert allow(scoped, permission).granted == allow(plain, permission).granted


def test_a_role_in_a_team_holds_in_what_the_team_hires_and_for_its_people() -> None:
    partner = _actor(scopes=(Scope(Role.HR_PARTNER, team="Data"),))
    plan = PlanFacts(
        plan_id=UUID(int=8), state=PlanState.ACTIVE, is_hire=False, is_manager=False, is_buddy=False, owns_goal=False
    )

    assert allow(partner, Permission.REQUISITION_SEE, _requisition(team="Data")).granted
    assert not allow(partner, Permission.REQUISITION_SEE, _requisition(team="Sales")).granted
    assert not allow(partner, Permission.REQUISITION_SEE, _requisition(team="")).granted
    assert allow(partner, Permission.PLAN_SEE, replace(plan, team="Data")).granted
    assert not allow(partner, Permission.PLAN_SEE, plan).granted


@pytest.mark.parametrize(
    ("held", "gives"),
    [
        ((), ()),
        ((Role.ADMIN,), SCOPED),
        ((Role.COORDINATOR,), (Role.COORDINATOR,)),
        ((Role.HR_PARTNER, Role.AUDITOR, Role.HIRING_MANAGER, Role.PEOPLE_MANAGER), ()),
    ],
)
def test_nobody_gives_more_than_they_may_themselves(held: tuple[Role, ...], gives: tuple[Role, ...]) -> None:
    assert gives_here(frozenset(held)) == gives
