from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.engine import writing
from app.models.interview import Interview, InterviewFocus
from app.models.outbox import Message
from app.models.scorecard import ScorecardRow
from app.services import interviews
from app.services.interviews import InterviewPlan
from tests.factories import hiring as make

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW
TALK = InterviewPlan(InterviewKind.CONVERSATION, "Product talk", ("strategy", "empathy"), starts_at=NOW, minutes=45)


def coordinator(session: Session) -> ActorFacts:
    return make.actor_of(make.make_person(session, "Cora Finn", [Role.COORDINATOR]))


def panel(session: Session, *names: str) -> list[Person]:
    return [make.make_person(session, name, [Role.INTERVIEWER]) for name in names]


def cards(session: Session) -> dict[UUID, CardState]:
    session.expire_all()
    return {card.interviewer_id: card.state for card in session.scalars(select(ScorecardRow))}


def test_planning_gives_each_interviewer_a_card_and_a_notice(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session, stage=Stage.APPLIED)
        ida, ole = panel(session, "Ida Noor", "Ole Bard")
        wanted = replace(TALK, interviewer_ids=(ida.id, ole.id, ida.id))
        made = interviews.plan(session, actor, application.id, wanted, now=NOW)
        kept = session.get_one(Interview, made)
        focus = set(session.scalars(select(InterviewFocus.dimension)))
        assert (kept.title, kept.minutes, kept.starts_at, focus) == ("Product talk", 45, NOW, {"strategy", "empathy"})
        assert cards(session) == {ida.id: CardState.OWED, ole.id: CardState.OWED}
        told = select(Message.recipient_id).where(Message.application_id.is_(None))
        assert set(session.scalars(told)) == {ida.id, ole.id}
        assert session.get_one(Application, application.id).stage is Stage.INTERVIEWING


def test_every_fault_is_listed_at_once(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        stranger = make.make_person(session, "No Role")
        wrong = InterviewPlan(
            InterviewKind.CASE_STUDY, " ", ("charm",), (stranger.id,), minutes=4, case_study="unheard-of"
        )
        with pytest.raises(InvalidError) as caught:
            interviews.plan(session, actor, application.id, wrong, now=NOW)
        assert session.scalars(select(Interview)).all() == []
    fields = [fault.field for fault in caught.value.faults]
    assert fields == ["title", "minutes", "focus", "case_study", "interviewer_ids"]


def test_a_case_is_kept_for_a_case_study_only(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        case = replace(TALK, kind=InterviewKind.CASE_STUDY, case_study="shortlist")
        first = interviews.plan(session, actor, application.id, case, now=NOW)
        second = interviews.plan(session, actor, application.id, replace(TALK, case_study="shortlist"), now=NOW)
        kept = [session.get_one(Interview, made).case_study for made in (first, second)]
    assert kept == ["shortlist", None]


def test_the_candidates_own_account_never_interviews_them(database: Database) -> None:
    with writing(database.engine) as session:
        actor = coordinator(session)
        insider = make.make_person(session, "Mira Okafor", [Role.INTERVIEWER])
        candidate = make.make_candidate(session, "Mira Okafor", email=insider.email)
        application = make.make_application(session, candidate=candidate)
        with pytest.raises(InvalidError) as caught:
            interviews.plan(session, actor, application.id, replace(TALK, interviewer_ids=(insider.id,)), now=NOW)
    assert [fault.field for fault in caught.value.faults] == ["interviewer_ids"]


def test_who_leaves_a_panel_is_released_and_may_come_back(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        ida, ole = panel(session, "Ida Noor", "Ole Bard")
        both = replace(TALK, interviewer_ids=(ida.id, ole.id))
        made = interviews.plan(session, actor, application.id, both, now=NOW)
        kept = session.get_one(Interview, made)
        one = replace(both, interviewer_ids=(ida.id,), focus=("fluency",))
        interviews.edit(session, actor, made, one, version=kept.version, now=NOW)
        assert cards(session) == {ida.id: CardState.OWED, ole.id: CardState.RELEASED}
        assert set(session.scalars(select(InterviewFocus.dimension))) == {"fluency"}
        interviews.edit(session, actor, made, both, version=kept.version, now=NOW)
        assert cards(session) == {ida.id: CardState.OWED, ole.id: CardState.OWED}


def test_a_change_of_seats_alone_makes_an_open_form_stale(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        (ida,) = panel(session, "Ida Noor")
        made = interviews.plan(session, actor, application.id, TALK, now=NOW)
        seen = session.get_one(Interview, made).version
        interviews.edit(session, actor, made, replace(TALK, interviewer_ids=(ida.id,)), version=seen, now=NOW)
        with pytest.raises(ConflictError):
            interviews.edit(session, actor, made, TALK, version=seen, now=NOW)
        assert cards(session) == {ida.id: CardState.OWED}


def test_a_sealed_card_keeps_its_seat_and_its_interview(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        ida, ole = panel(session, "Ida Noor", "Ole Bard")
        interview = make.make_interview(session, application, [ida, ole])
        make.seal(session, make.card_of(session, interview, ida), {"strategy": 3})
        alone = replace(TALK, interviewer_ids=(ole.id,))
        with pytest.raises(InvalidError):
            interviews.edit(session, actor, interview.id, alone, version=interview.version, now=NOW)
        with pytest.raises(AlreadyDoneError):
            interviews.cancel(session, actor, interview.id, reason="No room.", now=NOW)
        assert cards(session) == {ida.id: CardState.SEALED, ole.id: CardState.OWED}


def test_cancelling_releases_and_ends_the_interview(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application = coordinator(session), make.make_application(session)
        (ida,) = panel(session, "Ida Noor")
        interview = make.make_interview(session, application, [ida])
        with pytest.raises(InvalidError):
            interviews.cancel(session, actor, interview.id, reason="", now=NOW)
        interviews.cancel(session, actor, interview.id, reason="The room flooded.", now=NOW)
        assert cards(session) == {ida.id: CardState.RELEASED}
        assert session.get_one(Interview, interview.id).cancelled_at == NOW
        with pytest.raises(ConflictError):
            interviews.edit(session, actor, interview.id, TALK, version=interview.version, now=NOW)


@pytest.mark.parametrize("another_sealed", [False, True])
def test_whoever_owes_a_card_cannot_probe_the_seats_of_others(database: Database, *, another_sealed: bool) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER, Role.INTERVIEWER])
        application = make.make_application(session, make.make_requisition(session, manager=manager))
        (ida,) = panel(session, "Ida Noor")
        interview = make.make_interview(session, application, [ida, manager])
        actor = make.actor_of(manager)
        if another_sealed:
            make.seal(session, make.card_of(session, interview, ida), {"strategy": 3})
        alone = replace(TALK, interviewer_ids=(manager.id,))
        with pytest.raises(NotAllowedError) as edited:
            interviews.edit(session, actor, interview.id, alone, version=interview.version, now=NOW)
        with pytest.raises(NotAllowedError) as cancelled:
            interviews.cancel(session, actor, interview.id, reason="No room.", now=NOW)
        seats_alone = replace(TALK, interviewer_ids=None, title="Later talk")
        interviews.edit(session, actor, interview.id, seats_alone, version=interview.version, now=NOW)
        assert str(edited.value) == str(cancelled.value) == interviews.OWES
        assert set(cards(session)) == {ida.id, manager.id}
        assert session.get_one(Interview, interview.id).title == "Later talk"


def test_a_panel_is_copied_without_times_and_without_the_candidate(database: Database) -> None:
    with writing(database.engine) as session:
        actor, requisition = coordinator(session), make.make_requisition(session)
        ida, ole = panel(session, "Ida Noor", "Ole Bard")
        source = make.make_application(session, requisition)
        make.make_interview(session, source, [ida, ole], title="Talk", focus=("strategy",))
        make.make_interview(session, source, [ole], title="Case", kind=InterviewKind.CASE_STUDY, case_study="shortlist")
        insider = make.make_candidate(session, "Ida Noor", email=ida.email)
        target = make.make_application(session, requisition, insider, stage=Stage.APPLIED)
        made = interviews.copy_panel(session, actor, target.id, source.id, now=NOW)
        copies = [session.get_one(Interview, interview_id) for interview_id in made]
        seats = {
            (copy.title, card.interviewer_id)
            for copy in copies
            for card in session.scalars(select(ScorecardRow).where(ScorecardRow.interview_id == copy.id))
        }
    assert [(copy.title, copy.starts_at, copy.case_study) for copy in copies] == [
        ("Case", None, "shortlist"),
        ("Talk", None, None),
    ]
    assert seats == {("Case", ole.id), ("Talk", ole.id)}


def test_a_panel_comes_from_the_same_requisition_and_is_not_empty(database: Database) -> None:
    with writing(database.engine) as session:
        actor, requisition = coordinator(session), make.make_requisition(session)
        target, empty = (make.make_application(session, requisition) for _ in range(2))
        other = make.make_application(session)
        make.make_interview(session, other, [])
        for source in (target, empty, other):
            with pytest.raises(InvalidError):
                interviews.copy_panel(session, actor, target.id, source.id, now=NOW)


@pytest.mark.parametrize("state", [RequisitionState.DRAFT, RequisitionState.DECIDING, RequisitionState.CLOSED])
def test_interviews_are_planned_while_the_requisition_is_open(database: Database, state: RequisitionState) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session, make.make_requisition(session, state=state))
        with pytest.raises(NotAllowedError, match="planned while it is open"):
            interviews.plan(session, coordinator(session), application.id, TALK, now=NOW)


def test_an_interviewer_plans_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        (ida,) = panel(session, "Ida Noor")
        seated, unseen = (make.make_application(session) for _ in range(2))
        make.make_interview(session, seated, [ida])
        with pytest.raises(NotAllowedError):
            interviews.plan(session, make.actor_of(ida), seated.id, TALK, now=NOW)
        with pytest.raises(NotFoundError):
            interviews.plan(session, make.actor_of(ida), unseen.id, TALK, now=NOW)
