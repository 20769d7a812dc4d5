"""A coordinator types somebody's card in from their notes: credited to one, entered by the other, and both are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.card import CardContent, CardState, DimensionRating
from app.domain.errors import AlreadyDoneError, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import Part
from app.domain.permission import ActorFacts, Role
from app.models import cards as model_cards
from app.models.audit import AuditEvent
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.person import Person
from app.models.requisition import RequisitionMember
from app.queries import audit, card_duties
from app.queries import scorecards as queries
from app.queries.audit import Sound
from app.services import scorecards
from tests.factories import hiring
from tests.factories.hiring import NOW
from tests.factories.panels import LATER, WHOLE, Panel, card_row, make_actor, make_panel, revise, revisions, seal

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

NOTES = replace(WHOLE, private_note="")


@pytest.fixture
def at(database: Database) -> Panel:
    return make_panel(database)


def enter(database: Database, who: ActorFacts, card: UUID, content: CardContent = NOTES) -> UUID:
    with writing(database.engine) as session:
        return scorecards.enter(session, who, card, content, now=LATER)


def test_it_counts_as_the_interviewers_and_says_who_typed(database: Database, at: Panel) -> None:
    enter(database, at.coordinator, at.ada_card)

    card = card_row(database, at.ada_card)
    assert (card.state, card.interviewer_id) == (CardState.SEALED, at.ada.person_id)
    (revision,) = revisions(database, at.ada_card)
    assert (revision.entered_by_id, revision.after_reveal) == (at.coordinator.person_id, False)
    with reading(database.engine) as session:
        own = queries.sealed_card(session, at.ada, at.ada_card)
        (seen,) = model_cards.card_sets(session, [at.application], reader=at.ben.person_id)[at.application].counted
        paper = queries.document(session, at.ada, at.ada_card, zone="UTC")
    assert (own.interviewer, own.current.entered_by, own.may_revise) == ("Ada Brook", "Cleo Ruiz", True)
    assert (seen.interviewer, seen.entered_by) == ("Ada Brook", "Cleo Ruiz")
    assert paper.card.entered_by == "Cleo Ruiz"


def test_the_chain_knows_both_and_would_notice_a_change(database: Database, at: Panel) -> None:
    enter(database, at.coordinator, at.ada_card)

    with reading(database.engine) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "scorecard.enter")).one()
        assert event.actor == f"user/{at.coordinator.person_id}"
        assert f'"on_behalf_of":"user/{at.ada.person_id}"' in event.body
        assert isinstance(audit.verify(session), Sound)


def test_the_interviewer_is_told_without_what_it_says_and_can_revise(database: Database, at: Panel) -> None:
    enter(database, at.coordinator, at.ada_card)

    with reading(database.engine) as session:
        told = session.scalars(select(Message).where(Message.recipient_id == at.ada.person_id)).one()
    assert (told.subject, told.path) == ("Your scorecard was entered for you", f"/scorecards/{at.ada_card}")
    assert "Cleo Ruiz" in told.body
    assert WHOLE.summary not in told.body
    revise(database, at.ada, at.ada_card, reason="I meant the other bet.", hours=3)
    first, second = revisions(database, at.ada_card)
    assert (first.entered_by_id, second.entered_by_id) == (at.coordinator.person_id, None)


def test_what_the_interviewer_had_drafted_is_theirs_to_read(database: Database, at: Panel) -> None:
    draft = CardContent(ratings=(DimensionRating("strategy", 2, "Mine."),), private_note="For me.")
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, draft, version=1, now=NOW)
        assert "Mine." not in repr(queries.card_to_enter(session, at.coordinator, at.ada_card))
    enter(database, at.coordinator, at.ada_card)
    seal(database, at.ben, at.ben_card)

    with reading(database.engine) as session:
        assert queries.sealed_card(session, at.ada, at.ada_card).draft == draft
        assert queries.sealed_card(session, at.ben, at.ada_card).draft is None


def _seat(database: Database, at: Panel, *, sealed: bool = False) -> ActorFacts:
    with writing(database.engine) as session:
        person = session.get_one(Person, at.coordinator.person_id)
        card = hiring.make_card(session, session.get_one(Interview, at.interview), person)
        if sealed:
            hiring.seal(session, card, {"strategy": 3}, at=NOW - timedelta(hours=1))
    return at.coordinator


def _member(database: Database, at: Panel, part: Part) -> ActorFacts:
    with writing(database.engine) as session:
        session.add(RequisitionMember(requisition_id=at.requisition, person_id=at.coordinator.person_id, part=part))
    return at.coordinator


def _elsewhere(database: Database, at: Panel) -> ActorFacts:
    with writing(database.engine) as session:
        here = session.get_one(Application, at.application)
        other = hiring.make_application(session, candidate=session.get_one(Candidate, here.candidate_id))
        hiring.make_interview(session, other, [session.get_one(Person, at.coordinator.person_id)])
    return at.coordinator


PARTS = {
    "oneself": lambda _database, at: at.ada,
    "another interviewer": lambda _database, at: at.ben,
    "the hiring manager": lambda _database, at: at.manager,
    "an outsider": lambda database, _at: make_actor(database, "Nils Berg", Role.EMPLOYEE),
    "HR": lambda database, _at: make_actor(database, "Hana Vogel", Role.HR_PARTNER),
    "a coordinator with a seat": _seat,
    "a coordinator who sealed": lambda database, at: _seat(database, at, sealed=True),
    "a coordinator on the committee": lambda database, at: _member(database, at, Part.MEMBER),
    "a coordinator in the chair": lambda database, at: _member(database, at, Part.CHAIR),
    "a coordinator who leads": lambda database, at: _member(database, at, Part.HIRING_MANAGER),
    "a coordinator who owes elsewhere": _elsewhere,
}


@pytest.mark.parametrize("who", PARTS)
def test_whoever_has_a_part_enters_nothing(database: Database, at: Panel, who: str) -> None:
    actor = PARTS[who](database, at)

    with pytest.raises((NotAllowedError, NotFoundError)):
        enter(database, actor, at.ada_card)
    with pytest.raises((NotAllowedError, NotFoundError)), reading(database.engine) as session:
        queries.card_to_enter(session, actor, at.ada_card)

    assert card_row(database, at.ada_card).state is CardState.OWED


def test_a_card_that_is_not_whole_is_refused_like_any_other(database: Database, at: Panel) -> None:
    with pytest.raises(InvalidError, match="recommendation") as refused:
        enter(database, at.coordinator, at.ada_card, CardContent(private_note="Mine"))
    assert {fault.field for fault in refused.value.faults} == {
        "rating-strategy", "ratings", "recommendation", "private_note",
    }  # fmt: skip


def test_a_card_that_came_in_meanwhile_stays(database: Database, at: Panel) -> None:
    seal(database, at.ada, at.ada_card)
    with pytest.raises(AlreadyDoneError):
        enter(database, at.coordinator, at.ada_card)
    assert [one.entered_by_id for one in revisions(database, at.ada_card)] == [None]


def test_what_is_typed_after_the_debrief_opened_says_so_and_does_not_count(database: Database, at: Panel) -> None:
    seal(database, at.ben, at.ben_card)
    with writing(database.engine) as session:
        hiring.open_debrief(session, session.get_one(Application, at.application), at.manager.person_id)
    enter(database, at.coordinator, at.ada_card)

    (revision,) = revisions(database, at.ada_card)
    assert revision.after_reveal
    with reading(database.engine) as session:
        found = model_cards.card_sets(session, [at.application], reader=at.ben.person_id)[at.application]
    assert [card.interviewer for card in found.counted] == ["Ben Ode"]
    assert [card.entered_by for card in found.later] == ["Cleo Ruiz"]


def test_the_list_of_duties_says_who_owes_and_who_may_enter(database: Database, at: Panel) -> None:
    seal(database, at.ben, at.ben_card)
    with reading(database.engine) as session:
        found = card_duties.duties(session, at.coordinator, at.application, now=LATER)
        managed = card_duties.duties(session, at.manager, at.application, now=LATER)
        with pytest.raises(NotAllowedError):
            card_duties.duties(session, at.ada, at.application, now=LATER)

    assert [(one.interviewer, one.state.value, one.enters) for one in found.duties] == [
        ("Ada Brook", "owed", True),
        ("Ben Ode", "sealed", False),
    ]
    assert not any(one.enters for one in managed.duties)
    with reading(database.engine) as session:
        early = card_duties.duties(session, at.coordinator, at.application, now=NOW - timedelta(minutes=1))
    assert not any(one.enters for one in early.duties)
