"""Reading sealed scorecards early: who asks, who decides, how long it holds, and what stays on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from app.domain.card import CardState
from app.domain.decision import Outcome
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.granting import GLASS_LASTS, GLASS_WAITS, ReadEarly
from app.domain.hiring import InterviewKind, Part
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.granting import BrokenGlass
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition, RequisitionMember
from app.queries import early_readings
from app.queries.duties import duties
from app.queries.hiring_duties import DutyKind
from app.services import break_glass, debriefs, interviews, requisitions, scorecards, votes
from app.services.interviews import InterviewPlan
from app.services.requisitions import RequisitionDraft
from tests.factories import panels
from tests.factories.grants import give
from tests.factories.hiring import NOW, make_application, make_card, make_person, make_requisition, open_debrief
from tests.factories.panel_plans import make_conflict

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

REASON = "The candidate withdraws unless we answer today."


def _asked(database: Database, panel: panels.Panel, now: datetime = NOW) -> UUID:
    with writing(database.engine) as session:
        return break_glass.ask(session, panel.coordinator, panel.application, reason=REASON, now=now)


def _decide(database: Database, who: ActorFacts, glass: UUID, *, accept: bool = True, now: datetime = NOW) -> None:
    with writing(database.engine) as session:
        break_glass.decide(session, who, glass, accept=accept, now=now)


def _read(database: Database, who: ActorFacts, glass: UUID, now: datetime) -> int:
    with writing(database.engine) as session:
        break_glass.read(session, who, glass, now=now)
        return len(early_readings.opened(session, who, glass, now).cards)


def test_it_is_open_for_an_hour_from_the_approval_to_the_one_who_asked(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)
    glass = _asked(database, panel)
    with pytest.raises(NotAllowedError):
        _read(database, panel.coordinator, glass, NOW)
    _decide(database, admin, glass)

    assert _read(database, panel.coordinator, glass, NOW) == 1
    assert _read(database, panel.coordinator, glass, NOW + GLASS_LASTS - timedelta(seconds=1)) == 1
    for who, moment in ((admin, NOW), (panel.coordinator, NOW + GLASS_LASTS)):
        with pytest.raises(NotAllowedError):
            _read(database, who, glass, moment)
    with reading(database.engine) as session:
        told = session.scalars(select(Message.recipient_id).order_by(Message.recipient_id)).all()
        assert set(told) >= {admin.person_id, panel.coordinator.person_id}
        glassy = select(AuditEvent.action).where(AuditEvent.action.startswith("glass.")).order_by(AuditEvent.seq)
        assert list(session.scalars(glassy)) == ["glass.ask", "glass.approve", "glass.read", "glass.read"]
        (line,) = early_readings.of_application(session, panel.application)
    assert line == ReadEarly("Cleo Ruiz", NOW, "Ada First", REASON)


def test_a_request_lapses_is_decided_once_and_can_be_asked_anew(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)
    glass = _asked(database, panel)
    with pytest.raises(ConflictError, match="asked for this already"):
        _asked(database, panel)
    with pytest.raises(ConflictError, match="lapsed"):
        _decide(database, admin, glass, now=NOW + GLASS_WAITS)
    later = _asked(database, panel, NOW + GLASS_WAITS)
    _decide(database, admin, later, accept=False, now=NOW + GLASS_WAITS)
    with pytest.raises(ConflictError, match="was decided"):
        _decide(database, admin, later, now=NOW + GLASS_WAITS)
    with reading(database.engine) as session:
        shown = early_readings.listed(session, admin, NOW + GLASS_WAITS)
        assert [(one.glass_id, one.lapsed, one.may_decide) for one in shown] == [
            (later, False, False), (glass, True, False),
        ]  # fmt: skip
        assert early_readings.of_application(session, panel.application) == ()


def test_who_owes_a_card_is_the_candidate_or_reads_anyway_has_no_part_in_it(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)
    glass = _asked(database, panel)
    with writing(database.engine) as session:
        session.execute(update(Candidate).values(email=admin.email))
    with pytest.raises(NotFoundError):
        _decide(database, admin, glass)
    with writing(database.engine) as session, pytest.raises(NotAllowedError):
        break_glass.ask(session, panel.ada, panel.application, reason=REASON, now=NOW)
    with writing(database.engine) as session:
        debriefs.open_debrief(session, panel.coordinator, panel.application, now=NOW)
    with pytest.raises(ConflictError, match="already"):
        _asked(database, panel, NOW + GLASS_WAITS)


def test_asking_tells_nobody_whether_anything_is_sealed(database: Database) -> None:
    panel = panels.make_panel(database)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)

    glass = _asked(database, panel)
    _decide(database, admin, glass)
    assert _read(database, panel.coordinator, glass, NOW) == 0
    with reading(database.engine) as session:
        glassy = select(AuditEvent.action).where(AuditEvent.action.startswith("glass.")).order_by(AuditEvent.seq)
        assert list(session.scalars(glassy)) == ["glass.ask", "glass.approve", "glass.read"]


def test_a_partner_of_this_requisition_alone_can_be_the_second_person(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    with writing(database.engine) as session:
        partner, here = make_person(session, "Pia Here"), session.get_one(Requisition, panel.requisition)
        give(session, partner, Role.HR_PARTNER, requisition=here, by=panel.manager.person_id)
    glass = _asked(database, panel)
    with reading(database.engine) as session:
        actor = actor_facts(session, partner.id)
        assert session.scalars(select(Message.recipient_id).where(Message.path.endswith(str(glass)))).all() == [
            partner.id
        ]
    assert actor is not None
    _decide(database, actor, glass)


@pytest.mark.parametrize("part", ["seat", Part.MEMBER, Part.CHAIR, Part.HIRING_MANAGER])
def test_whoever_judges_the_candidate_does_not_read_early(database: Database, part: Part | str) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)
    glass = _asked(database, panel)
    _decide(database, admin, glass)
    with writing(database.engine) as session:
        clerk = session.get_one(Person, panel.coordinator.person_id)
        if isinstance(part, Part):
            session.add(RequisitionMember(requisition_id=panel.requisition, person_id=clerk.id, part=part))
        else:
            make_card(session, session.get_one(Interview, panel.interview), clerk).state = CardState.SEALED

    with pytest.raises(NotAllowedError):
        _read(database, panel.coordinator, glass, NOW)
    with writing(database.engine) as session, pytest.raises(NotAllowedError):
        break_glass.ask(session, panel.coordinator, panel.application, reason=REASON, now=NOW + GLASS_WAITS)


def test_whoever_read_early_gets_no_seat_and_no_vote_and_enters_no_card(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)
    with writing(database.engine) as session:
        clerk = session.get_one(Person, panel.coordinator.person_id)
        clerk.roles += [RoleGrant(role=role, granted_at=NOW) for role in (Role.INTERVIEWER, Role.COMMITTEE)]
        other = make_requisition(session, "Elsewhere", chair=clerk)
        candidate = session.get_one(Application, panel.application).candidate_id
        again = make_application(session, other, session.get_one(Candidate, candidate)).id
    wanted = InterviewPlan(InterviewKind.CONVERSATION, "Second talk", ("strategy",), (clerk.id,))
    glass = _asked(database, panel)
    _decide(database, admin, glass)
    _read(database, panel.coordinator, glass, NOW)

    with writing(database.engine) as session, pytest.raises(InvalidError, match="read scorecards on them early"):
        interviews.plan(session, panel.coordinator, panel.application, wanted, now=NOW)
    with writing(database.engine) as session:
        requisition = session.get_one(Requisition, panel.requisition)
        draft = RequisitionDraft(
            requisition.title, requisition.blueprint_version_id, hiring_manager_id=panel.manager.person_id,
            member_ids=(clerk.id,), chair_id=clerk.id,
        )  # fmt: skip
        with pytest.raises(InvalidError, match="Cleo Ruiz read scorecards early on somebody"):
            requisitions.edit(session, panel.coordinator, requisition.id, draft, version=requisition.version, now=NOW)
    with writing(database.engine) as session, pytest.raises(NotAllowedError, match="early"):
        scorecards.enter(session, panel.coordinator, panel.ada_card, panels.WHOLE, now=NOW)
    with writing(database.engine) as session:
        application = session.get_one(Application, again)
        open_debrief(session, application, panel.manager.person_id)
        assert not any(duty.kind is DutyKind.VOTE for duty in duties(session, panel.coordinator, NOW))
        with pytest.raises(NotAllowedError, match="early"):
            votes.cast(session, panel.coordinator, again, Outcome.HIRE, "Good.", version=0, now=NOW)


def test_no_hiring_manager_learns_by_trying_names_who_read_early(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    admin = panels.make_actor(database, "Ada First", Role.ADMIN)
    with writing(database.engine) as session:
        reader = session.get_one(Person, panel.coordinator.person_id)
        reader.roles += [RoleGrant(role=role, granted_at=NOW) for role in (Role.INTERVIEWER, Role.COMMITTEE)]
        candidate = session.scalars(select(Candidate)).one()
        near = make_person(session, "Nia Near", [Role.INTERVIEWER])
        make_conflict(session, near, candidate)
        left = make_person(session, "Leo Left", [Role.COMMITTEE, Role.INTERVIEWER])
        left.active = False
        neither = make_person(session, "Nils Neither")
    glass = _asked(database, panel)
    _decide(database, admin, glass)
    _read(database, panel.coordinator, glass, NOW)

    def seat(person_id: UUID) -> str:
        wanted = InterviewPlan(InterviewKind.CONVERSATION, "Second talk", ("strategy",), (person_id,))
        with writing(database.engine) as session, pytest.raises(InvalidError) as refused:
            interviews.plan(session, panel.manager, panel.application, wanted, now=NOW)
        return str(refused.value)

    def part(**people: object) -> str:
        with writing(database.engine) as session:
            requisition = session.get_one(Requisition, panel.requisition)
            draft = RequisitionDraft(
                requisition.title, requisition.blueprint_version_id, hiring_manager_id=panel.manager.person_id
            )
            draft = replace(draft, **people)  # type: ignore[arg-type]  # fields by name
            with pytest.raises(InvalidError) as refused:
                requisitions.edit(session, panel.manager, requisition.id, draft, version=requisition.version, now=NOW)
        return str(refused.value)

    for answers in (
        {seat(one) for one in (reader.id, near.id, left.id, neither.id)},
        {part(member_ids=(one,)) for one in (reader.id, left.id, neither.id)},
        {part(chair_id=one) for one in (reader.id, left.id, neither.id)},
    ):
        (answer,) = answers
        assert "take part in judging" in answer
        assert "early" not in answer
        assert "Cleo" not in answer


def test_nobody_asks_where_nobody_else_could_approve(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)

    with pytest.raises(ConflictError, match="Nobody else could approve"):
        _asked(database, panel)
    with reading(database.engine) as session:
        assert session.scalars(select(BrokenGlass)).all() == []
