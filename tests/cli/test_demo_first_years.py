"""The first years of the demo: five people at five points, told on any day of the week."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app import paths
from app.cli.demo import first_years, story
from app.cli.demo.moments import Moments
from app.domain.onboarding.due import WorkingDays, due
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import Health, review_opens
from app.formats import blueprint_files
from app.models.check_in import CheckIn, CheckInOutcome, TalkNote
from app.models.engine import reading
from app.models.facts import actor_facts
from app.models.measuring import OutcomeRow, PlanMetric, ReadingRow
from app.models.onboarding import Goal, GoalEvidence, Plan, PlanMilestone
from app.models.person import Person
from app.queries import plans
from tests.cli.conftest import SUNDAY

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.milestone import Onboarding
    from app.domain.permission import ActorFacts
    from app.queries.plans import PlanLine


def _actor(session: Session, key: str) -> ActorFacts:
    person_id = session.scalars(select(Person.id).where(Person.email == f"{key}@{story.DOMAIN}")).one()
    actor = actor_facts(session, person_id)
    assert actor is not None
    return actor


def _lines(session: Session, key: str) -> dict[str, PlanLine]:
    found = plans.listing(session, _actor(session, key), plans.PlanFilter(), now=SUNDAY)
    return {line.hire.partition(" ")[0]: line for line in found}


def test_five_first_years_stand_at_five_points(told: Engine) -> None:
    with reading(told) as session:
        lines = _lines(session, "amara")
    assert {name: line.health for name, line in lines.items()} == {
        "Lucía": Health.ON_TRACK,
        "Tariq": Health.BLOCKED,
        "Hedda": Health.ON_TRACK,
        "Bogdan": Health.OVERDUE,
        "Zanele": Health.AHEAD,
    }
    assert {name: line.signed for name, line in lines.items() if line.signed} == {"Lucía": 3, "Tariq": 1, "Hedda": 1}
    assert SUNDAY.date() < lines["Zanele"].starts_on <= SUNDAY.date() + timedelta(days=9)
    assert 92 <= (SUNDAY.date() - lines["Lucía"].starts_on).days <= 94


def test_two_managers_have_their_own(told: Engine) -> None:
    with reading(told) as session:
        assert set(_lines(session, "diego")) == {"Lucía", "Bogdan", "Zanele"}
        assert set(_lines(session, "ingrid")) == {"Tariq", "Hedda"}


def test_one_goal_waits_for_a_named_colleague(told: Engine) -> None:
    with reading(told) as session:
        blocked = session.scalars(select(Goal).where(Goal.state == GoalState.BLOCKED)).one()
        assert blocked.waits_for_id == _actor(session, "mei-ling").person_id
        assert "export" in blocked.blocked_by


def test_leave_covers_today_and_moves_what_is_not_signed(told: Engine) -> None:
    with reading(told) as session:
        hedda = _actor(session, "hedda").person_id
        plan = session.scalars(select(Plan).where(Plan.hire_id == hedda)).one()
        away = plan.leave[0]
        assert away.first_day <= SUNDAY.date() <= away.last_day
        first, second = plan.milestones[:2]
        assert first.settled == first.due_on < away.first_day
        length = (away.last_day - away.first_day).days + 1
        assert second.due_on >= plan.starts_on + timedelta(days=60 + length)


def test_the_longest_began_from_the_decision_and_waits_for_its_outcome(told: Engine) -> None:
    with reading(told) as session:
        plan = session.scalars(select(Plan).where(Plan.application_id.is_not(None))).one()
        assert plan.hire_id == _actor(session, "lucia").person_id
        assert session.scalar(select(func.count()).select_from(OutcomeRow)) == 0
        readings = session.scalar(select(func.count()).select_from(ReadingRow)) or 0
        assert session.scalar(select(func.count()).select_from(PlanMetric)) == 3
        assert readings == 20


def test_check_ins_are_sealed_by_both_and_by_one(told: Engine) -> None:
    with reading(told) as session:
        sides = session.execute(
            select(Person.name, func.count())
            .select_from(CheckIn)
            .join(PlanMilestone, PlanMilestone.id == CheckIn.milestone_id)
            .join(Plan, Plan.id == PlanMilestone.plan_id)
            .join(Person, Person.id == Plan.hire_id)
            .where(CheckIn.sealed_at.is_not(None))
            .group_by(Person.name)
        ).all()
        agreed = session.scalar(select(func.count()).select_from(CheckInOutcome))
        notes = set(session.scalars(select(TalkNote.shared)))
    assert {name.partition(" ")[0]: count for name, count in sides} == {"Lucía": 6, "Tariq": 2, "Hedda": 2, "Bogdan": 1}
    assert (agreed, notes) == (5, {True, False})


def test_what_is_signed_off_has_evidence(told: Engine) -> None:
    with reading(told) as session:
        shown = select(GoalEvidence.goal_id)
        bare = select(Goal.key).where(Goal.state == GoalState.SIGNED_OFF, Goal.id.not_in(shown))
        assert session.scalars(bare).all() == []
        states = set(session.scalars(select(Goal.state)))
    assert states == set(GoalState)


@pytest.mark.parametrize("days", range(7))
def test_check_ins_are_open_when_they_are_answered_whatever_day_it_is(days: int) -> None:
    moments = Moments(SUNDAY + timedelta(days=days), story.ZONE)
    early = []
    for told in first_years.first_years():
        onboarding = _onboarding(told.role)
        milestones = {one.id: one for one in onboarding.milestones}
        for one in told.check_ins:
            milestone = milestones[one.milestone]
            due_on = due(moments.day(told.starts), milestone.offset, onboarding.calendar, WorkingDays())
            opens_on = review_opens(due_on, milestone.review_opens)
            answered = [moments.at(side.at).date() for side in (one.hire, one.manager) if side]
            early += [(told.key, one.milestone) for day in answered if day < opens_on]
    assert early == []


@cache
def _onboarding(role: str) -> Onboarding:
    blueprint = blueprint_files.load_role(paths.rubrics_dir() / role, paths.case_studies_dir()).blueprint
    assert blueprint is not None
    assert blueprint.onboarding is not None
    return blueprint.onboarding
