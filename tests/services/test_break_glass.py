"""Reading sealed scorecards early: who asks, who decides, how long it holds, and what stays on record."""

from __future__ import annotations

import json
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
from app.models.audit import AuditEvent, AuditPayload
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
from app.services import break_glass, debriefs, decisions, early_members, interviews, requisitions, scorecards, votes
from app.services.decisions import Conclusion
from app.services.interviews import InterviewPlan
from app.services.requisitions import RequisitionDraft
from tests.factories import panels
from tests.factories.grants import give, make_early_reading
from tests.factories.hiring import NOW, make_application, make_card, make_person, make_requisition, open_debrief
from tests.factories.panel_plans import make_conflict
from tests.statements import counted

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

REASON = "The candidate withdraws unless we answer today."


def _asked(database: Database, panel: panels.Panel, now: datetime = NOW) -> UUID:
    with writing(database.engine) as session:
        made = break_glass.ask(session, panel.coordinator, panel.application, reason=REASON, now=now)
    assert made is not None
    return made


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

    (answer,) = {seat(one) for one in (reader.id, near.id, left.id, neither.id)}
    assert "take part in judging" in answer
    assert "early" not in answer
    assert "Cleo" not in answer


def _joins(database: Database, actor: ActorFacts, requisition_id: UUID, **people: object) -> int:
    """Put people on the committee; how many questions that asked the database."""
    with writing(database.engine) as session:
        requisition = session.get_one(Requisition, requisition_id)
        manager = session.scalars(
            select(RequisitionMember.person_id).where(RequisitionMember.part == Part.HIRING_MANAGER)
        ).first()
        draft = RequisitionDraft(requisition.title, requisition.blueprint_version_id, hiring_manager_id=manager)
        chair = session.scalars(select(Person.id).where(Person.name == "Carl Chair")).one_or_none()
        chair = chair or make_person(session, "Carl Chair", [Role.COMMITTEE]).id
        draft = replace(draft, chair_id=chair)
        draft = replace(draft, **people)  # type: ignore[arg-type]  # fields by name
        with counted(database.engine) as statements:
            requisitions.edit(session, actor, requisition_id, draft, version=requisition.version, now=NOW)
            session.flush()
    return len([one for one in statements if one.lstrip().startswith("SELECT")])


def test_no_hiring_manager_learns_by_filling_a_committee_who_read_early(database: Database) -> None:
    panel = panels.make_panel(database)
    with writing(database.engine) as session:
        reader = make_person(session, "Rea Reader", [Role.COMMITTEE])
        other = make_person(session, "Otto Other", [Role.COMMITTEE])
        hana, owing = (make_person(session, name, [Role.HR_PARTNER]) for name in ("Hana Sato", "Odo Owing"))
        make_card(session, session.get_one(Interview, panel.interview), owing)
        make_early_reading(session, panel.application, reader.id)

    def told() -> set[UUID]:
        with reading(database.engine) as session:
            about = Message.subject.in_((early_members.JOINED, early_members.YOURS))
            return set(session.scalars(select(Message.recipient_id).where(about)))

    plain = _joins(database, panel.manager, panel.requisition, member_ids=(other.id,))
    assert told() == set()
    _joins(database, panel.manager, panel.requisition)
    assert _joins(database, panel.manager, panel.requisition, member_ids=(reader.id,)) == plain
    assert told() == {reader.id, hana.id}, "who is concerned and who can mend it, but nobody who still owes a scorecard"
    _joins(database, panel.manager, panel.requisition, chair_id=reader.id)

    with writing(database.engine) as session:
        open_debrief(session, session.get_one(Application, panel.application), panel.manager.person_id)
        actor = actor_facts(session, reader.id)
        assert actor is not None
        with pytest.raises(NotAllowedError, match="You read scorecards on this candidate early"):
            votes.cast(session, actor, panel.application, Outcome.HIRE, "Good.", version=0, now=NOW)
        said = Conclusion(Outcome.HIRE, "They know how to do it.")
        with pytest.raises(NotAllowedError, match="You read scorecards on this candidate early"):
            decisions.record(session, actor, panel.application, said, now=NOW)


def test_a_coordinator_who_owes_a_scorecard_on_the_candidate_is_not_told_who_read_early(database: Database) -> None:
    panel = panels.make_panel(database)
    with writing(database.engine) as session:
        reader = make_person(session, "Rea Reader", [Role.COMMITTEE])
        make_early_reading(session, panel.application, reader.id)
    with pytest.raises(InvalidError, match="Rea Reader read scorecards early"):
        _joins(database, panel.coordinator, panel.requisition, member_ids=(reader.id,))
    with writing(database.engine) as session:
        clerk = session.get_one(Person, panel.coordinator.person_id)
        make_card(session, session.get_one(Interview, panel.interview), clerk)
        owing = actor_facts(session, clerk.id)
    assert owing is not None
    _joins(database, owing, panel.requisition, member_ids=(reader.id,))


def test_nobody_asks_where_nobody_else_could_approve(database: Database) -> None:
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)

    with writing(database.engine) as session:
        assert break_glass.ask(session, panel.coordinator, panel.application, reason=REASON, now=NOW) is None
    with reading(database.engine) as session:
        assert session.scalars(select(BrokenGlass)).all() == []
        assert session.scalars(select(Message).where(Message.path.contains("early-readings"))).all() == []
        tried = session.execute(
            select(AuditEvent.actor, AuditEvent.action, AuditPayload.body)
            .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
            .where(AuditEvent.object == f"application/{panel.application}", AuditEvent.action.startswith("glass."))
        ).one()
    assert tried[:2] == (f"user/{panel.coordinator.person_id}", "glass.fail")
    assert json.loads(tried.body) == {"reason": REASON}
