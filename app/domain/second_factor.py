"""Of whom more than a password is asked, and how long a proof stays fresh."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.facts import FactorState, Role

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

PROOF_LASTS = timedelta(minutes=5)
"""After this long an act on accounts or roles asks again."""


class FactorPolicy(StrEnum):
    """Who has to have a second factor."""

    OFF = "off"
    READERS = "readers"
    ALL = "all"


def required(policy: FactorPolicy, roles: AbstractSet[Role]) -> bool:
    """Whether the holder of these roles must have one: every role but an employee's reads about other people."""
    if policy is FactorPolicy.READERS:
        return bool(roles - {Role.EMPLOYEE})
    return policy is FactorPolicy.ALL


def factor_state(policy: FactorPolicy, roles: AbstractSet[Role], *, has: bool, given: bool) -> FactorState:
    """How a session stands: ``has`` a factor been set up, and was it ``given`` in this session."""
    if given:
        return FactorState.SETTLED
    if has:
        return FactorState.OWED
    return FactorState.LACKING if required(policy, roles) else FactorState.SETTLED
