"""The demo's interviews that run themselves: a plan with a gap, times, a task at every stage, a conflict, feedback."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.cli.demo import loop_story
from app.domain.case_grading import GradeState
from app.domain.case_work import WorkState
from app.models.candidate import Application, Candidate
from app.models.case_grading import Grade, Grader
from app.models.case_times import work_time
from app.models.case_work import CaseAnswer, CaseAssignment
from app.models.engine import reading
from app.models.facts import actor_facts
from app.models.interest import ConflictOfInterest
from app.models.interview import Interview
from app.models.link import CandidateFeedback, CandidateLink
from app.models.outbox import Message
from app.models.panel_plan import PanelPlanRow, Training
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.queries import applications, redactions, search
from tests.cli.conftest import SUNDAY

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def _actor(session: Session, key: str) -> ActorFacts:
    person_id = session.scalar(select(Person.id).where(Person.email == f"{key}@brightquay.example"))
    assert person_id is not None
    actor = actor_facts(session, person_id)
    assert actor is not None
    return actor


def _application(session: Session, name: str) -> UUID:
    return session.scalars(select(Application.id).join(Candidate).where(Candidate.name == name)).one()


def test_one_requisition_is_blind_and_its_plan_leaves_dimensions_to_nobody(told: Engine) -> None:
    with reading(told) as session:
        blind = session.scalars(select(Requisition).where(Requisition.blind.is_(True))).one()
        rows = session.scalars(select(PanelPlanRow).order_by(PanelPlanRow.position)).all()
        looks = Counter(focus.dimension for row in rows for focus in row.focus for _ in range(row.raters))
    assert blind.title == "Senior Data Scientist, Empty Containers"
    assert {row.requisition_id for row in rows} == {blind.id}
    assert "growing-others" not in looks
    assert looks["data-craft"] == 2


def test_a_loop_has_times_places_and_invitations(told: Engine) -> None:
    with reading(told) as session:
        application_id = _application(session, "Owen Adeyemi")
        planned = session.scalars(select(Interview).where(Interview.application_id == application_id)).all()
        invited = session.scalar(select(func.count()).where(Message.calendar != ""))
        seen = session.scalar(select(func.count()).select_from(Training).where(Training.recorded_at < SUNDAY))
    assert all(one.starts_at and one.starts_at > SUNDAY and one.place for one in planned)
    assert len(planned) == len(loop_story.loop().schedule.talks) == 3
    # One for each seat of the three talks.
    assert invited
    assert invited >= 5
    assert seen
    assert seen >= 6


def test_who_interviews_there_reads_a_code_and_finds_nobody_by_name(told: Engine) -> None:
    with reading(told) as session:
        farid, nadia = _actor(session, "farid"), _actor(session, "nadia")
        application_id = _application(session, "Owen Adeyemi")
        named = applications.page(session, nadia, application_id)
        coded = applications.page(session, farid, application_id)
        waiting = [(one.name, one.released_at) for one in redactions.queue(session, nadia)]
        assert ("Owen Adeyemi", None) in waiting
        assert "Owen" in repr(named)
        assert "Owen" not in repr(coded)
        assert "Adeyemi" not in repr(coded)
        assert [len(search.find(session, who, "owen adeyemi").candidates) for who in (nadia, farid)] == [1, 0]


def test_a_task_is_under_way_handed_in_and_half_graded(told: Engine) -> None:
    with reading(told) as session:
        given = session.scalars(select(CaseAssignment).order_by(CaseAssignment.created_at)).all()
        states = Counter(work_time(session, one.id).state(SUNDAY) for one in given)
        grades = Counter(session.scalars(select(Grade.state)))
        graders = session.scalar(select(func.count()).select_from(Grader))
        answers = session.scalar(select(func.count()).select_from(CaseAnswer))
        cards = session.scalar(
            select(func.count()).where(ScorecardRow.application_id.in_([one.application_id for one in given]))
        )
    assert states == {WorkState.HANDED_IN: 2, WorkState.RUNNING: 1}
    assert len({one.code for one in given}) == 3
    assert (grades, graders, answers) == ({GradeState.SEALED: 1, GradeState.OWED: 1}, 2, 11)
    assert cards == 0, "a grade becomes a card once all grades are in"


def test_a_conflict_a_referrer_links_and_feedback_are_kept(told: Engine) -> None:
    with reading(told) as session:
        conflict = session.scalars(select(ConflictOfInterest)).one()
        referred = session.scalars(select(Candidate.name).where(Candidate.referrer_id.is_not(None))).all()
        living = session.scalar(select(func.count()).where(CandidateLink.expires_at > SUNDAY))
        feedback = session.scalars(select(CandidateFeedback)).one()
        ruth = _actor(session, "ruth")
        assert search.find(session, ruth, "owen").candidates == ()
    assert conflict.withdrawn_at is None
    assert referred == ["Signe Halvorsen"]
    assert living
    assert living >= 3
    assert feedback.shared_at is not None
