"""Whose time was longer, and when they worked, is nobody's but the candidate's and the coordinators': in two worlds.

The worlds share a task with work that was handed in. In one of them a candidate has an allowance, extensions, another
window, another start and another end, and the clock closed their work. Nobody but coordinators gets another byte.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.domain.case_work import Extends
from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.case_grading import Grader
from app.models.case_work import CaseAllowance, CaseAnswer, CaseAssignment, CaseExtension
from app.models.engine import writing
from app.models.requisition import Requisition, RequisitionMember
from app.services import installation
from tests import databases
from tests.factories import hiring
from tests.factories.grading import Grading, stage_grading
from tests.journeys.stopped import answers_of, mail_of, program_of, signed_in
from tests.journeys.two_worlds import NOON
from tests.web import whole_sight

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.web.whole_sight import Ids

pytestmark = pytest.mark.usefixtures("salts_alike")

MINUTE = timedelta(minutes=1)


@dataclass
class Scene:
    """What both worlds share: the task, who looks, and the ids that fill addresses."""

    at: Grading
    viewers: dict[str, UUID]
    ids: Ids


def test_extra_time_changes_no_byte_for_graders_and_panel(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        _prove(
            stack, stack.enter_context(databases.sqlite_database(session_folder, tmp_path)), session_folder, tmp_path
        )


def test_extra_time_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.postgresql_database(session_folder))
        _prove(stack, first, session_folder, tmp_path)


def _prove(stack: ExitStack, first: databases.Database, session_folder: Path, folder: Path) -> None:
    program = program_of(first, folder)
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        scene = _staged(session)
    browsers = {name: signed_in(program, first.engine, one) for name, one in scene.viewers.items()}
    # A process reads each blueprint once; read now, it counts as a statement in neither world.
    answers_of(program, browsers["coordinator"], first.engine, [f"/requisitions/{scene.at.requisition}/case-tasks"])
    second = stack.enter_context(databases.copied(first, session_folder, folder))
    with writing(second.engine) as session:
        _lengthen(session, scene)
    wanted = [one for one in whole_sight.addresses(program, scene.ids) if not one.endswith("everything.zip")]
    for name, browser in browsers.items():
        one, two = (answers_of(program, browser, engine, wanted) for engine in (first.engine, second.engine))
        assert [key for key, answer in one.items() if answer.status >= 500] == [], name
        differing = [key for key in one if one[key] != two[key]]
        # Were times nowhere at all, nothing would be proven: coordinators read them.
        assert bool(differing) is (name == "coordinator"), (name, differing)
        assert mail_of(first.engine, scene.viewers[name]) == mail_of(second.engine, scene.viewers[name]), name


def _staged(session: Session) -> Scene:
    at = stage_grading(session, submissions=2)
    need = session.get_one(Requisition, at.requisition)
    chair = hiring.make_person(session, "Cher Chair", [Role.COMMITTEE])
    need.members.append(RequisitionMember(person_id=chair.id, part=Part.CHAIR))
    interviewer = hiring.make_person(session, "Ina Interviewer", [Role.INTERVIEWER])
    talk = hiring.make_interview(session, session.get_one(Application, at.applications[0]), [interviewer])
    viewers = {
        "grader": at.una.person_id, "other grader": at.udo.person_id, "coordinator": at.coordinator.person_id,
        "manager": at.manager.person_id, "chair": chair.id, "interviewer": interviewer.id,
        "partner": hiring.make_person(session, "Hedda Partner", [Role.HR_PARTNER]).id,
        "auditor": hiring.make_person(session, "Aude Auditor", [Role.AUDITOR]).id,
        "admin": hiring.make_person(session, "Abe Lund", [Role.ADMIN]).id,
    }  # fmt: skip
    ids: Ids = {
        "task_id": [at.task], "question_id": list(at.questions), "assignment_id": list(at.submissions),
        "grader_id": list(session.scalars(select(Grader.id).order_by(Grader.id))), "requisition_id": [at.requisition],
        "application_id": list(at.applications), "interview_id": [talk.id],
        "card_id": [hiring.card_of(session, talk, interviewer).id],
    }  # fmt: skip
    return Scene(at, viewers, ids)


def _lengthen(session: Session, scene: Scene) -> None:
    """Everything about one candidate's time is otherwise; so is the order in which work came in."""
    assignment_id, by_id = scene.at.submissions[0], scene.at.coordinator.person_id
    session.add(CaseAllowance(assignment_id=assignment_id, percent=50, minutes=30, set_at=NOON, set_by_id=by_id))
    for extends in Extends:
        session.add(
            CaseExtension(
                assignment_id=assignment_id, extends=extends, minutes=45, reason="A power cut.", at=NOON, by_id=by_id
            )
        )
    answers = update(CaseAnswer).where(CaseAnswer.assignment_id == assignment_id)
    given = update(CaseAssignment).where(CaseAssignment.id == assignment_id)
    session.execute(given.values(handed_in_at=None))
    session.execute(answers.values(saved_at=NOON - 3 * MINUTE, serial=40))
    session.execute(
        given.values(
            opens_at=NOON - 9000 * MINUTE, closes_at=NOON + 9000 * MINUTE, started_at=NOON - 200 * MINUTE,
            due_at=NOON - MINUTE, handed_in_at=NOON - MINUTE, closed_by_clock=True,
        )
    )  # fmt: skip
