"""A plan's schedule as it is kept, and who can be named on goals; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.onboarding.due import Leave
from app.domain.onboarding.plan import HolidaySource
from app.domain.permission import Permission
from app.models.engine import writing
from app.queries import goal_desk, plan_schedule
from app.queries.plan_schedule import FreeDay
from app.services import plan_dates
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

NOW = make.NOW


def _scheduled(session: Session) -> Cast:
    cast = make_plan(session)
    wanted = replace(
        plan_dates.draft_of(cast.plan),
        leave=(Leave(date(2026, 11, 2), date(2026, 11, 6)),),
        holidays=(plan_dates.Holiday(date(2026, 12, 25), "Christmas Day", HolidaySource.CALENDAR),),
    )
    actor = make.actor_of(cast.manager)
    plan_dates.reschedule(session, actor, cast.plan.id, wanted, today=TODAY, version=cast.plan.version, now=NOW)
    return cast


def test_the_schedule_is_read_as_it_is_kept(database: Database) -> None:
    with writing(database.engine) as session:
        cast = _scheduled(session)
        actor, plan_id = make.actor_of(cast.manager), cast.plan.id
        session.flush()
        session.expire_all()
        with counted(database.engine) as sent:
            found = plan_schedule.schedule(session, actor, plan_id)

        assert len(sent) == 4, sent
        assert found.leave == (Leave(date(2026, 11, 2), date(2026, 11, 6)),)
        assert found.holidays == (FreeDay(date(2026, 12, 25), "Christmas Day", HolidaySource.CALENDAR),)
        assert found.week == frozenset(range(5))
        assert [(one.title, one.distance, one.due_on) for one in found.milestones] == [
            ("First month", "30 days", date(2026, 11, 9)),
            ("Second month", "60 days", date(2026, 12, 9)),
            ("Third month", "90 days", date(2027, 1, 8)),
        ]
        assert found.version == cast.plan.version


@pytest.mark.parametrize(("part", "refusal"), [("hire", NotAllowedError), ("buddy", NotAllowedError)])
def test_only_those_who_may_change_the_dates_see_how_they_are_made(
    database: Database, part: str, refusal: type[Exception]
) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        stranger = make.make_person(session, "Sam Stranger")
        with pytest.raises(refusal):
            plan_schedule.schedule(session, make.actor_of(getattr(cast, part)), cast.plan.id)
        with pytest.raises(NotFoundError):
            plan_schedule.schedule(session, make.actor_of(stranger), cast.plan.id)


def test_people_of_the_plan_are_offered_first_and_closed_accounts_not_at_all(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        make.make_person(session, "Aaron Other")
        gone = make.make_person(session, "Aba Gone")
        gone.active = False
        session.flush()
        goal = cast.goal(session, "learn")
        found = goal_desk.of_goal(session, make.actor_of(cast.hire), goal.id, Permission.GOAL_WORK)

        assert [(one.name, one.part) for one in found.people][:4] == [
            ("Bo Buddy", "buddy"),
            ("Mika Manager", "manager"),
            ("Noor Hire", "new hire"),
            ("Aaron Other", ""),
        ]
        assert "Aba Gone" not in [one.name for one in found.people]


def test_a_desk_needs_the_permission_of_what_is_sent_from_it(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal, milestone = cast.goal(session, "learn"), cast.milestone(session, "day-30")
        with pytest.raises(NotAllowedError):
            goal_desk.of_goal(session, make.actor_of(cast.hire), goal.id, Permission.PLAN_EDIT)
        with pytest.raises(NotAllowedError):
            goal_desk.of_milestone(session, make.actor_of(cast.hire), milestone.id)
        with pytest.raises(NotFoundError):
            goal_desk.of_goal(session, make.actor_of(cast.buddy), goal.id, Permission.GOAL_WORK)
        assert goal_desk.of_milestone(session, make.actor_of(cast.hr), milestone.id).title == "First month"
        assert goal_desk.plan_of(session, make.actor_of(cast.buddy), milestone.id) == cast.plan.id
