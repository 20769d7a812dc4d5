"""What follows from groups and addresses of a provider: which roles, and whose domains."""

from __future__ import annotations

import pytest

from app.domain.identity import following, in_domains, roles_of_groups
from app.domain.permission import Role

GIVEN = {
    "Recruiting": [Role.COORDINATOR],
    "Bosses": [Role.ADMIN, Role.HR_PARTNER, Role.AUDITOR, Role.COMMITTEE],
    "*": [Role.EMPLOYEE],
}


@pytest.mark.parametrize(
    ("groups", "privileged", "roles"),
    [
        ([], False, {Role.EMPLOYEE}),
        (["recruiting"], False, {Role.EMPLOYEE}),
        (["Recruiting", "Unknown"], False, {Role.EMPLOYEE, Role.COORDINATOR}),
        (["Bosses"], False, {Role.EMPLOYEE, Role.COMMITTEE}),
        (["Bosses"], True, {Role.EMPLOYEE, Role.COMMITTEE, Role.ADMIN, Role.HR_PARTNER, Role.AUDITOR}),
    ],
)
def test_groups_give_what_is_written_and_privileges_only_where_that_is_said(
    groups: list[str], roles: set[Role], *, privileged: bool
) -> None:
    assert roles_of_groups(groups, GIVEN, privileged=privileged) == roles


def test_roles_follow_the_groups_and_those_by_hand_stay() -> None:
    none: frozenset[Role] = frozenset()
    employee, committee = frozenset({Role.EMPLOYEE}), frozenset({Role.COMMITTEE})
    assert following(employee, marked=none, by_hand=none).give == employee
    assert following(employee, marked=employee, by_hand=none).give == none
    assert following(none, marked=employee, by_hand=none).take == employee
    assert following(none, marked=none, by_hand=committee).take == none
    assert following(committee, marked=none, by_hand=committee).give == none


@pytest.mark.parametrize(
    ("email", "inside"),
    [
        ("ada@example.org", True),
        ("ada@EXAMPLE.org", True),
        ("ada@sub.example.org", False),
        ("ada@example.org.evil.example", False),
        ("ada@evilexample.org", False),
        ("ada@example.org@evil.example", False),
        ("ada", False),
        ("", False),
    ],
)
def test_a_domain_is_that_domain_alone(email: str, *, inside: bool) -> None:
    assert in_domains(email, ["example.org", "example.com"]) is inside
    assert not in_domains(email, [])
