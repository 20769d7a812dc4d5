"""Why somebody may do something: complete, in words, and the same as what the map answers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain import explaining
from app.domain.explaining import Answer
from app.domain.facts import ActorFacts, RequisitionFacts, Role, Scope
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission, allow
from app.formats.permission_map import markdown
from tests.house.source import ROOT

ME, HERE = UUID(int=1), UUID(int=2)


def _actor(*roles: Role, scopes: tuple[Scope, ...] = (), active: bool = True) -> ActorFacts:
    return ActorFacts(ME, "me@example.org", frozenset(roles), active=active, scopes=frozenset(scopes))


def _chair() -> RequisitionFacts:
    return RequisitionFacts(
        requisition_id=HERE, state=RequisitionState.DECIDING, is_hiring_manager=False, is_committee=True,
        is_chair=True, has_seat=False,
    )  # fmt: skip


def test_every_permission_question_and_refusal_has_words() -> None:
    assert explaining.complete() == ()
    listed = [permission for _, permissions in explaining.areas() for permission in permissions]
    assert sorted(listed) == sorted(Permission), "each stands in one area, once"


def test_the_documentation_is_what_the_map_says() -> None:
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert written == markdown(), "python3 -m app permissions > docs/permissions.md"


@pytest.mark.parametrize("role", [None, *Role])
def test_no_role_is_told_more_or_less_than_the_map_grants(role: Role | None) -> None:
    actor = _actor(role) if role else _actor()
    for permission in Permission:
        told = explaining.in_general(actor, permission)
        if allow(actor, permission).granted:
            assert told.answer is Answer.YES, permission
        here = explaining.here(actor, permission, _chair())
        assert (here.answer is Answer.YES) is allow(actor, permission, _chair()).granted, permission
        assert told.because, permission
        assert here.because, permission


def test_reasons_are_in_words() -> None:
    chair = _chair()
    assert explaining.here(_actor(), Permission.REQUISITION_SEE, chair).because == (
        "because they sit on the committee of this requisition",
    )
    assert explaining.in_general(_actor(Role.COMMITTEE), Permission.DECISION_RECORD).because == (
        "where they chair the committee of this requisition and come after the debrief was opened",
    )
    assert explaining.in_general(_actor(Role.COMMITTEE), Permission.AUDIT_READ).because == (
        "because they do not hold the role Admin or Auditor",
    )
    assert explaining.in_general(_actor(Role.ADMIN, active=False), Permission.PERSON_LIST).because == (
        "because the account is closed",
    )


def test_what_an_application_of_the_requisition_may_open_is_no_plain_no() -> None:
    told = explaining.here(_actor(Role.COMMITTEE), Permission.DECISION_RECORD, _chair())
    assert told.answer is Answer.WHERE
    assert told.because == ("where they chair the committee of this requisition and come after the debrief was opened",)
    assert explaining.here(_actor(), Permission.CARD_WRITE, _chair()).answer is Answer.NO, "they interview nobody there"
    assert explaining.here(_actor(), Permission.CANDIDATE_EDIT, _chair()).answer is Answer.NO
    assert explaining.here(_actor(), Permission.CARD_READ, replace(_chair(), is_committee=False)).answer is Answer.NO


def test_a_role_in_one_place_is_told_with_the_place() -> None:
    scopes = (Scope(Role.COORDINATOR, requisition_id=HERE), Scope(Role.COORDINATOR, team="Data"))
    told = explaining.in_general(_actor(scopes=scopes), Permission.REQUISITION_EDIT)

    assert told.answer is Answer.WHERE
    assert told.because[0] == "where they hold the role Coordinator, in the team Data and 1 requisition"


def test_a_veto_is_the_reason_that_is_told() -> None:
    grading = RequisitionFacts(
        requisition_id=HERE, state=RequisitionState.OPEN, is_hiring_manager=True, is_committee=False,
        is_chair=False, has_seat=False, is_grading=True,
    )  # fmt: skip
    assert explaining.here(_actor(), Permission.REQUISITION_EDIT, grading).because == (
        "because a work sample of this requisition is still to be graded without its name",
    )
    assert "a scorecard or a grade is still owed" in explaining.rule(Permission.AUDIT_READ).though
