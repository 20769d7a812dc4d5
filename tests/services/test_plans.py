"""Plans: begun as a frozen copy, handed over, ended; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.domain.decision import Outcome
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.onboarding.goal import GoalAct, GoalState
from app.domain.onboarding.plan import PlanState
from app.domain.permission import Role
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.onboarding import Goal, GoalEventRow, Plan, PlanEvent, PlanMilestone
from app.models.outbox import Message
from app.models.person import RoleGrant
from app.services import goals, plans
from tests.factories import hiring as make
from tests.factories.plans import START, TODAY, Cast, draft_for, make_onboarding_version, make_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

NOW = make.NOW


def _history(session: Session, plan: Plan) -> list[str]:
    return list(session.scalars(select(PlanEvent.what).where(PlanEvent.plan_id == plan.id).order_by(PlanEvent.number)))


def _events(session: Session, goal: Goal) -> list[tuple[GoalAct, str]]:
    wanted = select(GoalEventRow.act, GoalEventRow.note).where(GoalEventRow.goal_id == goal.id)
    return [(row.act, row.note) for row in session.execute(wanted.order_by(GoalEventRow.number))]


def test_a_plan_is_a_copy_of_the_versions_milestones_and_goals(database: Database) -> None:
    with writing(database.engine) as session:
        plan_id = make_plan(session).plan.id
    with reading(database.engine) as session:
        plan = session.get_one(Plan, plan_id)
        copied = [
            (one.key, one.offset_days, one.opens_days, [goal.text for goal in one.goals]) for one in plan.milestones
        ]

        assert copied == [
            ("day-30", 30, -5, ["Learn the product\n- Its customers", "Meet the team"]),
            ("day-60", 60, 0, ["Ship something small"]),
            ("day-90", 90, 0, ["Show a result"]),
        ]
        assert plan.milestones[0].evidence == "A map that the team confirmed"
        owners = session.scalars(select(Goal.owner_id).where(Goal.plan_id == plan_id))
        assert {plan.state, plan.hire_id} == {PlanState.ACTIVE, *owners}
        assert _history(session, plan) == ["Begun on version 1 of Product Manager"]


def test_everybody_but_who_began_it_is_told(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        told = {row.recipient_id: row.subject for row in session.execute(select(Message.recipient_id, Message.subject))}

    assert told == {
        cast.hire.id: "Your first year has a plan",
        cast.manager.id: "You manage a new first year",
        cast.buddy.id: "You are a buddy",
    }


def _people(session: Session) -> dict[str, Any]:
    return {
        "hire": make.make_person(session, "Noor", [Role.EMPLOYEE]),
        "manager": make.make_person(session, "Mika", [Role.PEOPLE_MANAGER]),
        "other": make.make_person(session, "Otis", [Role.PEOPLE_MANAGER]),
        "hr": make.make_person(session, "Hana", [Role.HR_PARTNER]),
        "version": make_onboarding_version(session),
    }


def test_a_manager_begins_only_plans_of_their_own_reports(database: Database) -> None:
    with writing(database.engine) as session:
        who = _people(session)
        wanted = draft_for(who["hire"], who["other"], who["version"])
        actor = make.actor_of(who["manager"])
        with pytest.raises(InvalidError, match="plans of your own reports"):
            plans.begin(session, actor, wanted, today=TODAY, now=NOW)

        own = plans.begin(session, actor, replace(wanted, manager_id=who["manager"].id), today=TODAY, now=NOW)

        assert session.get_one(Plan, own).created_by_id == who["manager"].id


def test_nobody_without_a_part_in_it_begins_a_plan(database: Database) -> None:
    with writing(database.engine) as session:
        who = _people(session)
        wanted = draft_for(who["hire"], who["manager"], who["version"])
        for role in (Role.EMPLOYEE, Role.ADMIN, Role.COORDINATOR, Role.AUDITOR, Role.INTERVIEWER):
            stranger = make.make_person(session, role.value, [role])
            with pytest.raises(NotAllowedError):
                plans.begin(session, make.actor_of(stranger), wanted, today=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": date(1900, 1, 1)}, "starts_on"),
        ({"starts_on": date(2031, 1, 1)}, "starts_on"),
        ({"week": frozenset()}, "week"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_impossible_plans_are_refused_by_field(database: Database, changes: dict[str, Any], field: str) -> None:
    with writing(database.engine) as session:
        who = _people(session)
        wanted = draft_for(who["hire"], who["manager"], who["version"], **changes)
        with pytest.raises(InvalidError) as refused:
            plans.begin(session, make.actor_of(who["hr"]), wanted, today=TODAY, now=NOW)

        assert [fault.field for fault in refused.value.faults] == [field]


def test_people_who_cannot_be_parties_are_refused(database: Database) -> None:
    with writing(database.engine) as session:
        who = _people(session)
        gone = make.make_person(session, "Gone", [Role.EMPLOYEE], active=False)
        plain = draft_for(who["hire"], who["manager"], who["version"])
        cases = {
            "manager_id": [replace(plain, manager_id=gone.id), replace(plain, hire_id=who["manager"].id)],
            "hire_id": [replace(plain, hire_id=gone.id)],
            "buddy_id": [replace(plain, buddy_id=gone.id), replace(plain, buddy_id=who["hire"].id)],
            "blueprint_version_id": [replace(plain, blueprint_version_id=make.make_blueprint_version(session).id)],
        }
        for field, drafts in cases.items():
            for wanted in drafts:
                with pytest.raises(InvalidError) as refused:
                    plans.begin(session, make.actor_of(who["hr"]), wanted, today=TODAY, now=NOW)
                assert field in {fault.field for fault in refused.value.faults}


def test_one_person_has_one_running_plan(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        again = draft_for(cast.hire, cast.manager, make_onboarding_version(session))
        with pytest.raises(InvalidError, match="has a running plan"):
            plans.begin(session, make.actor_of(cast.hr), again, today=TODAY, now=NOW)


def _decided(session: Session, outcome: Outcome) -> tuple[Any, Any]:
    lead = make.make_person(session, "Lena Lead", [Role.HIRING_MANAGER, Role.PEOPLE_MANAGER])
    requisition = make.make_requisition(session, manager=lead)
    application = make.make_application(session, requisition)
    session.add(
        Decision(
            application_id=application.id, number=1, outcome=outcome, reasons="As the cards say, all in all.",
            decided_by_id=lead.id, decided_at=NOW, composite=None, coverage="0", blueprint_sha256="0" * 64,
            checkpoint="",
        )
    )  # fmt: skip
    session.flush()
    return lead, application


def test_a_hire_decision_begins_one_plan(database: Database) -> None:
    with writing(database.engine) as session:
        lead, application = _decided(session, Outcome.HIRE)
        who = _people(session)
        wanted = draft_for(who["hire"], lead, who["version"], application_id=application.id)
        plan_id = plans.begin(session, make.actor_of(lead), wanted, today=TODAY, now=NOW)
        assert session.get_one(Plan, plan_id).application_id == application.id

        second = replace(wanted, hire_id=who["other"].id)
        with pytest.raises(InvalidError, match="begun from this decision already"):
            plans.begin(session, make.actor_of(lead), second, today=TODAY, now=NOW)


def test_another_decision_begins_none(database: Database) -> None:
    with writing(database.engine) as session:
        lead, application = _decided(session, Outcome.NO_HIRE)
        who = _people(session)
        wanted = draft_for(who["hire"], lead, who["version"], application_id=application.id)
        with pytest.raises(InvalidError, match="is not to hire"):
            plans.begin(session, make.actor_of(lead), wanted, today=TODAY, now=NOW)


def _hand_over(session: Session, cast: Cast, manager_id: Any, buddy_id: Any) -> None:  # noqa: ANN401  ids or None
    plans.reassign(
        session, make.actor_of(cast.hr), cast.plan.id, manager_id=manager_id, buddy_id=buddy_id,
        version=cast.plan.version, now=NOW,
    )  # fmt: skip


def test_a_new_manager_takes_the_open_duties_and_not_the_history(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        new = make.make_person(session, "Nia New", [Role.PEOPLE_MANAGER])
        learn, ship = cast.goal(session, "learn"), cast.goal(session, "ship")
        learn.owner_id = ship.owner_id = cast.manager.id
        learn.state = GoalState.SIGNED_OFF

        _hand_over(session, cast, new.id, cast.buddy.id)

        assert cast.plan.manager_id == new.id
        assert (learn.owner_id, ship.owner_id) == (cast.manager.id, new.id)
        assert _events(session, ship)[-1] == (GoalAct.REASSIGN, "To Nia New")
        assert _history(session, cast.plan)[-1] == "Manager is now Nia New"
        assert session.scalars(select(PlanEvent.by_id).where(PlanEvent.number == 1)).one() == cast.hr.id


def test_manager_and_buddy_change_places_with_their_goals(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        session.add(RoleGrant(person_id=cast.buddy.id, role=Role.PEOPLE_MANAGER, granted_at=NOW))
        learn, ship = cast.goal(session, "learn"), cast.goal(session, "ship")
        learn.owner_id, ship.owner_id = cast.manager.id, cast.buddy.id
        session.flush()

        _hand_over(session, cast, cast.buddy.id, cast.manager.id)

        assert (cast.plan.manager_id, cast.plan.buddy_id) == (cast.buddy.id, cast.manager.id)
        assert (learn.owner_id, ship.owner_id) == (cast.buddy.id, cast.manager.id)


def test_a_buddy_who_leaves_gives_their_goals_back_to_the_hire(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        ship = cast.goal(session, "ship")
        ship.owner_id = cast.buddy.id

        _hand_over(session, cast, cast.manager.id, None)

        assert (cast.plan.buddy_id, ship.owner_id) == (None, cast.hire.id)
        assert _history(session, cast.plan)[-1] == "Buddy is now nobody"


def test_two_people_who_change_a_plan_at_once_do_not_overwrite_each_other(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        seen = cast.plan.version
        _hand_over(session, cast, cast.manager.id, None)
        with pytest.raises(ConflictError, match="Somebody changed this plan"):
            plans.reassign(
                session, make.actor_of(cast.manager), cast.plan.id, manager_id=cast.manager.id,
                buddy_id=cast.buddy.id, version=seen, now=NOW,
            )  # fmt: skip


def _end(session: Session, cast: Cast, to: PlanState, reason: str = "") -> None:
    plans.end(
        session, make.actor_of(cast.manager), cast.plan.id, to, reason=reason, today=TODAY,
        version=cast.plan.version, now=NOW,
    )  # fmt: skip


def test_a_leavers_plan_closes_with_a_reason_and_keeps_its_history(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError, match="why it ends"):
            _end(session, cast, PlanState.CLOSED)

        _end(session, cast, PlanState.CLOSED, "Left for another company.")

        assert (cast.plan.state, cast.plan.ended_on) == (PlanState.CLOSED, TODAY)
        assert _history(session, cast.plan) == ["Begun on version 1 of Product Manager", "Closed"]
        goal = cast.goal(session, "learn")
        with pytest.raises(NotAllowedError):
            goals.act(session, make.actor_of(cast.hire), goal.id, GoalAct.START, version=goal.version, now=NOW)


def test_a_plan_is_completed_once_every_milestone_is_signed(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError, match="First month, Second month, Third month"):
            _end(session, cast, PlanState.COMPLETED)
        for milestone in session.scalars(select(PlanMilestone)):
            milestone.settled = START + timedelta(days=30)
        session.flush()

        _end(session, cast, PlanState.COMPLETED)

        assert cast.plan.state is PlanState.COMPLETED


def test_a_stranger_cannot_tell_whether_a_plan_exists(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        stranger = make.actor_of(make.make_person(session, "Sid", [Role.PEOPLE_MANAGER]))
        with pytest.raises(NotFoundError):
            plans.end(
                session, stranger, cast.plan.id, PlanState.CLOSED, reason="x", today=TODAY,
                version=cast.plan.version, now=NOW,
            )  # fmt: skip
