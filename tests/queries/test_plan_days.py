"""A plan's dates begin and end with the day where it runs, to the minute, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest

from app.domain.onboarding.duty import Asked
from app.domain.onboarding.plan import Health
from app.models import plan_day
from app.models.engine import reading, writing
from app.models.plan_day import local_day
from app.queries import duties, plan_days, plan_page, plan_report, plans
from app.queries.plan_report import Period
from tests.factories.hiring import actor_of
from tests.factories.plans import Cast, make_plan

if TYPE_CHECKING:
    from app.domain.facts import ActorFacts
    from tests.databases import Database

DUE, OPENS = date(2026, 11, 4), date(2026, 10, 30)
ZONES = ("Pacific/Auckland", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC", "America/New_York", "Etc/GMT+12")
MINUTE = timedelta(minutes=1)


def begins(day: date, zone: str) -> datetime:
    """When a day begins somewhere."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture(params=ZONES)
def cast(request: pytest.FixtureRequest, database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session, zone=request.param)


def asked(database: Database, actor: ActorFacts, now: datetime) -> list[Asked]:
    with reading(database.engine) as session:
        found = duties.duties(session, actor, now)
        assert duties.count(session, actor, now) == len(found)
    return [Asked(one.kind) for one in found]


def stands(database: Database, cast: Cast, now: datetime) -> Health:
    """How the first milestone does, as the list and the plan's page both say."""
    actor = actor_of(cast.hire)
    with reading(database.engine) as session:
        (line,) = plans.listing(session, actor, plans.PlanFilter(), now=now)
        page = plan_page.page(session, actor, cast.plan.id, now=now)
    assert (page.health, page.milestones[0].health) == (line.health, line.health)
    assert line.late == (line.health is Health.OVERDUE)
    return line.health


def test_a_check_in_opens_with_the_day_where_the_plan_runs(cast: Cast, database: Database) -> None:
    opens, manager = begins(OPENS, cast.plan.zone), actor_of(cast.manager)

    assert asked(database, manager, opens - MINUTE) == []
    assert asked(database, manager, opens) == [Asked.CHECK_IN]
    with reading(database.engine) as session:
        (duty,) = duties.duties(session, manager, opens)
        days = [plan_days.of_milestone(session, duty.params["milestone_id"], at) for at in (opens - MINUTE, opens)]
    assert duty.since == opens
    assert days == [OPENS - timedelta(days=1), OPENS]


def test_a_goal_is_asked_for_a_week_before_and_late_after_its_day(cast: Cast, database: Database) -> None:
    soon, hire = begins(DUE - timedelta(days=7), cast.plan.zone), actor_of(cast.hire)
    over = begins(DUE + timedelta(days=1), cast.plan.zone)

    assert asked(database, hire, soon - MINUTE) == []
    assert asked(database, hire, soon) == [Asked.GOAL, Asked.GOAL]
    with reading(database.engine) as session:
        late = [{one.late for one in duties.duties(session, hire, at)} for at in (over - MINUTE, over)]
    assert late == [{False}, {True}]


def test_a_plan_is_at_risk_and_overdue_by_its_own_day(cast: Cast, database: Database) -> None:
    soon, over = begins(DUE - timedelta(days=7), cast.plan.zone), begins(DUE + timedelta(days=1), cast.plan.zone)

    said = [stands(database, cast, at) for at in (soon - MINUTE, soon, over - MINUTE, over)]

    assert said == [Health.AHEAD, Health.AT_RISK, Health.AT_RISK, Health.OVERDUE]


def test_the_report_counts_a_milestone_from_its_own_day(cast: Cast, database: Database) -> None:
    due, hr = begins(DUE, cast.plan.zone), actor_of(cast.hr)
    with reading(database.engine) as session:
        found = [plan_report.report(session, hr, Period(), now=at).shown.whole for at in (due - MINUTE, due)]
    assert found == [0, 1]


def test_every_zone_is_told_to_the_database_as_it_is() -> None:
    for hour in range(0, 24, 3):
        now = datetime(2026, 3, 29, hour, 44, 59, tzinfo=UTC)
        told = plan_day.on(now)
        for zone in available_timezones():
            days = local_day(now, zone) - now.date()
            ahead, behind = (f"|{zone}|" in str(told[f"zones_{side}"]) for side in ("ahead", "behind"))
            assert (ahead, behind) == (days == timedelta(days=1), days == timedelta(days=-1)), zone
