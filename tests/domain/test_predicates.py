"""Single conditions of rules and vetoes that no table of whole permissions tells apart: each side of each."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain import predicates
from app.domain.facts import ActorFacts, ApplicationFacts, Facts, Role, Scope
from app.domain.hiring import RequisitionState

HERE = UUID(int=1)
ACTOR = ActorFacts(UUID(int=9), "me@example.org", frozenset())
CLEAN = ApplicationFacts(
    requisition_id=HERE, state=RequisitionState.OPEN, is_hiring_manager=False, is_committee=False, is_chair=False,
    has_seat=False, application_id=UUID(int=2), is_the_candidate=False, has_conflict=False, owes=0, sealed_own=0,
    reveals_after_own=True, debrief_open=False, decided=False,
)  # fmt: skip


def test_what_is_put_away_stays_open_to_partners_only() -> None:
    away = replace(CLEAN, put_away=True)
    for role in Role:
        holder = replace(ACTOR, roles=frozenset({role}))
        assert predicates.is_put_away(holder, away) is (role is not Role.HR_PARTNER)


@pytest.mark.parametrize(
    ("scope", "facts", "holds"),
    [
        (Scope(Role.COORDINATOR, requisition_id=HERE), CLEAN, True),
        (Scope(Role.COORDINATOR, requisition_id=UUID(int=7)), CLEAN, False),
        (Scope(Role.AUDITOR, requisition_id=HERE), CLEAN, False),
        (Scope(Role.COORDINATOR, team="Data"), replace(CLEAN, team="Data"), True),
        (Scope(Role.COORDINATOR, team="Data"), CLEAN, False),
        (Scope(Role.COORDINATOR, requisition_id=HERE), None, False),
        (None, CLEAN, False),
    ],
)
def test_a_role_holds_where_its_scope_fits(scope: Scope | None, facts: Facts | None, *, holds: bool) -> None:
    actor = replace(ACTOR, scopes=frozenset({scope} if scope else ()))
    assert predicates.holds_here(actor, Role.COORDINATOR, facts) is holds
