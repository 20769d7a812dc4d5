from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from app.domain.card import CardContent
from app.domain.decision import Outcome
from app.domain.hiring import Part, RequisitionState, Stage
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.decision import Vote
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition, RequisitionMember
from app.queries.duties import Duty, count, duties
from app.queries.hiring_duties import DutyKind
from app.services import scorecards
from tests.factories import hiring
from tests.factories.hiring import NOW, actor_of
from tests.factories.panels import Panel, make_actor, make_panel, seal

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from tests.databases import Database


def waiting(database: Database, who: ActorFacts, now: datetime = NOW + timedelta(hours=2)) -> tuple[Duty, ...]:
    with reading(database.engine) as session:
        found = duties(session, who, now)
        assert count(session, who, now) == sum(not duty.upcoming for duty in found)
        return found


def titles(database: Database, who: ActorFacts) -> list[str]:
    return [duty.title for duty in waiting(database, who)]


def test_a_scorecard_waits_from_the_end_of_the_interview(database: Database) -> None:
    at = make_panel(database)
    (duty,) = waiting(database, at.ada)
    assert (duty.kind, duty.title) == (DutyKind.SCORECARD, "Score Mira Okafor")
    assert duty.detail == "Product conversation · Product Manager, Search"
    assert (duty.endpoint, duty.params) == ("interviewing.card", {"card_id": at.ada_card})
    assert (duty.since, duty.late, duty.upcoming, duty.begun) == (NOW + timedelta(hours=1), False, False, False)
    assert duty.minutes == 3


def test_a_day_after_the_interview_it_is_late(database: Database) -> None:
    at = make_panel(database)
    edge = NOW + timedelta(hours=25)
    assert [d.late for d in waiting(database, at.ada, edge)] == [False]
    assert [d.late for d in waiting(database, at.ada, edge + timedelta(seconds=1))] == [True]


def test_before_the_interview_the_kit_is_what_waits(database: Database) -> None:
    at = make_panel(database)
    (duty,) = waiting(database, at.ada, NOW - timedelta(hours=1))
    assert (duty.title, duty.upcoming, duty.since) == ("Prepare for Mira Okafor", True, NOW)
    assert (duty.endpoint, duty.params) == ("interviewing.kit", {"interview_id": at.interview})


def test_a_begun_draft_says_so(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, CardContent(summary="Begun."), version=1, now=NOW)
    (duty,) = waiting(database, at.ada)
    assert (duty.begun, duty.action) == (True, "Go on")


def test_oldest_first_and_what_is_to_come_last(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        application = session.get_one(Application, at.application)
        ada = session.get_one(Person, at.ada.person_id)
        for title, hours in (("Older", -30), ("Tomorrow", 24), ("In an hour", 3)):
            starts = NOW + timedelta(hours=hours)
            interview = hiring.make_interview(session, application, [ada], title=title, starts_at=starts)
            hiring.card_of(session, interview, ada).assigned_at = NOW - timedelta(days=3)
    found = [duty.detail.split(" · ")[0] for duty in waiting(database, at.ada)]
    assert found == ["Older", "Product conversation", "In an hour", "Tomorrow"]


def test_sealing_and_release_end_the_duty(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    assert waiting(database, at.ada) == ()
    with writing(database.engine) as session:
        scorecards.release(session, at.ben, at.ben_card, "Ill.", NOW)
    assert waiting(database, at.ben) == ()


def test_the_manager_opens_the_debrief_once_nobody_owes_a_card(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    assert waiting(database, at.manager) == ()
    seal(database, at.ben, at.ben_card)
    (duty,) = waiting(database, at.manager)
    assert (duty.kind, duty.title) == (DutyKind.DEBRIEF, "Open the debrief on Mira Okafor")
    assert duty.params == {"application_id": at.application}
    open_debrief(database, at)
    assert waiting(database, at.manager) == ()


def open_debrief(database: Database, at: Panel) -> None:
    with writing(database.engine) as session:
        hiring.open_debrief(session, session.get_one(Application, at.application), at.manager.person_id)


def test_released_cards_alone_are_nothing_to_debrief(database: Database) -> None:
    at = make_panel(database)
    for who, card in ((at.ada, at.ada_card), (at.ben, at.ben_card)):
        with writing(database.engine) as session:
            scorecards.release(session, who, card, "Ill.", NOW)
    assert waiting(database, at.manager) == ()


def seat(database: Database, at: Panel, name: str, part: Part) -> ActorFacts:
    with writing(database.engine) as session:
        person = hiring.make_person(session, name, [Role.COMMITTEE])
        session.add(RequisitionMember(requisition_id=at.requisition, person_id=person.id, part=part))
        return actor_of(person)


def vote(database: Database, at: Panel, who: ActorFacts) -> None:
    with writing(database.engine) as session:
        session.add(
            Vote(
                application_id=at.application,
                member_id=who.person_id,
                outcome=Outcome.HIRE,
                reason="Clear.",
                cast_at=NOW,
            )
        )


def test_the_committee_votes_and_then_the_chair_decides(database: Database) -> None:
    at = make_panel(database)
    member = seat(database, at, "Noor Haddad", Part.MEMBER)
    chair = seat(database, at, "Iris Chen", Part.CHAIR)
    assert (waiting(database, member), waiting(database, chair)) == ((), ())
    open_debrief(database, at)
    assert titles(database, member) == titles(database, chair) == ["Vote on Mira Okafor"]
    vote(database, at, chair)
    assert titles(database, chair) == ["Record the decision on Mira Okafor"]
    vote(database, at, member)
    assert titles(database, member) == []


def test_a_chair_cannot_tell_from_the_inbox_whether_others_voted(database: Database) -> None:
    at = make_panel(database)
    member = seat(database, at, "Noor Haddad", Part.MEMBER)
    chair = seat(database, at, "Iris Chen", Part.CHAIR)
    open_debrief(database, at)
    vote(database, at, chair)
    before = waiting(database, chair)
    vote(database, at, member)
    assert waiting(database, chair) == before


def test_a_member_who_owes_a_card_hears_of_nothing_but_that_card(database: Database) -> None:
    at = make_panel(database, manager_interviews=True)
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    assert titles(database, at.manager) == ["Score Mira Okafor"]
    with writing(database.engine) as session:
        session.add(RequisitionMember(requisition_id=at.requisition, person_id=at.manager.person_id, part=Part.MEMBER))
    open_debrief(database, at)
    assert titles(database, at.manager) == ["Score Mira Okafor"]


@pytest.mark.parametrize("ended", ["closed", "withdrawn"])
def test_ended_processes_ask_for_nothing(database: Database, ended: str) -> None:
    at = make_panel(database)
    member = seat(database, at, "Noor Haddad", Part.MEMBER)
    open_debrief(database, at)
    with writing(database.engine) as session:
        if ended == "closed":
            session.get_one(Requisition, at.requisition).state = RequisitionState.CLOSED
        else:
            session.get_one(Application, at.application).stage = Stage.WITHDRAWN
    assert waiting(database, member) == ()


def test_somebody_without_duties_has_none(database: Database) -> None:
    make_panel(database)
    assert waiting(database, make_actor(database, "Olu Stranger", *Role)) == ()


@pytest.mark.parametrize("interviews", [1, 10])
def test_the_list_and_the_count_take_one_query_each(database: Database, interviews: int) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        ada = session.get_one(Person, at.ada.person_id)
        application = session.get_one(Application, at.application)
        for _ in range(interviews - 1):
            hiring.make_interview(session, application, [ada])
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert len(waiting(database, at.ada)) == interviews
    assert len(statements) == 2
    with reading(database.engine) as session:
        assert session.query(Interview).count() == interviews
