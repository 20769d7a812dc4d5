"""Who may see and release reports on groups."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.facts import ActorFacts, ImpactFacts, Role
from app.domain.permission import Permission, allow

APART, TAKING_PART = ImpactFacts(has_part=False), ImpactFacts(has_part=True)


@pytest.mark.parametrize("role", Role)
def test_hr_and_auditors_see_and_hr_releases_and_nobody_who_takes_part(role: Role) -> None:
    actor = ActorFacts(UUID(int=1), "a@example.org", frozenset({role}))
    reads, releases = role in {Role.HR_PARTNER, Role.AUDITOR}, role is Role.HR_PARTNER
    assert allow(actor, Permission.IMPACT_LIST).granted is reads
    assert allow(actor, Permission.IMPACT_SEE, APART).granted is reads
    assert allow(actor, Permission.IMPACT_RELEASE, APART).granted is releases
    for permission in (Permission.IMPACT_SEE, Permission.IMPACT_RELEASE):
        assert not allow(actor, permission, TAKING_PART).granted
        assert not allow(actor, permission, None).granted


def test_no_set_of_roles_helps_who_takes_part() -> None:
    actor = ActorFacts(UUID(int=1), "a@example.org", frozenset(Role))
    assert not allow(actor, Permission.IMPACT_SEE, TAKING_PART).granted
    assert not allow(
        ActorFacts(UUID(int=1), "a@example.org", frozenset(Role), active=False), Permission.IMPACT_LIST
    ).granted
