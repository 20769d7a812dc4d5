from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.permission import ActorFacts, ApplicationFacts, Permission, Role, allow
from app.domain.privacy.facts import PrivacyFacts
from tests.domain.test_permission import OF_PRIVACY, PERSONAS, facts_of

ME = UUID(int=1)
OTHER = PrivacyFacts(subject_id=UUID(int=2), is_own=False, held=False, gone=False, has_left=True)
WAITS = replace(OTHER, waiting=True)
HR = {Role.HR_PARTNER}
ON_LISTS = {
    Permission.PRIVACY_SEE: {Role.HR_PARTNER, Role.AUDITOR},
    Permission.RETENTION_SET: HR,
    Permission.NOTICE_PUBLISH: HR,
}
ON_SOMEBODY = {
    Permission.HOLD_SET: OTHER,
    Permission.ERASURE_ASK: OTHER,
    Permission.ERASURE_APPROVE: WAITS,
    Permission.ERASURE_REFUSE: WAITS,
    Permission.DATA_EXPORT: OTHER,
}


def may(permission: Permission, facts: PrivacyFacts | None, role: Role = Role.HR_PARTNER) -> bool:
    return allow(ActorFacts(ME, "me@example.org", frozenset({role})), permission, facts).granted


@pytest.mark.parametrize("role", Role)
def test_who_may_do_what_about_somebodys_data(role: Role) -> None:
    for permission, roles in ON_LISTS.items():
        assert may(permission, None, role) is (role in roles), permission
    for permission, facts in ON_SOMEBODY.items():
        assert may(permission, facts, role) is (role in HR), permission
        assert not may(permission, None, role), permission
    assert ON_LISTS.keys() | ON_SOMEBODY.keys() == OF_PRIVACY


@pytest.mark.parametrize(
    ("permission", "facts"),
    [
        *((p, replace(facts, is_own=True)) for p, facts in ON_SOMEBODY.items() if p is not Permission.DATA_EXPORT),
        (Permission.ERASURE_ASK, replace(OTHER, gone=True)),
        (Permission.ERASURE_ASK, replace(OTHER, has_left=False)),
        (Permission.ERASURE_APPROVE, replace(WAITS, is_asker=True)),
        (Permission.ERASURE_APPROVE, replace(WAITS, held=True)),
        (Permission.ERASURE_APPROVE, OTHER),
        (Permission.ERASURE_REFUSE, OTHER),
        (Permission.DATA_EXPORT, replace(OTHER, gone=True)),
        (Permission.DATA_EXPORT, replace(OTHER, has_left=False)),
    ],
)  # fmt: skip
def test_what_nobody_may_do(permission: Permission, facts: PrivacyFacts) -> None:
    assert not may(permission, facts)


def test_everybody_may_have_their_own_even_under_a_hold() -> None:
    own = replace(OTHER, is_own=True, has_left=False, held=True)
    assert may(Permission.DATA_EXPORT, own, Role.EMPLOYEE)
    assert may(Permission.ERASURE_REFUSE, replace(WAITS, held=True, is_asker=True))


@pytest.mark.parametrize("name", PERSONAS)
def test_who_is_erased_or_put_away_is_shown_to_nobody_or_to_hr_alone(name: str) -> None:
    persona = PERSONAS[name]
    actor = ActorFacts(ME, "me@example.org", persona.roles, active=persona.active)
    whole = facts_of(persona, "closed")
    about = ApplicationFacts(**{one: getattr(whole, one) for one in ApplicationFacts.__dataclass_fields__})
    for permission in (
        Permission.CANDIDATE_SEE,
        Permission.FILE_DOWNLOAD,
        Permission.CARD_READ,
        Permission.DEBRIEF_SEE,
    ):
        shown = allow(actor, permission, about).granted
        assert not allow(actor, permission, replace(about, erased=True)).granted
        away = allow(actor, permission, replace(about, put_away=True)).granted
        assert away is (shown and Role.HR_PARTNER in persona.roles)
