"""Goals: two-sided sign-off on evidence, blockers with an owner, waiving; on both databases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, NotYetError
from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState
from app.domain.onboarding.plan import PartyName
from app.domain.permission import Role
from app.models.engine import writing
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, Signature
from app.models.outbox import Message
from app.services import goals, milestones
from app.services.goals import GoalDraft
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW


def _act(
    session: Session, person: Person, goal: Goal, what: GoalAct, note: str = "", *, waits_for: UUID | None = None
) -> GoalState:
    return goals.act(
        session, make.actor_of(person), goal.id, what, version=goal.version, now=NOW, note=note, waits_for=waits_for
    )


def _show(session: Session, person: Person, goal: Goal, about_on: date = TODAY) -> UUID:
    piece = GoalEvidence(kind=EvidenceKind.LINK, title="The map", body="https://example.org/map", about_on=about_on)
    return goals.show(session, make.actor_of(person), goal.id, piece, today=TODAY, now=NOW)


def _acts(session: Session, goal: Goal) -> list[str]:
    wanted = select(GoalEventRow.act).where(GoalEventRow.goal_id == goal.id).order_by(GoalEventRow.number)
    return [act.value for act in session.scalars(wanted)]


def _told(session: Session) -> set[tuple[UUID, str]]:
    return {(row.recipient_id, row.subject) for row in session.execute(select(Message.recipient_id, Message.subject))}


def _settle(session: Session, cast: Cast, key: str) -> Goal:
    goal = cast.goal(session, key)
    _show(session, cast.hire, goal)
    _act(session, cast.hire, goal, GoalAct.SUBMIT)
    _act(session, cast.manager, goal, GoalAct.SIGN)
    return goal


def test_the_hire_submits_with_evidence_and_the_manager_signs_off(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "learn")
        with pytest.raises(InvalidError, match="at least one piece of evidence"):
            _act(session, cast.hire, goal, GoalAct.SUBMIT)
        _show(session, cast.hire, goal)
        assert _act(session, cast.hire, goal, GoalAct.SUBMIT, "All mapped.") is GoalState.SUBMITTED
        assert (cast.manager.id, "A goal waits for your signature") in _told(session)

        assert _act(session, cast.manager, goal, GoalAct.SIGN) is GoalState.SIGNED_OFF

        assert _acts(session, goal) == ["add", "evidence", "submit", "sign"]


def test_a_returned_goal_says_what_is_missing_and_can_be_submitted_again(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "learn")
        _show(session, cast.hire, goal)
        _act(session, cast.hire, goal, GoalAct.SUBMIT)
        with pytest.raises(InvalidError, match="what is still missing"):
            _act(session, cast.manager, goal, GoalAct.RETURN)
        _act(session, cast.manager, goal, GoalAct.RETURN, "Where are the support teams?")
        assert (cast.hire.id, "A goal came back to you") in _told(session)
        assert _act(session, cast.hire, goal, GoalAct.SUBMIT) is GoalState.SUBMITTED


@pytest.mark.parametrize("part", ["hire", "buddy", "hr"])
def test_nobody_but_the_manager_signs_off_the_hires_goals(database: Database, part: str) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "learn")
        _show(session, cast.hire, goal)
        _act(session, cast.hire, goal, GoalAct.SUBMIT)
        with pytest.raises((NotAllowedError, NotFoundError)):
            _act(session, getattr(cast, part), goal, GoalAct.SIGN)


def test_a_managers_own_goal_is_signed_off_by_the_hire(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "ship")
        goal.owner_id = cast.manager.id
        session.flush()
        _show(session, cast.manager, goal)
        _act(session, cast.manager, goal, GoalAct.SUBMIT)
        assert (cast.hire.id, "A goal waits for your signature") in _told(session)
        with pytest.raises(NotAllowedError):
            _act(session, cast.manager, goal, GoalAct.SIGN)

        assert _act(session, cast.hire, goal, GoalAct.SIGN) is GoalState.SIGNED_OFF


def test_a_block_has_an_owner_who_is_told_and_can_clear_it(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        helper = make.make_person(session, "Ida", [Role.EMPLOYEE])
        goal = cast.goal(session, "learn")
        _act(session, cast.hire, goal, GoalAct.BLOCK, "No access to the logs", waits_for=helper.id)
        assert (goal.blocked_by, goal.waits_for_id, goal.since) == ("No access to the logs", helper.id, NOW)
        assert (helper.id, "A goal waits for you") in _told(session)

        assert _act(session, helper, goal, GoalAct.UNBLOCK) is GoalState.IN_PROGRESS

        assert (goal.blocked_by, goal.waits_for_id) == ("", None)
        with pytest.raises(NotFoundError):
            _act(session, helper, goal, GoalAct.SUBMIT)


def test_a_goal_does_not_wait_for_its_own_owner_or_for_nobody(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "learn")
        for waits_for in (cast.hire.id, UUID(int=1)):
            with pytest.raises(InvalidError), session.begin_nested():
                _act(session, cast.hire, goal, GoalAct.BLOCK, "Stuck", waits_for=waits_for)


def test_waiving_is_the_managers_with_a_reason_and_nothing_is_lost(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "ship")
        with pytest.raises(NotAllowedError):
            _act(session, cast.hire, goal, GoalAct.WAIVE, "No time")
        _act(session, cast.manager, goal, GoalAct.WAIVE, "The team froze releases.")
        assert session.scalars(select(Goal.text).where(Goal.id == goal.id)).one() == "Ship something small"

        assert _act(session, cast.manager, goal, GoalAct.RESTORE, "Releases are back.") is GoalState.NOT_STARTED
        assert _acts(session, goal) == ["add", "waive", "restore"]


def test_a_reworded_goal_keeps_what_the_blueprint_asked(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "ship")
        wanted = GoalDraft("Ship the import", cast.buddy.id)
        goals.reword(session, make.actor_of(cast.manager), goal.id, wanted, version=goal.version, now=NOW)

        assert (goal.text, goal.asked, goal.owner_id) == ("Ship the import", "Ship something small", cast.buddy.id)
        assert _acts(session, goal) == ["add", "reword", "reassign"]
        assert _act(session, cast.buddy, goal, GoalAct.START) is GoalState.IN_PROGRESS


def test_a_goal_is_added_for_the_person_at_the_end(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        month = cast.milestone(session, "day-30")
        actor = make.actor_of(cast.manager)
        added = goals.add(
            session, actor, month.id, GoalDraft("Visit a customer", cast.hire.id), version=cast.plan.version, now=NOW
        )

        goal = session.get_one(Goal, added)
        assert (goal.position, goal.asked, goal.text) == (2, "", "Visit a customer")


def test_evidence_is_of_the_past_and_comes_before_sign_off(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "learn")
        with pytest.raises(InvalidError, match="has happened"):
            _show(session, cast.hire, goal, date(2026, 11, 23))
        _settle(session, cast, "ship")
        with pytest.raises(NotYetError, match="Evidence is added before"):
            _show(session, cast.hire, cast.goal(session, "ship"))


def test_two_tabs_do_not_overwrite_each_other(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "learn")
        seen = goal.version
        _act(session, cast.hire, goal, GoalAct.START)
        with pytest.raises(ConflictError, match="Somebody changed this goal"):
            goals.act(session, make.actor_of(cast.hire), goal.id, GoalAct.SUBMIT, version=seen, now=NOW)


def test_a_milestone_is_signed_by_both_once_nothing_is_open_and_keeps_its_date(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        month = cast.milestone(session, "day-60")
        hire, manager = make.actor_of(cast.hire), make.actor_of(cast.manager)
        with pytest.raises(NotYetError, match="1 goal is neither signed off nor waived"):
            milestones.sign(session, hire, month.id, now=NOW)
        goal = _settle(session, cast, "ship")

        assert not milestones.sign(session, hire, month.id, now=NOW)
        assert (cast.manager.id, "Second month waits for your signature") in _told(session)
        assert milestones.sign(session, manager, month.id, now=NOW)

        signed = session.execute(select(Signature.party, Signature.person_id))
        assert {(row.party, row.person_id) for row in signed} == {
            (PartyName.HIRE, cast.hire.id),
            (PartyName.MANAGER, cast.manager.id),
        }
        assert month.settled == date(2026, 12, 4)
        with pytest.raises(NotYetError, match="signed by everybody"):
            _act(session, cast.manager, goal, GoalAct.RETURN, "On second thoughts")
