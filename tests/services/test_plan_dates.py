"""Schedules: previewed, applied without making or completing anything, and pinned; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidError, NotAllowedError
from app.domain.onboarding.due import Leave
from app.domain.onboarding.plan import HolidaySource
from app.models.engine import writing
from app.models.onboarding import Goal, GoalEventRow, Plan, PlanEvent, PlanMilestone
from app.models.outbox import Message
from app.services import plan_dates
from app.services.plan_dates import Holiday, ScheduleDraft
from tests.factories import hiring as make
from tests.factories.plans import START, TODAY, Cast, make_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.onboarding.plan import Shift
    from tests.databases import Database

NOW = make.NOW
DAYS_30_60_90 = [date(2026, 11, 4), date(2026, 12, 4), date(2027, 1, 4)]


def _apply(session: Session, cast: Cast, wanted: ScheduleDraft) -> tuple[Shift, ...]:
    return plan_dates.reschedule(
        session, make.actor_of(cast.manager), cast.plan.id, wanted, today=TODAY, version=cast.plan.version, now=NOW
    )


def _dates(plan: Plan) -> list[date]:
    """The dates as they are derived, which those that are kept have to equal."""
    schedule = plan_dates.schedule_of(plan)
    derived = [plan_dates.dated(one).due(schedule.start, schedule.calendar, schedule.days) for one in plan.milestones]
    assert derived == [one.due_on for one in plan.milestones]
    return derived


def test_dates_follow_the_start_and_day_90_rolls_off_sunday(database: Database) -> None:
    with writing(database.engine) as session:
        assert _dates(make_plan(session).plan) == DAYS_30_60_90


def test_a_preview_changes_nothing_and_the_same_move_is_then_applied(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Goal, GoalEventRow)]
        wanted = replace(plan_dates.draft_of(cast.plan), starts_on=START + timedelta(days=7))
        seen = plan_dates.preview(session, make.actor_of(cast.manager), cast.plan.id, wanted, today=TODAY)
        assert [one.days for one in seen] == [7, 7, 7]
        assert _dates(cast.plan) == DAYS_30_60_90
        assert session.scalar(select(func.count(PlanEvent.id))) == 1

        assert _apply(session, cast, wanted) == seen

        assert _dates(cast.plan) == [one.after for one in seen]
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Goal, GoalEventRow)] == counts
        assert not list(session.scalars(select(PlanMilestone).where(PlanMilestone.settled.is_not(None))))


def test_what_is_pinned_or_signed_off_stays(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        cast.milestone(session, "day-30").settled = date(2026, 11, 4)
        held = cast.milestone(session, "day-60")
        actor = make.actor_of(cast.manager)
        plan_dates.pin(session, actor, held.id, date(2026, 12, 10), version=cast.plan.version, now=NOW)
        moved = _apply(session, cast, replace(plan_dates.draft_of(cast.plan), starts_on=START + timedelta(days=14)))

        assert [(one.days, one.stays) for one in moved] == [(0, "signed off"), (0, "pinned to its date"), (14, "")]

        plan_dates.pin(session, actor, held.id, None, version=cast.plan.version, now=NOW)
        assert _dates(cast.plan)[1] == date(2026, 12, 18)


def test_leave_and_holidays_are_kept_and_counted(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        away = Leave(date(2026, 11, 16), date(2026, 11, 20))
        new_year = Holiday(date(2027, 1, 8), "A day off", HolidaySource.CUSTOM)
        wanted = replace(plan_dates.draft_of(cast.plan), leave=(away,), holidays=(new_year,))
        _apply(session, cast, wanted)
        session.expire_all()

        assert plan_dates.draft_of(cast.plan) == wanted
        # Day 90 is Sunday 3 January, five days on is the holiday, and what follows it is a weekend.
        assert _dates(cast.plan) == [date(2026, 11, 4), date(2026, 12, 9), date(2027, 1, 11)]

        _apply(session, cast, replace(wanted, leave=(), holidays=()))
        session.expire_all()
        assert _dates(cast.plan) == DAYS_30_60_90


def test_the_hire_is_told_and_the_history_names_what_moved(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _apply(session, cast, replace(plan_dates.draft_of(cast.plan), starts_on=START + timedelta(days=1)))
        what = session.scalars(select(PlanEvent.what).order_by(PlanEvent.number)).all()[-1]
        told = session.scalars(select(Message.recipient_id).where(Message.subject == "Your plan's dates changed")).all()

    assert "First month: 4 November 2026 to 5 November 2026" in what
    assert told == [cast.hire.id]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": date(1900, 1, 1)}, "starts_on"),
        ({"week": frozenset()}, "week"),
        ({"leave": (Leave(date(2026, 1, 1), date(2036, 1, 1)),)}, "leave"),
        (
            {"holidays": (Holiday(TODAY, "A", HolidaySource.CUSTOM), Holiday(TODAY, "B", HolidaySource.CUSTOM))},
            "holidays",
        ),
    ],
)
def test_impossible_schedules_are_refused_and_change_nothing(
    database: Database, changes: dict[str, Any], field: str
) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError) as refused:
            _apply(session, cast, replace(plan_dates.draft_of(cast.plan), **changes))

        assert [fault.field for fault in refused.value.faults] == [field]
        assert _dates(cast.plan) == DAYS_30_60_90


@pytest.mark.parametrize("part", ["hire", "buddy"])
def test_only_manager_and_hr_move_dates(database: Database, part: str) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        actor = make.actor_of(getattr(cast, part))
        with pytest.raises(NotAllowedError):
            plan_dates.preview(session, actor, cast.plan.id, plan_dates.draft_of(cast.plan), today=TODAY)


def test_the_history_says_in_words_to_which_day_a_milestone_is_held(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        month = cast.milestone(session, "day-60")
        plan_dates.pin(session, make.actor_of(cast.hr), month.id, TODAY, version=cast.plan.version, now=NOW)

        assert session.scalars(select(PlanEvent.what).order_by(PlanEvent.number)).all()[-1] == (
            f"{month.title} is pinned to 22 November 2026"
        )


@pytest.mark.parametrize("day", [date(2026, 10, 4), date(2030, 1, 1)])
def test_a_date_before_the_start_or_far_off_is_not_pinned(database: Database, day: date) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        month = cast.milestone(session, "day-60")
        with pytest.raises(InvalidError, match="within two years"):
            plan_dates.pin(session, make.actor_of(cast.hr), month.id, day, version=cast.plan.version, now=NOW)
