"""Who is asked to grade a case, who cannot be, and who hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from app.domain.errors import AlreadyDoneError, InvalidError, NotFoundError
from app.domain.hiring import InterviewKind
from app.domain.permission import Role
from app.models.case_work import CaseTask
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import RoleGrant
from app.models.requisition import Requisition
from app.services import case_work, graders, interviews, requisitions
from tests.factories import hiring
from tests.factories.grading import LATER, make_grading, make_submission
from tests.factories.grants import give
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from tests.databases import Database


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.field for fault in error.value.faults]


def test_a_role_in_one_requisition_that_names_candidates_keeps_from_grading(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        third = hiring.make_person(session, "Tia Third", [Role.INTERVIEWER])
        give(session, third, Role.COORDINATOR, team="Data", by=at.coordinator.person_id)
    with pytest.raises(InvalidError, match="Coordinator"), writing(database.engine) as session:
        graders.appoint(session, at.coordinator, at.task, third.id, now=NOW)


def test_graders_get_no_other_part_while_they_grade(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        session.add(RoleGrant(person_id=at.una.person_id, role=Role.COMMITTEE, granted_at=NOW))
        plan = interviews.InterviewPlan(
            InterviewKind.CONVERSATION, "Talk", ("strategy",), interviewer_ids=(at.una.person_id,)
        )
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        interviews.plan(session, at.coordinator, at.applications[0], plan, now=NOW)
    assert refused(error) == ["interviewer_ids"]
    with reading(database.engine) as session:
        need = session.get_one(Requisition, at.requisition)
        wanted = requisitions.RequisitionDraft(
            need.title, need.blueprint_version_id, hiring_manager_id=at.manager.person_id,
            chair_id=at.una.person_id,
        )  # fmt: skip
        version = need.version
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        requisitions.edit(session, at.coordinator, at.requisition, wanted, version=version, now=NOW)
    assert refused(error) == ["chair_id"]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("manager", "no other part"),
        ("coordinator", "without that role"),
        ("una", "already"),
        ("closed", "open account"),
    ],
)
def test_who_cannot_be_appointed(database: Database, who: str, words: str) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        closed = hiring.make_person(session, "Carl Closed", [Role.INTERVIEWER], active=False).id
    person = closed if who == "closed" else getattr(at, who).person_id
    with pytest.raises((InvalidError, AlreadyDoneError), match=words), writing(database.engine) as session:
        graders.appoint(session, at.coordinator, at.task, person, now=NOW)


def test_only_who_runs_the_requisition_appoints(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        other = hiring.make_person(session, "Otto Other", [Role.HIRING_MANAGER])
        stranger, free = actor_of(other), hiring.make_person(session, "Ulla Third").id
    for actor in (stranger, at.una):
        with pytest.raises(NotFoundError), writing(database.engine) as session:
            graders.appoint(session, actor, at.task, free, now=NOW)


def test_handing_in_tells_the_graders_of_the_task_and_nobody_who_may_not_judge_it(database: Database) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        need = session.get_one(Requisition, at.requisition)
        session.execute(delete(Message))
        twin = hiring.make_candidate(session, "Una Gray", email=at.una.email)
        application = hiring.make_application(session, need, twin)
        given = make_submission(session, session.get_one(CaseTask, at.task), application, handed_in_at=None)
        given.started_at = LATER
        given.due_at = LATER + timedelta(hours=1)
        session.flush()
        case_work.hand_in(session, application.id, given.id, now=LATER + timedelta(minutes=5))
    with reading(database.engine) as session:
        told = session.execute(select(Message.recipient_id, Message.subject, Message.body)).all()
    people = {mail.recipient_id for mail in told}
    assert at.udo.person_id in people
    assert at.una.person_id not in people, "it is her own work"
    assert not any("Una" in f"{mail.subject} {mail.body}" for mail in told if mail.recipient_id == at.udo.person_id)
