"""Tasks made, frozen and given; time added with a reason or in confidence; work opened again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.case_work import GRACE, Allowance, CaseMode, Extends
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent, AuditPayload
from app.models.candidate import Application
from app.models.case_grading import Grade, GradesReveal
from app.models.case_times import work_time
from app.models.case_work import CaseAssignment, CaseExtension, CaseTask
from app.models.engine import reading, writing
from app.models.link import CandidateLink
from app.models.outbox import Message
from app.models.requisition import Requisition
from app.queries import case_desk
from app.services import case_giving, case_tasks, case_time, case_work, graders, interviews
from app.services.case_giving import Window
from app.services.case_tasks import QuestionPlan
from app.services.interviews import InterviewPlan
from tests.factories.case_work import CLOSES, OPENS, Given, begin, hand_in, make_given, plan_of, write
from tests.factories.grading import LATER, grade, make_grading, make_task
from tests.factories.hiring import NOW, actor_of, make_application, make_interview, make_person

if TYPE_CHECKING:
    from datetime import datetime

    from tests.databases import Database

END = NOW + timedelta(hours=1)
WINDOW = Window(OPENS, CLOSES)


@pytest.fixture
def given(database: Database) -> Given:
    """A take-home of an hour that was not begun."""
    return make_given(database)


def mails(database: Database, given: Given) -> list[str]:
    """What the candidate was written, oldest first."""
    with reading(database.engine) as session:
        rows = session.scalars(
            select(Message).where(Message.application_id == given.application).order_by(Message.created_at)
        )
        return [f"{row.subject}\n{row.body}" for row in rows]


def test_a_task_asks_for_each_deliverable_of_its_case(database: Database, given: Given) -> None:
    with reading(database.engine) as session:
        plan = plan_of(session.get_one(CaseTask, given.task))

    assert [(one.text, set(one.dimensions)) for one in plan.questions] == [
        ("A plan for the first release", {"strategy"}),
        ("How you would tell that it works", {"fluency", "strategy"}),
        ("What you would leave out", set()),
    ]
    assert (plan.title, plan.minutes, plan.takes_files) == ("The shortlist", 60, True)


def test_the_first_assignment_freezes_a_task(database: Database, given: Given) -> None:
    with writing(database.engine) as session:
        task = session.get_one(CaseTask, given.task)
        with pytest.raises(AlreadyDoneError):
            case_tasks.edit(
                session, given.coordinator, given.task, plan_of(task, title="Other"), version=task.version, now=NOW
            )
        with pytest.raises(AlreadyDoneError):
            case_tasks.discard(session, given.coordinator, given.task, now=NOW)


def test_a_task_that_nobody_has_can_be_changed_and_removed(database: Database, given: Given) -> None:
    with writing(database.engine) as session:
        made = case_tasks.create(session, given.coordinator, given.requisition, "shortlist", CaseMode.LIVE, now=NOW)
        task = session.get_one(CaseTask, made)
        wanted = plan_of(task, minutes=None, questions=(QuestionPlan("Only this?", ("empathy",)),))
        case_tasks.edit(session, given.coordinator, made, wanted, version=task.version, now=NOW)
        assert plan_of(task) == wanted
        with pytest.raises(ConflictError):
            case_tasks.edit(session, given.coordinator, made, wanted, version=1, now=NOW)
        wrong = plan_of(task, minutes=4, title=" ", questions=(QuestionPlan("x", ("nothing",)),))
        with pytest.raises(InvalidError) as refused:
            case_tasks.edit(session, given.coordinator, made, wrong, version=task.version, now=NOW)
        assert {fault.field for fault in refused.value.faults} == {"minutes", "title", "question-1"}
        case_tasks.discard(session, given.coordinator, made, now=NOW)
        assert session.get(CaseTask, made) is None


def test_only_coordinators_keep_case_work(database: Database, given: Given) -> None:
    with writing(database.engine) as session:
        other = make_application(session, session.get_one(Requisition, given.requisition), name="Jonas Lindgren").id
        stranger = actor_of(make_person(session, "Ines Falk", [Role.INTERVIEWER, Role.HR_PARTNER, Role.ADMIN]))
        for actor, error in ((given.manager, NotAllowedError), (stranger, (NotFoundError, NotAllowedError))):
            with pytest.raises(error):
                case_giving.assign(session, actor, given.task, other, WINDOW, now=NOW)
            with pytest.raises(error):
                case_time.allow(session, actor, given.assignment, Allowance(50), now=NOW)
            with pytest.raises(error):
                case_giving.withdraw(session, actor, given.assignment, reason="No.", now=NOW)


def test_a_candidate_is_told_by_mail_and_their_link_outlives_their_time(database: Database, given: Given) -> None:
    (mail,) = mails(database, given)
    assert "from 22 November 2026, 08:00 UTC until 25 November 2026, 09:00 UTC" in mail
    assert "shortlist" not in mail.lower()
    assert "write to Cleo Ruiz, cleo.ruiz" in mail
    with reading(database.engine) as session:
        link = session.scalars(select(CandidateLink).where(CandidateLink.application_id == given.application)).one()
        message = session.scalars(select(Message).where(Message.application_id == given.application)).one()
    assert link.expires_at >= CLOSES + timedelta(hours=1, days=7)
    assert message.with_link


def test_nobody_gets_a_task_twice_or_after_the_end(database: Database, given: Given) -> None:
    with writing(database.engine) as session, pytest.raises(AlreadyDoneError):
        case_giving.assign(session, given.coordinator, given.task, given.application, WINDOW, now=NOW)
    with writing(database.engine) as session:
        case_giving.withdraw(session, given.coordinator, given.assignment, reason="Known.", now=NOW)
        again = case_giving.assign(session, given.coordinator, given.task, given.application, WINDOW, now=NOW)
        assert again != given.assignment
        codes = session.scalars(select(CaseAssignment.code)).all()
    assert len(set(codes)) == 2
    with writing(database.engine) as session:
        need = session.get_one(Requisition, given.requisition)
        gone = make_application(session, need, name="Jonas Lindgren")
        gone.stage = Stage.WITHDRAWN
        session.flush()
        with pytest.raises(AlreadyDoneError):
            case_giving.assign(session, given.coordinator, given.task, gone.id, WINDOW, now=NOW)
        need.state = RequisitionState.CLOSED
        late = make_application(session, need, name="Priya Raghavan")
        with pytest.raises(AlreadyDoneError):
            case_giving.assign(session, given.coordinator, given.task, late.id, WINDOW, now=NOW)


@pytest.mark.parametrize(
    ("opens", "closes"), [(CLOSES, OPENS), (OPENS, OPENS), (OPENS, NOW), (OPENS, OPENS + timedelta(days=61))]
)
def test_a_window_has_to_make_sense(database: Database, given: Given, opens: datetime, closes: datetime) -> None:
    with writing(database.engine) as session:
        other = make_application(session, session.get_one(Requisition, given.requisition), name="Jonas Lindgren").id
        with pytest.raises(InvalidError) as refused:
            case_giving.assign(
                session,
                given.coordinator,
                given.task,
                other,
                Window(opens, closes),
                now=NOW,
            )
    assert [fault.field for fault in refused.value.faults] == ["closes_at"]


def test_a_live_case_belongs_to_a_case_study_interview_of_the_same_candidate(database: Database, given: Given) -> None:
    with writing(database.engine) as session:
        live = case_tasks.create(session, given.coordinator, given.requisition, "shortlist", CaseMode.LIVE, now=NOW)
        application = session.get_one(Application, given.application)
        fits = make_interview(session, application, kind=InterviewKind.CASE_STUDY)
        talk = make_interview(session, application, kind=InterviewKind.CONVERSATION)
        for interview_id in (None, talk.id):
            with pytest.raises(InvalidError):
                case_giving.assign(
                    session, given.coordinator, live, application.id, WINDOW, interview_id=interview_id, now=NOW
                )
        made = case_giving.assign(
            session, given.coordinator, live, application.id, WINDOW, interview_id=fits.id, now=NOW
        )
        assert session.get_one(CaseAssignment, made).interview_id == fits.id


def test_what_grades_became_is_no_interview_for_a_live_case(database: Database) -> None:
    at = make_grading(database)
    for grader in (at.una, at.udo):
        grade(database, at, grader)
    with writing(database.engine) as session:
        live = make_task(session, session.get_one(Requisition, at.requisition), title="Live")
        live.mode = CaseMode.LIVE
        opened = session.scalars(select(GradesReveal.interview_id)).one()
        assert case_desk.case_interviews(session, at.coordinator, at.requisition) == ()
        with pytest.raises(InvalidError):
            case_giving.assign(
                session, at.coordinator, live.id, at.applications[0], WINDOW, interview_id=opened, now=NOW
            )


def test_open_grades_stand_whoever_would_take_the_task_or_the_interview_away(database: Database) -> None:
    at = make_grading(database)
    grade(database, at, at.una)
    grade(database, at, at.udo)
    with writing(database.engine) as session:
        cleo = at.coordinator
        with pytest.raises(AlreadyDoneError, match="grades of this work are open"):
            case_giving.withdraw(session, cleo, at.submissions[0], reason="By mistake.", now=LATER)
        assert session.get_one(CaseAssignment, at.submissions[0]).withdrawn_at is None
        made = session.scalars(select(GradesReveal.interview_id)).one()
        with pytest.raises(AlreadyDoneError, match="stands for the grades"):
            interviews.cancel(session, cleo, made, reason="By mistake.", now=LATER)
        wanted = InterviewPlan(InterviewKind.CONVERSATION, "Another", ("strategy",), None)
        with pytest.raises(AlreadyDoneError, match="stands for the grades"):
            interviews.edit(session, cleo, made, wanted, version=1, now=LATER)


def test_nobody_grades_a_live_case(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        live = make_task(session, session.get_one(Requisition, at.requisition), title="Live")
        live.mode = CaseMode.LIVE
        with pytest.raises(InvalidError, match="interviewers"):
            graders.appoint(session, at.coordinator, live.id, at.una.person_id, now=NOW)


def test_an_allowance_leaves_no_trace_but_the_time(database: Database, given: Given) -> None:
    begin(database, given)
    with writing(database.engine) as session:
        case_time.allow(session, given.coordinator, given.assignment, Allowance(25, 5), now=NOW)
    with reading(database.engine) as session:
        assert session.get_one(CaseAssignment, given.assignment).due_at == END + timedelta(minutes=20)
        events = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
        payloads = session.scalars(select(AuditPayload.body)).all()
    assert events[-1] == "case-work.time"
    assert not any("25" in json.dumps(body) and "percent" in json.dumps(body) for body in payloads)
    assert "25" not in mails(database, given)[-1]


def test_time_is_never_taken_from_a_countdown_that_runs(database: Database, given: Given) -> None:
    begin(database, given)
    with writing(database.engine) as session:
        case_time.allow(session, given.coordinator, given.assignment, Allowance(minutes=60), now=NOW)
    with pytest.raises(InvalidError), writing(database.engine) as session:
        case_time.allow(session, given.coordinator, given.assignment, Allowance(), now=END + timedelta(minutes=30))
    with reading(database.engine) as session:
        assert work_time(session, given.assignment).allowance == Allowance(minutes=60)


def test_an_extension_moves_the_window_first_and_the_countdown_once_it_runs(database: Database, given: Given) -> None:
    def extend(until: datetime, at: datetime) -> None:
        with writing(database.engine) as session:
            case_time.extend(
                session,
                given.coordinator,
                given.assignment,
                until,
                reason="A power cut.",
                now=at,
            )

    extend(CLOSES + timedelta(days=1), NOW)
    begin(database, given, now=CLOSES + timedelta(hours=1))
    extend(CLOSES + timedelta(hours=2, minutes=20), CLOSES + timedelta(hours=1))

    with reading(database.engine) as session:
        rows = session.scalars(select(CaseExtension).order_by(CaseExtension.minutes)).all()
        due = session.get_one(CaseAssignment, given.assignment).due_at
    assert [(row.extends, row.minutes) for row in rows] == [(Extends.COUNTDOWN, 20), (Extends.WINDOW, 1440)]
    assert due == CLOSES + timedelta(hours=2, minutes=20)
    for until in (CLOSES + timedelta(hours=2), CLOSES + timedelta(days=90)):
        with pytest.raises(InvalidError):
            extend(until, CLOSES + timedelta(hours=1))


def test_work_that_the_clock_closed_is_opened_again_until_somebody_grades_it(database: Database, given: Given) -> None:
    begin(database, given)
    write(database, given, "half")
    late = END + GRACE + timedelta(seconds=1)
    with writing(database.engine) as session:
        case_work.close_lapsed(session, now=late)
    with writing(database.engine) as session:
        case_time.extend(session, given.coordinator, given.assignment, LATER, reason="Our server was away.", now=late)
    write(database, given, "half and whole", version=1, now=late)
    with writing(database.engine) as session:
        case_work.close_lapsed(session, now=LATER + GRACE + timedelta(seconds=1))
    with reading(database.engine) as session:
        stored = session.get_one(CaseAssignment, given.assignment)
    assert (stored.handed_in_at, stored.closed_by_clock) == (LATER, True)


def test_work_that_was_handed_in_keeps_its_time(database: Database, given: Given) -> None:
    begin(database, given)
    hand_in(database, given)
    with writing(database.engine) as session:
        with pytest.raises(AlreadyDoneError):
            case_time.allow(session, given.coordinator, given.assignment, Allowance(50), now=NOW)
        with pytest.raises(AlreadyDoneError):
            case_time.extend(session, given.coordinator, given.assignment, LATER, reason="More.", now=NOW)
        assert session.scalars(select(Grade.id)).all() == []
