from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, ConflictError, NotAllowedError, NotFoundError, NotYetError
from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application, StageChange
from app.models.decision import DebriefRow
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.services import debriefs
from tests.factories.committee import make_committee, make_scored
from tests.factories.hiring import NOW, actor_of, make_application, make_interview, make_person

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database


def told(database: Database) -> dict[str, str]:
    with reading(database.engine) as session:
        rows = session.execute(select(Person.name, Message.subject).join(Person, Person.id == Message.recipient_id))
        return {row.name: row.subject for row in rows}


def opened(database: Database, actor: ActorFacts, application_id: UUID) -> None:
    with writing(database.engine) as session:
        debriefs.open_debrief(session, actor, application_id, now=NOW)


def test_opening_moves_the_stage_tells_the_circle_and_is_recorded(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        actor, application_id = actor_of(committee.manager), application.id
    opened(database, actor, application_id)
    with reading(database.engine) as session:
        row = session.scalars(select(DebriefRow)).one()
        steps = session.scalars(select(StageChange.to_stage).order_by(StageChange.number)).all()
        stage = session.scalar(select(Application.stage))
        acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert (row.application_id, row.opened_at, row.opened_by_id) == (application_id, NOW, actor.person_id)
    assert (stage, steps) == (Stage.DEBRIEF, [Stage.INTERVIEWING, Stage.DEBRIEF])
    assert acts[-2:] == ["application.stage", "debrief.open"]
    assert told(database) == dict.fromkeys(["Chidi Eze", "Member 1"], "A debrief is open: Product Manager, Search")


def test_a_second_opening_is_refused_and_changes_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        actor, application_id = committee.coordinator_actor, application.id
    opened(database, actor, application_id)
    before = told(database)
    with pytest.raises(AlreadyDoneError, match="open already"):
        opened(database, actor, application_id)
    assert told(database) == before


def test_nothing_opens_before_the_first_sealed_card(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_application(session, committee.requisition)
        make_interview(session, application, committee.interviewers)
        actor, application_id = committee.coordinator_actor, application.id
    with pytest.raises(NotYetError, match="Nobody has sealed"):
        opened(database, actor, application_id)


def test_a_withdrawn_application_has_no_debrief(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        application.stage = Stage.WITHDRAWN
        actor, application_id = committee.coordinator_actor, application.id
    with pytest.raises(ConflictError, match="withdrawn"):
        opened(database, actor, application_id)


def test_only_who_runs_the_process_and_owes_nothing_opens_it(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        make_interview(session, application, [committee.manager])
        stranger = actor_of(make_person(session, "Stray", [Role.HIRING_MANAGER, Role.COMMITTEE]))
        interviewer, owing = actor_of(committee.interviewers[0]), actor_of(committee.manager)
        chair, application_id = committee.chair_actor, application.id
    with pytest.raises(NotAllowedError, match="still owe"):
        opened(database, owing, application_id)
    with pytest.raises(NotAllowedError):
        opened(database, interviewer, application_id)
    for actor in (stranger, chair):
        with pytest.raises(NotFoundError):
            opened(database, actor, application_id)


def test_a_member_who_owes_a_card_on_the_candidate_elsewhere_is_not_told(database: Database) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=2)
        application = make_scored(session, committee, "Mira", [{"strategy": 4}], debrief=False)
        other = make_committee(session)
        again = make_application(session, other.requisition, application.candidate)
        make_interview(session, again, [committee.members[0]])
        actor, application_id = committee.coordinator_actor, application.id
    opened(database, actor, application_id)
    assert sorted(told(database)) == ["Chidi Eze", "Mara Lindqvist", "Member 2"]
