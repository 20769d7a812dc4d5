"""A candidate's own withdrawal: once however often it is sent, and told to whoever is concerned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.candidate_link import CandidateFacts
from app.domain.errors import AlreadyDoneError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import StageChange
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.requisition import Requisition
from app.services import applications, interviews, links, own_withdrawal
from app.services.interviews import InterviewPlan
from tests.factories.hiring import NOW, actor_of, make_application, make_person, make_requisition

if TYPE_CHECKING:
    from app.models.candidate import Application
    from tests.databases import Database


def _visitor(application: Application) -> CandidateFacts:
    return CandidateFacts(application.id, application.candidate_id, application.id)


def test_the_button_pressed_in_two_browsers_withdraws_once(database: Database) -> None:
    with writing(database.engine) as session:
        candidate = _visitor(make_application(session))

    def press(_: int) -> bool:
        try:
            with writing(database.engine) as session:
                own_withdrawal.withdraw(session, candidate, now=NOW)
        except AlreadyDoneError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(6))) == [False] * 5 + [True]
    with reading(database.engine) as session:
        steps = session.scalars(select(StageChange.to_stage).where(StageChange.by_id.is_(None))).all()
        acts = session.scalars(select(AuditEvent.actor).where(AuditEvent.action.like("%by_candidate"))).all()
        letters = session.scalars(select(Message.subject).where(Message.application_id.is_not(None))).all()
    assert steps == [Stage.WITHDRAWN]
    assert acts == ["system"]
    assert letters == ["You withdrew your application"]


def test_everybodys_calendar_is_cleared(database: Database) -> None:
    with writing(database.engine) as session:
        clerk = make_person(session, "Cleo Clerk", [Role.COORDINATOR])
        ada = make_person(session, "Ada Brook", [Role.INTERVIEWER])
        application = make_application(session, make_requisition(session, manager=clerk))
        talk = InterviewPlan(
            InterviewKind.CONVERSATION, "Talk", ("strategy",), (ada.id,), starts_at=NOW + timedelta(days=2)
        )
        interviews.plan(session, actor_of(clerk), application.id, talk, now=NOW)
        own_withdrawal.withdraw(session, _visitor(application), now=NOW + timedelta(hours=1))
        methods = session.execute(
            select(Message.recipient_id, Message.calendar_method).where(Message.calendar_method != "")
        ).all()
    told = sorted((str(row.recipient_id), row.calendar_method) for row in methods)
    assert told == sorted((str(who), method) for who in (ada.id, None) for method in ("REQUEST", "CANCEL"))


@pytest.mark.parametrize("how", [Stage.DECIDED, Stage.WITHDRAWN, RequisitionState.CLOSED])
def test_what_has_ended_cannot_be_withdrawn(database: Database, how: Stage | RequisitionState) -> None:
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        application = make_application(session)
        links.lasting(session, application.id, NOW + timedelta(days=1), now=NOW)
        if isinstance(how, Stage):
            applications.set_stage(session, clerk, application, how, reason="By phone.", now=NOW)
        else:
            session.get_one(Requisition, application.requisition_id).state = how
        session.flush()
        with pytest.raises(AlreadyDoneError, match="already ended"):
            own_withdrawal.withdraw(session, _visitor(application), now=NOW)
