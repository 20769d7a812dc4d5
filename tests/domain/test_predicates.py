"""Single conditions of rules and vetoes that no table of whole permissions tells apart: each side of each."""

from __future__ import annotations

from dataclasses import fields, replace
from uuid import UUID

import pytest

from app.domain import predicates
from app.domain.card import CardState
from app.domain.facts import ActorFacts, ApplicationFacts, CardFacts, Facts, Role, Scope
from app.domain.hiring import RequisitionState

HERE = UUID(int=1)
ACTOR = ActorFacts(UUID(int=9), "me@example.org", frozenset())
CLEAN = ApplicationFacts(
    requisition_id=HERE, state=RequisitionState.OPEN, is_hiring_manager=False, is_committee=False, is_chair=False,
    has_seat=False, application_id=UUID(int=2), is_the_candidate=False, has_conflict=False, owes=0, sealed_own=0,
    reveals_after_own=True, debrief_open=False, decided=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("veto", "field", "value"),
    [
        (predicates.has_conflict, "has_conflict", True),
        (predicates.has_read_early, "read_early", True),
        (predicates.owes_a_card, "owes", 1),
        (predicates.is_put_away, "put_away", True),
        (predicates.is_erased, "erased", True),
        (predicates.grades_unnamed, "is_grading", True),
    ],
)
def test_a_veto_looks_at_its_own_fact(veto: predicates.Predicate, field: str, value: object) -> None:
    assert veto(ACTOR, replace(CLEAN, **{field: value})) is True  # type: ignore[arg-type]  # a field by name
    assert veto(ACTOR, CLEAN) is False
    assert veto(ACTOR, None) is False


def test_what_is_put_away_stays_open_to_partners_only() -> None:
    away = replace(CLEAN, put_away=True)
    for role in Role:
        holder = replace(ACTOR, roles=frozenset({role}))
        assert predicates.is_put_away(holder, away) is (role is not Role.HR_PARTNER)


@pytest.mark.parametrize("part", ["has_seat", "is_committee", "is_hiring_manager"])
def test_who_has_any_part_judges_somebody(part: str) -> None:
    assert predicates.judges_nobody(ACTOR, CLEAN) is True
    assert predicates.judges_nobody(ACTOR, replace(CLEAN, **{part: True})) is False  # type: ignore[arg-type]  # by name
    assert predicates.judges_nobody(ACTOR, None) is False


@pytest.mark.parametrize("part", ["is_author", "has_seat", "is_committee", "is_hiring_manager"])
def test_who_types_a_card_for_somebody_has_no_part_there(part: str) -> None:
    stated = {field.name: getattr(CLEAN, field.name) for field in fields(CLEAN)}
    card = CardFacts(**stated, card_id=UUID(int=3), is_author=False, card_state=CardState.OWED)
    assert predicates.enters_apart(ACTOR, card) is True
    assert predicates.enters_apart(ACTOR, replace(card, **{part: True})) is False  # type: ignore[arg-type]  # by name
    assert predicates.enters_apart(ACTOR, CLEAN) is False


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
