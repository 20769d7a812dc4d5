"""What running plans put into the inbox: of whom, from when, how late; and what ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.duty import Asked
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PartyName, PlanState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.measuring import OutcomeRow
from app.models.onboarding import Goal, Plan, Signature
from app.models.person import Person
from app.queries.duties import Duty, count, duties
from app.services import check_ins
from tests.factories.hiring import actor_of, make_person
from tests.factories.plans import Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

DUE = date(2026, 11, 4)
"""When the first milestone is due; its check-in opens five days before."""
ANSWERS = Answers(confidence=4, against=Against.MET, went_well="quagmire")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


def waiting(database: Database, person_id: UUID, day: date) -> tuple[Duty, ...]:
    with reading(database.engine) as session:
        actor = actor_of(session.get_one(Person, person_id))
        found = duties(session, actor, at(day))
        assert count(session, actor, at(day)) == len(found)
        return found


def said(database: Database, person_id: UUID, day: date = DUE) -> list[str]:
    return [duty.title for duty in waiting(database, person_id, day)]


def set_goals(database: Database, cast: Cast, milestone: str, state: GoalState, **fields: object) -> None:
    with writing(database.engine) as session:
        part = cast.milestone(session, milestone).id
        for goal in session.scalars(select(Goal).where(Goal.milestone_id == part)):
            goal.state, goal.since = state, at(DUE - timedelta(days=2))
            for name, value in fields.items():
                setattr(goal, name, value)


def test_goals_wait_from_a_week_before_their_date(database: Database, cast: Cast) -> None:
    assert waiting(database, cast.hire.id, DUE - timedelta(days=8)) == ()
    learn, meet = waiting(database, cast.hire.id, DUE - timedelta(days=7))
    assert (learn.kind, learn.title, learn.detail) == (
        Asked.GOAL,
        "Show evidence for “Learn the product …”",
        "Noor Hire · First month",
    )
    assert meet.title == "Show evidence for “Meet the team”"
    assert (learn.endpoint, list(learn.params)) == ("onboarding.goal", ["goal_id"])
    assert (learn.due_on, learn.late, learn.minutes) == (DUE, False, 10)
    assert [d.late for d in waiting(database, cast.hire.id, DUE)] == [False] * 3
    assert [d.late for d in waiting(database, cast.hire.id, DUE + timedelta(days=1))] == [True] * 3


def test_the_oldest_comes_first(database: Database, cast: Cast) -> None:
    set_goals(database, cast, "day-30", GoalState.NOT_STARTED, since=at(date(2026, 10, 5)))
    set_goals(database, cast, "day-60", GoalState.RETURNED)
    assert said(database, cast.hire.id) == [
        "Show evidence for “Learn the product …”",
        "Show evidence for “Meet the team”",
        "Answer the check-in on First month",
        "Add what is missing to “Ship something small”",
    ]


@pytest.mark.parametrize("state", [GoalState.SUBMITTED, GoalState.BLOCKED, GoalState.SIGNED_OFF, GoalState.WAIVED])
def test_a_goal_on_which_nothing_can_be_shown_now_does_not_wait_for_its_owner(
    database: Database, cast: Cast, state: GoalState
) -> None:
    set_goals(database, cast, "day-30", state)
    assert not any("evidence" in title for title in said(database, cast.hire.id))


def test_a_blocked_goal_waits_for_who_can_clear_it(database: Database, cast: Cast) -> None:
    set_goals(database, cast, "day-60", GoalState.BLOCKED, waits_for_id=cast.buddy.id)
    (duty,) = waiting(database, cast.buddy.id, DUE)
    assert (duty.kind, duty.title) == (Asked.UNBLOCK, "Clear the way for “Ship something small”")
    assert (duty.since, duty.late, duty.due_on) == (at(DUE - timedelta(days=2)), False, None)
    assert waiting(database, cast.buddy.id, DUE + timedelta(days=6))[0].late
    set_goals(database, cast, "day-60", GoalState.IN_PROGRESS)
    assert waiting(database, cast.buddy.id, DUE) == ()


def test_submitted_goals_wait_for_whoever_signs_them(database: Database, cast: Cast) -> None:
    set_goals(database, cast, "day-60", GoalState.SUBMITTED)
    set_goals(database, cast, "day-90", GoalState.SUBMITTED, owner_id=cast.manager.id)
    assert "Sign off or return “Ship something small”" in said(database, cast.manager.id)
    assert "Sign off or return “Show a result”" not in said(database, cast.manager.id)
    assert "Sign off or return “Show a result”" in said(database, cast.hire.id)
    assert said(database, cast.hr.id) == []


def test_a_milestone_waits_for_each_signature_once_nothing_in_it_is_open(database: Database, cast: Cast) -> None:
    set_goals(database, cast, "day-60", GoalState.SIGNED_OFF)
    for person_id in (cast.hire.id, cast.manager.id):
        assert "Sign Second month" in said(database, person_id)
    with writing(database.engine) as session:
        session.add(
            Signature(
                milestone_id=cast.milestone(session, "day-60").id,
                party=PartyName.HIRE,
                person_id=cast.hire.id,
                signed_at=at(DUE),
            )
        )
    assert "Sign Second month" not in said(database, cast.hire.id)
    assert "Sign Second month" in said(database, cast.manager.id)
    set_goals(database, cast, "day-60", GoalState.RETURNED)
    assert "Sign Second month" not in said(database, cast.manager.id)


def test_a_milestone_without_goals_waits_only_when_it_is_due(database: Database, cast: Cast) -> None:
    with writing(database.engine) as session:
        ship, target = cast.goal(session, "ship"), cast.milestone(session, "day-90")
        ship.milestone_id, ship.position = target.id, 5
    assert "Sign Second month" not in said(database, cast.manager.id)
    assert "Sign Second month" in said(database, cast.manager.id, date(2026, 11, 28))


def test_a_check_in_waits_from_its_opening_until_ones_own_side_is_sealed(database: Database, cast: Cast) -> None:
    opens = date(2026, 10, 30)
    assert said(database, cast.manager.id, opens - timedelta(days=1)) == []
    (duty,) = waiting(database, cast.manager.id, opens)
    assert (duty.kind, duty.title, duty.detail) == (Asked.CHECK_IN, "Answer the check-in on First month", "Noor Hire")
    assert (duty.endpoint, list(duty.params)) == ("onboarding.check_in", ["milestone_id"])
    assert (duty.since, duty.due_on, duty.begun) == (datetime(2026, 10, 29, 23, tzinfo=UTC), DUE, False)
    answer(database, cast, cast.manager.id, seal=False)
    (duty,) = waiting(database, cast.manager.id, opens)
    assert (duty.begun, duty.action) == (True, "Go on")
    answer(database, cast, cast.manager.id, seal=True)
    assert said(database, cast.manager.id, DUE) == []


def test_the_inbox_is_the_same_whether_the_other_side_has_answered_or_not(database: Database, cast: Cast) -> None:
    before = waiting(database, cast.hire.id, DUE), waiting(database, cast.buddy.id, DUE)
    answer(database, cast, cast.manager.id, seal=False)
    assert (waiting(database, cast.hire.id, DUE), waiting(database, cast.buddy.id, DUE)) == before
    answer(database, cast, cast.manager.id, seal=True)
    assert (waiting(database, cast.hire.id, DUE), waiting(database, cast.buddy.id, DUE)) == before


def test_the_outcome_waits_from_the_managers_signature_of_the_last_day(database: Database, cast: Cast) -> None:
    title = "Record the outcome of Third month"
    assert title not in said(database, cast.manager.id)
    with writing(database.engine) as session:
        part = cast.milestone(session, "day-90").id
        session.add(Signature(milestone_id=part, party=PartyName.MANAGER, person_id=cast.manager.id, signed_at=at(DUE)))
    assert title in said(database, cast.manager.id)
    assert title not in said(database, cast.hire.id)
    with writing(database.engine) as session:
        session.add(
            OutcomeRow(
                plan_id=cast.plan.id, dimension="strategy", value=4, recorded_at=at(DUE),
                recorded_by_id=cast.manager.id,
            )
        )  # fmt: skip
    assert title not in said(database, cast.manager.id)


@pytest.mark.parametrize("state", [PlanState.CLOSED, PlanState.COMPLETED])
def test_a_plan_that_has_ended_asks_for_nothing(database: Database, cast: Cast, state: PlanState) -> None:
    set_goals(database, cast, "day-60", GoalState.SUBMITTED)
    with writing(database.engine) as session:
        session.get_one(Plan, cast.plan.id).state = state
    for person_id in (cast.hire.id, cast.manager.id):
        assert said(database, person_id, date(2027, 3, 1)) == []


def test_the_duties_move_with_the_manager(database: Database, cast: Cast) -> None:
    set_goals(database, cast, "day-60", GoalState.SUBMITTED)
    before = said(database, cast.manager.id)
    with writing(database.engine) as session:
        other = make_person(session, "Nia Next", [Role.PEOPLE_MANAGER])
        session.get_one(Plan, cast.plan.id).manager_id = other.id
    assert (said(database, cast.manager.id), said(database, other.id)) == ([], before)
    assert before


@pytest.mark.parametrize("plans", [1, 6])
def test_list_and_count_take_one_query_each_however_many_plans(database: Database, cast: Cast, plans: int) -> None:
    with writing(database.engine) as session:
        for _ in range(plans - 1):
            session.get_one(Plan, make_plan(session).plan.id).manager_id = cast.manager.id
    with reading(database.engine) as session:
        actor = actor_of(session.get_one(Person, cast.manager.id))
        with counted(database.engine) as statements:
            found = duties(session, actor, at(DUE))
            assert count(session, actor, at(DUE)) == len(found) == plans
    assert len(statements) == 2


def answer(database: Database, cast: Cast, person_id: UUID, *, seal: bool) -> None:
    with writing(database.engine) as session:
        actor = actor_of(session.get_one(Person, person_id))
        part = cast.milestone(session, "day-30").id
        version = 1 if seal else 0
        act = check_ins.seal if seal else check_ins.save
        act(session, actor, part, ANSWERS, version=version, today=DUE, now=at(DUE))
