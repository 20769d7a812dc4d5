"""What a session may do before it has proved enough, held against what is written out here."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError, ProofNeededError
from app.domain.facts import FactorState
from app.domain.permission import ActorFacts, Permission, Role, allow
from app.domain.second_factor import FactorPolicy, factor_state, required

ADMIN = ActorFacts(UUID(int=1), "ada@example.org", frozenset(Role))
OWING, LACKING = (replace(ADMIN, factor=state) for state in (FactorState.OWED, FactorState.LACKING))
STALE = replace(ADMIN, proof_fresh=False)
ASKS_AGAIN = {"factor.enrol", "credential.change", "person.invite", "role.grant"}
"""Acts on accounts, factors and roles, whoever adds more."""


def _granted(actor: ActorFacts) -> set[Permission]:
    return {permission for permission in Permission if allow(actor, permission).granted}


def test_whoever_still_owes_the_factor_may_only_give_it() -> None:
    assert _granted(OWING) == {Permission.PROOF_GIVE}


def test_whoever_lacks_the_factor_may_only_set_it_up() -> None:
    assert _granted(LACKING) == {Permission.PROOF_GIVE, Permission.FACTOR_ENROL}


def test_acts_on_accounts_ask_again_and_nothing_else_does() -> None:
    refused = _granted(ADMIN) - _granted(STALE)

    assert refused >= {Permission(name) for name in ASKS_AGAIN}
    assert {permission.value.partition(".")[0] for permission in refused} <= {
        "factor", "credential", "person", "role", "token", "settings", "hold", "retention", "erasure",
    }  # fmt: skip


def test_a_missing_proof_is_asked_for_and_a_missing_right_is_refused() -> None:
    with pytest.raises(ProofNeededError):
        require(STALE, Permission.ROLE_GRANT)
    with pytest.raises(ProofNeededError):
        require(OWING, Permission.HOME_SEE)
    for actor in (STALE, OWING, LACKING):
        with pytest.raises(NotAllowedError) as refused:
            require(replace(actor, roles=frozenset()), Permission.ROLE_GRANT)
        assert not isinstance(refused.value, ProofNeededError)


@pytest.mark.parametrize("role", Role)
def test_who_reads_about_others_needs_a_factor(role: Role) -> None:
    assert required(FactorPolicy.READERS, {role}) is (role is not Role.EMPLOYEE)
    assert required(FactorPolicy.ALL, {role})
    assert not required(FactorPolicy.OFF, {role})


def test_what_was_given_counts_whatever_is_asked_and_what_is_set_up_is_asked_for() -> None:
    for policy in FactorPolicy:
        assert factor_state(policy, {Role.ADMIN}, has=True, given=True) is FactorState.SETTLED
        assert factor_state(policy, {Role.ADMIN}, has=True, given=False) is FactorState.OWED
    assert factor_state(FactorPolicy.READERS, {Role.ADMIN}, has=False, given=False) is FactorState.LACKING
    assert factor_state(FactorPolicy.READERS, {Role.EMPLOYEE}, has=False, given=False) is FactorState.SETTLED
    assert factor_state(FactorPolicy.OFF, {Role.ADMIN}, has=False, given=False) is FactorState.SETTLED
