"""What of one application waits for its coordinator: case work, a wish for other times, a seat to hand on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.card import CardState
from app.domain.permission import Permission, Role
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.schedule import TimeRequest
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import SeatOffer
from app.queries import applications
from tests.factories import case_work
from tests.factories import hiring as make
from tests.statements import counted

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.queries.applications import ApplicationPage
    from tests.databases import Database
    from tests.factories.case_work import Given


def seen_by(database: Database, actor: ActorFacts, given: Given) -> ApplicationPage:
    with reading(database.engine) as session:
        return applications.page(session, actor, given.application)


def test_case_work_stands_on_the_page_of_who_keeps_it_alone(database: Database) -> None:
    given = case_work.make_given(database)
    case_work.begin(database, given)
    kept = seen_by(database, given.coordinator, given)
    assert [line.assignment_id for line in kept.work] == [given.assignment]
    assert kept.work[0].time.due_at == make.NOW + timedelta(minutes=60)
    assert Permission.CASE_WORK_KEEP in kept.granted
    managed = seen_by(database, given.manager, given)
    assert (managed.work, Permission.CASE_WORK_KEEP in managed.granted) == ((), False)


def test_a_wish_for_other_times_waits_until_it_is_answered(database: Database) -> None:
    given = case_work.make_given(database)
    assert seen_by(database, given.coordinator, given).wish_at is None
    asked = make.NOW + timedelta(hours=2)
    with writing(database.engine) as session:
        wish = TimeRequest(application_id=given.application, text="A day later, please.", asked_at=asked)
        session.add(wish)
    assert seen_by(database, given.coordinator, given).wish_at == asked
    with writing(database.engine) as session:
        session.get_one(TimeRequest, wish.id).settled_at = asked
    assert seen_by(database, given.coordinator, given).wish_at is None


def test_a_seat_to_hand_on_waits_for_who_may_know_how_far_the_panel_is(database: Database) -> None:
    given = case_work.make_given(database)
    with writing(database.engine) as session:
        leaving, offered, third = (make.make_person(session, roles=[Role.INTERVIEWER]) for _ in range(3))
        application = session.get_one(Application, given.application)
        interview = make.make_interview(session, application, [leaving, third])
        card = make.card_of(session, interview, leaving)
        card.state, card.release_reason = CardState.RELEASED, "Could not come."
        session.add(SeatOffer(scorecard_id=card.id, person_id=offered.id, offered_at=make.NOW))
        seated = make.actor_of(third)
        card_id = card.id
    assert seen_by(database, given.coordinator, given).offer_id == card_id
    assert seen_by(database, seated, given).offer_id is None
    with writing(database.engine) as session:
        assert session.get_one(ScorecardRow, card_id).state is CardState.RELEASED
        session.get_one(SeatOffer, card_id).settled_at = make.NOW
    assert seen_by(database, given.coordinator, given).offer_id is None


def test_it_costs_the_page_no_further_statement(database: Database) -> None:
    given = case_work.make_given(database)
    seen_by(database, given.coordinator, given)
    with reading(database.engine) as session, counted(database.engine) as sent:
        applications.page(session, given.coordinator, given.application)
    assert len(sent) == 4
