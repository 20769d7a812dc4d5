"""The figures of the report are those of the lists behind them, on both databases."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

import pytest

from app.domain.onboarding.goal import EvidenceKind, GoalAct
from app.domain.onboarding.plan import PlanState
from app.models.engine import reading, writing
from app.models.onboarding import GoalEvidence
from app.queries import plan_report as queries
from app.queries.plan_report import Period
from app.services import goals
from tests.factories.hiring import NOW, actor_of
from tests.factories.plans import START, TODAY, Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

GOALS = ("learn", "goal-2", "ship", "result")


def sign_off(session: Session, cast: Cast, key: str, days: int) -> None:
    """Submit a goal, and sign it off so many days later."""
    goal, hire, manager = cast.goal(session, key), actor_of(cast.hire), actor_of(cast.manager)
    piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Done", body="As seen.", about_on=TODAY)
    goals.show(session, hire, goal.id, piece, today=TODAY, now=NOW)
    goals.act(session, hire, goal.id, GoalAct.SUBMIT, version=goal.version, now=NOW)
    goals.act(session, manager, goal.id, GoalAct.SIGN, version=goal.version, now=NOW + timedelta(days=days))


@pytest.mark.parametrize("waits", [[9, 1, 4, 2, 6], [3, 8, 8, 1, 20, 5], [7]])
def test_figures_count_what_the_lists_hold(database: Database, waits: list[int]) -> None:
    with writing(database.engine) as session:
        casts = [make_plan(session), make_plan(session, starts_on=START + timedelta(days=1))]
        places = [(cast, key) for cast in casts for key in GOALS]
        for (cast, key), days in zip(places, waits, strict=False):
            sign_off(session, cast, key, days)
        casts[1].plan.state, casts[1].plan.ended_on = PlanState.CLOSED, TODAY
        hr = actor_of(casts[0].hr)
    now = NOW + timedelta(days=30)
    for period in (Period(), Period(first=START + timedelta(days=1)), Period(last=START)):
        with reading(database.engine) as session:
            with counted(database.engine) as statements:
                found = queries.report(session, hr, period, now=now)
            assert len(statements) == 3
            signed = queries.sign_offs(session, hr, period)
            due = queries.due_milestones(session, hr, period, now=now)
        middle = median(one.waited / timedelta(days=1) for one in signed) if len(signed) >= 5 else None
        assert (found.wait.count, found.wait.days) == (len(signed), middle)
        assert (found.shown.part, found.shown.whole) == (sum(one.pieces > 0 for one in due), len(due))
        assert sum(team.running for team in found.teams) == found.states[PlanState.ACTIVE]


def test_waived_milestones_are_not_asked_for(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for key in ("learn", "goal-2"):
            goal = cast.goal(session, key)
            manager = actor_of(cast.manager)
            goals.act(session, manager, goal.id, GoalAct.WAIVE, version=goal.version, now=NOW, note="Known already.")
        found = queries.report(session, actor_of(cast.hr), Period(), now=NOW + timedelta(days=20))
    assert (found.shown.part, found.shown.whole) == (0, 1), "only the second month is due and not waived"
