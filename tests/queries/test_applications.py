from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.card import CardState
from app.domain.errors import NotFoundError
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission, Role
from app.models.engine import reading, writing
from app.models.scorecard import ScorecardRow
from app.queries import applications
from app.queries.interviewers import Week
from app.services import applications as moving
from app.services import files
from tests.factories import hiring as make
from tests.statements import counted

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.candidate import Application
    from app.models.person import Person
    from tests.databases import Database

WEEK = Week(make.NOW, make.NOW + timedelta(days=7), make.NOW)


def somebody(session: Session, name: str, *roles: Role) -> ActorFacts:
    return make.actor_of(make.make_person(session, name, roles))


def owing_manager(session: Session) -> tuple[ActorFacts, Application, list[Person]]:
    """A hiring manager who owes a card on a candidate with two more interviewers."""
    manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER, Role.INTERVIEWER])
    application = make.make_application(session, make.make_requisition(session, manager=manager))
    others = [make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard")]
    make.make_interview(session, application, [manager], title="Talk with the manager")
    make.make_interview(session, application, others, title="Case")
    return make.actor_of(manager), application, others


def test_the_page_holds_history_documents_panel_and_coverage(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        application = make.make_application(session, make.make_requisition(session, musts=("empathy",)))
        ida, ole = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        later = make.NOW + timedelta(days=1)
        make.make_interview(session, application, [ida], title="Unplanned", starts_at=None, focus=("fluency",))
        make.make_interview(session, application, [ida, ole], title="Second", starts_at=later, focus=("strategy",))
        first = make.make_interview(session, application, [ole], title="First", focus=("strategy", "fluency"))
        make.seal(session, make.card_of(session, first, ole), {"strategy": 4})
        moving.move_stage(
            session, actor, application.id, Stage.SCREENING, seen=Stage.INTERVIEWING, reason="Again.", now=later
        )
        for name in ("b.txt", "a.txt"):
            document = files.cleaned(files.Upload(name, "text/plain", b"Hello"))
            files.attach(session, actor, application.candidate_id, document, folder=tmp_path, now=make.NOW)
    with reading(database.engine) as session:
        page = applications.page(session, actor, application.id)
    assert [interview.title for interview in page.panel.interviews] == ["First", "Second", "Unplanned"]
    assert [(row.dimension.id, row.must, row.looks, row.interviewers, row.thin) for row in page.coverage] == [
        ("strategy", False, (True, True, False), 2, False),
        ("fluency", False, (True, False, True), 2, False),
        ("empathy", True, (False, False, False), 0, True),
    ]
    assert page.panel.progress == (1, 4)
    assert [(step.from_stage, step.to_stage, step.reason, step.by) for step in page.history] == [
        (None, Stage.INTERVIEWING, "", "Mara Lindqvist"),
        (Stage.INTERVIEWING, Stage.SCREENING, "Again.", "Cora Finn"),
    ]
    assert [document.name for document in page.files] == ["a.txt", "b.txt"]
    assert (page.header.stage, page.plannable, page.decision_id) == (Stage.SCREENING, True, None)
    assert page.moves == (Stage.APPLIED, Stage.INTERVIEWING, Stage.WITHDRAWN)


def test_a_cancelled_interview_and_released_people_fall_away(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        application = make.make_application(session)
        ida, ole = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        gone = make.make_interview(session, application, [ida], title="Gone")
        gone.cancelled_at = make.NOW
        kept = make.make_interview(session, application, [ida, ole], title="Kept")
        make.card_of(session, kept, ole).state = CardState.RELEASED
    with reading(database.engine) as session:
        page = applications.page(session, actor, application.id)
    assert [interview.title for interview in page.panel.interviews] == ["Kept"]
    assert [seat.name for seat in page.panel.seats] == ["Ida Noor"]


def test_to_somebody_who_owes_a_card_the_page_is_the_same_whatever_others_did(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application, (ida, ole) = owing_manager(session)
    with reading(database.engine) as session:
        before = applications.page(session, actor, application.id)
        planning = applications.planning(session, actor, application.id, WEEK)
    with writing(database.engine) as session:
        cards = {card.interviewer_id: card for card in session.query(ScorecardRow)}
        make.seal(session, cards[ida.id], {"strategy": 5})
        cards[ole.id].state = CardState.RELEASED
        kept = moving.locked(session, application.id)
        make.open_debrief(session, kept, ida.id)
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        for stage in (Stage.DEBRIEF, Stage.DECIDED, Stage.DEBRIEF):
            moving.set_stage(session, coordinator, kept, stage, reason="They agreed.", now=make.NOW)
    with reading(database.engine) as session:
        after = applications.page(session, actor, application.id)
        planning_after = applications.planning(session, actor, application.id, WEEK)
    assert after == before
    assert planning_after == planning
    assert after.header.stage is Stage.INTERVIEWING
    assert after.panel.progress is None
    assert {seat.state for seat in after.panel.seats if not seat.own} == {None}
    assert Permission.DEBRIEF_SEE not in after.granted
    assert Permission.DEBRIEF_OPEN not in after.granted


def test_once_sealed_the_same_manager_sees_it_all(database: Database) -> None:
    with writing(database.engine) as session:
        actor, application, (ida, _ole) = owing_manager(session)
        for card in session.query(ScorecardRow).all():
            if card.interviewer_id in {actor.person_id, ida.id}:
                make.seal(session, card, {"strategy": 5})
        make.open_debrief(session, application, ida.id)
        application.stage = Stage.DEBRIEF
    with reading(database.engine) as session:
        page = applications.page(session, actor, application.id)
    assert page.header.stage is Stage.DEBRIEF
    assert page.panel.progress == (2, 3)
    assert {Permission.DEBRIEF_SEE, Permission.DEBRIEF_OPEN} <= page.granted


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_takes_four_statements_however_much_it_holds(database: Database, size: int, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        application = make.make_application(session)
        for number in range(size):
            people = [make.make_person(session, roles=[Role.INTERVIEWER]) for _ in range(size)]
            make.make_interview(session, application, people, focus=make.DIMENSIONS[:size])
            document = files.cleaned(files.Upload(f"{number}.txt", "text/plain", b"Hello"))
            files.attach(session, actor, application.candidate_id, document, folder=tmp_path, now=make.NOW)
    with reading(database.engine) as session:
        applications.page(session, actor, application.id)
    with reading(database.engine) as session, counted(database.engine) as sent:
        applications.page(session, actor, application.id)
    assert len(sent) == 4


def test_planning_offers_interviewers_apart_from_the_candidate(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        insider = make.make_person(session, "Mira Okafor", [Role.INTERVIEWER])
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        candidate = make.make_candidate(session, email=insider.email)
        application = make.make_application(session, candidate=candidate)
        interview = make.make_interview(session, application, [ida])
    with reading(database.engine) as session:
        page = applications.replanning(session, actor, interview.id, WEEK)
    assert [one.person_id for one in page.bench.people] == [ida.id]
    assert page.interview is page.panel.interviews[0]
    assert page.interview.version == interview.version


def test_panels_to_copy_come_from_the_same_requisition(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        requisition = make.make_requisition(session)
        target, source, _empty = (
            make.make_application(session, requisition, name=name) for name in ("Mira Okafor", "Ben Sands", "Cy Dent")
        )
        make.make_interview(session, source)
        make.make_interview(session, make.make_application(session))
    with reading(database.engine) as session:
        header, offered = applications.sources(session, actor, target.id)
    assert header.candidate == "Mira Okafor"
    assert [one.candidate for one in offered] == ["Ben Sands"]


@pytest.mark.parametrize("state", list(RequisitionState))
def test_interviews_are_offered_for_planning_while_the_requisition_is_open(
    database: Database, state: RequisitionState
) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        application = make.make_application(session, make.make_requisition(session, state=state))
    with reading(database.engine) as session:
        assert applications.page(session, actor, application.id).plannable == (state is RequisitionState.OPEN)


def test_an_application_of_others_is_not_found(database: Database) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
        interview = make.make_interview(session, application)
        actor = somebody(session, "Sten Falk", Role.INTERVIEWER, Role.COMMITTEE)
        inactive = replace(somebody(session, "Cora Finn", Role.COORDINATOR), active=False)
    with reading(database.engine) as session:
        for who in (actor, inactive):
            with pytest.raises(NotFoundError):
                applications.page(session, who, application.id)
            with pytest.raises(NotFoundError):
                applications.replanning(session, who, interview.id, WEEK)
