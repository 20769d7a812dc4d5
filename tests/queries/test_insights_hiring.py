"""Pipeline, load, coverage, and composites beside what came later: counts for HR that tell nothing sealed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.decision import Outcome
from app.domain.errors import NotAllowedError
from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.candidate import Application, StageChange
from app.models.engine import reading, writing
from app.models.measuring import OutcomeRow
from app.models.onboarding import Plan
from app.queries import load, outcome_validity, pipeline
from app.queries.outcome_validity import Hire
from app.services import scorecards
from tests.factories.committee import decide_chained, make_committee
from tests.factories.cycles import make_team
from tests.factories.hiring import (
    NOW,
    actor_of,
    card_of,
    make_application,
    make_interview,
    make_person,
    open_debrief,
    seal,
)
from tests.factories.history import DIMENSIONS, make_past
from tests.factories.insight import hired
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

LATER = NOW + timedelta(days=30)


def _move(session: Session, application: Application, *stages: tuple[Stage, int]) -> None:
    """Let an application come to stages, so many days after it was made."""
    by = application.requisition.created_by_id
    for number, (stage, days) in enumerate(stages, 2):
        at = NOW + timedelta(days=days)
        session.add(StageChange(application_id=application.id, number=number, to_stage=stage, at=at, by_id=by))
    session.flush()


def test_the_funnel_counts_one_role_and_its_hires(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        elsewhere = make_committee(session)
        make_application(session, elsewhere.requisition, name="Other role", stage=Stage.APPLIED)
        far = make_application(session, committee.requisition, name="Far", stage=Stage.APPLIED)
        _move(session, far, (Stage.INTERVIEWING, 2), (Stage.DEBRIEF, 5), (Stage.DECIDED, 6))
        decide_chained(session, far, committee.chair, [])
        make_application(session, committee.requisition, name="Near", stage=Stage.APPLIED)
        hr = actor_of(make_person(session, "Hana HR", [Role.HR_PARTNER]))
        role = committee.requisition.blueprint.role

    with reading(database.engine) as session:
        found = pipeline.pipeline(session, hr, None)
        assert found.chosen is not None
        assert (found.chosen.role, found.chosen.applications, len(found.roles)) == (role, 2, 2)
        assert [(line.stage, line.reached) for line in found.lines] == [
            ("Applied", 2), ("Screening", 1), ("Interviewing", 1), ("Debrief", 1), ("Decided", 1), ("Hired", 1),
        ]  # fmt: skip
        assert pipeline.pipeline(session, hr, "no-such-role").chosen is None
        with pytest.raises(NotAllowedError):
            pipeline.pipeline(session, actor_of(committee.coordinator), None)


def test_whom_one_owes_a_card_on_stands_no_further_than_the_interviews(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        partner = make_person(session, "Hana HR", [Role.HR_PARTNER, Role.INTERVIEWER])
        application = make_application(session, committee.requisition, stage=Stage.APPLIED)
        interview = make_interview(session, application, [partner])
        _move(session, application, (Stage.INTERVIEWING, 1), (Stage.DEBRIEF, 2), (Stage.DECIDED, 3))
        open_debrief(session, application, committee.coordinator.id)
        decide_chained(session, application, committee.chair, [])
        card_id, hr = card_of(session, interview, partner).id, actor_of(partner)

    with reading(database.engine) as session:
        veiled = pipeline.pipeline(session, hr, None).lines
    assert [line.reached for line in veiled] == [1, 1, 1, 0, 0, 0]

    with writing(database.engine) as session:
        scorecards.release(session, committee.coordinator_actor, card_id, "Not needed any more.", NOW)
    with reading(database.engine) as session:
        open_now = pipeline.pipeline(session, hr, None).lines
    assert [line.reached for line in open_now] == [1, 1, 1, 1, 1, 1]


def test_load_counts_seats_whatever_became_of_the_cards(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=2)
        busy, idle = committee.interviewers
        application = make_application(session, committee.requisition)
        interview = make_interview(session, application, [busy], starts_at=LATER - timedelta(days=3))
        make_interview(session, application, [busy], title="Case", starts_at=LATER + timedelta(days=3))
        make_interview(session, application, [busy], title="Long ago", starts_at=LATER - timedelta(days=40))
        cancelled = make_interview(session, application, [idle], title="Off", starts_at=LATER - timedelta(days=2))
        cancelled.cancelled_at = NOW
        hr = actor_of(make_person(session, "Hana HR", [Role.HR_PARTNER]))

    with reading(database.engine) as session:
        before = load.load_and_coverage(session, hr, None, now=LATER)
    assert [(line.name, line.held, line.ahead) for line in before.load] == [
        ("Interviewer 1", 1, 1),
        ("Interviewer 2", 0, 0),
    ]
    with writing(database.engine) as session:
        seal(session, card_of(session, interview, busy), {"strategy": 3})
    with reading(database.engine) as session:
        assert load.load_and_coverage(session, hr, None, now=LATER) == before


def test_coverage_counts_decided_candidates_only(database: Database) -> None:
    with writing(database.engine) as session:
        past = make_past(session, candidates=2)
        application = make_application(session, past.committee.requisition, name="Thin")
        interview = make_interview(session, application, past.interviewers[:1])
        seal(session, card_of(session, interview, past.interviewers[0]), {"strategy": 3, "fluency": None})
        open_debrief(session, application, past.committee.coordinator.id)
        waiting = make_application(session, past.committee.requisition, name="Undecided")
        talk = make_interview(session, waiting, past.interviewers[:1])
        seal(session, card_of(session, talk, past.interviewers[0]), {"empathy": 3})
        decide_chained(session, application, past.committee.chair, [], Outcome.NO_HIRE)

    with reading(database.engine) as session:
        found = load.load_and_coverage(session, actor_of(past.hr), None, now=LATER)
        with pytest.raises(NotAllowedError):
            load.load_and_coverage(session, actor_of(past.committee.manager), None, now=LATER)

    assert found.candidates == 3
    assert [(line.title, line.nobody, line.one, line.more) for line in found.coverage] == [
        ("Product Strategy", 0, 1, 2),
        ("Technical Fluency", 1, 0, 2),
        ("Customer Empathy", 1, 0, 2),
    ]


@pytest.mark.parametrize("candidates", [1, 6])
def test_each_table_takes_as_many_queries_whatever_the_number_of_rows(database: Database, candidates: int) -> None:
    with writing(database.engine) as session:
        past = make_past(session, candidates)
    hr = actor_of(past.hr)
    with reading(database.engine) as session:
        load.load_and_coverage(session, hr, None, now=LATER)
        with counted(database.engine) as sent:
            load.load_and_coverage(session, hr, None, now=LATER)
            assert len(sent) == 3
            pipeline.pipeline(session, hr, None)
            assert len(sent) == 6


SCALE = (1, 2, 3, 4, 5)


def _hire(said: int | None, came: int | None, *, departed: bool = False) -> Hire:
    return Hire(SCALE, None if said is None else Fraction(said), departed, None if came is None else Fraction(came))


def test_twenty_hires_are_correlated_and_nineteen_are_not() -> None:
    pairs = [_hire(1 + number % 5, 1 + (number + number // 10) % 5) for number in range(20)]
    found = outcome_validity.day_90(pairs)
    assert (found.n, found.low is not None, found.high is not None) == (20, True, True)
    assert found.r is not None
    assert 0 < found.r < 1
    fewer = outcome_validity.day_90([*pairs[:19], _hire(3, None), _hire(None, 3)])
    assert (fewer.n, fewer.r) == (19, None)
    assert outcome_validity.day_90([_hire(3, 3)] * 25).r is None
    assert outcome_validity.day_90([]).n == 0


def test_departures_are_laid_beside_the_middle_of_the_others() -> None:
    followed = [_hire(3, came) for came in (2, 3, 4)]
    against = [_hire(2, came, departed=True) for came in (4, 3, 2, 1, None)]
    found = outcome_validity.departures([*followed, *against])
    assert (found.n, found.better, found.same, found.worse, found.unknown) == (5, 1, 1, 2, 1)
    assert outcome_validity.departures([*followed, *against[:4]]).better is None
    assert outcome_validity.departures(against).better is None


def test_a_hire_is_read_with_the_result_that_the_manager_recorded(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        hired(session, team, team.mira, "7/2")
        hired(session, team, team.noor, None)
        plan_id = session.scalars(select(Plan.id).where(Plan.hire_id == team.mira.id)).one()
        for dimension, value in zip(DIMENSIONS, (4, 3, None), strict=True):
            session.add(
                OutcomeRow(
                    plan_id=plan_id, dimension=dimension, value=value, recorded_at=NOW, recorded_by_id=team.manager.id
                )
            )
    with reading(database.engine) as session:
        found = outcome_validity.hires(session)
    # 50 points of weight at 4 and 30 at 3, over the 80 that were recorded.
    assert sorted(((one.said, one.came, one.departed) for one in found), key=str) == [
        (Fraction(7, 2), Fraction(29, 8), False),
        (None, None, False),
    ]
