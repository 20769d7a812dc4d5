from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError
from app.domain.hiring import RevealRule
from app.models.candidate import Application
from app.models.decision import DebriefRow
from app.models.engine import reading, writing
from app.models.facts import card_facts
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.person import Person
from app.models.scorecard import ScorecardRow
from app.services import scorecards
from tests.factories import hiring
from tests.factories.hiring import NOW
from tests.factories.panels import LATER, WHOLE, card_row, make_panel, revise, revisions, seal, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.databases import Database


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.field for fault in error.value.faults]


def test_a_revision_keeps_the_first_and_says_that_others_were_open(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card, now=LATER)
    revise(database, at.ada, at.ada_card)
    first, second = revisions(database, at.ada_card)
    assert (first.number, first.after_reveal, first.reason) == (1, False, "")
    assert (second.number, second.after_reveal, second.reason) == (2, True, "I recalled more.")


def test_a_revision_before_anybody_else_sealed_stays_independent(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    revise(database, at.ada, at.ada_card)
    assert [r.after_reveal for r in revisions(database, at.ada_card)] == [False, False]


def test_under_the_debrief_rule_a_revision_is_independent_until_the_debrief(database: Database) -> None:
    at = make_panel(database, reveal=RevealRule.AT_DEBRIEF)
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    revise(database, at.ada, at.ada_card, hours=1)
    with writing(database.engine) as session:
        opened = NOW + timedelta(hours=2)
        session.add(DebriefRow(application_id=at.application, opened_at=opened, opened_by_id=at.manager.person_id))
    revise(database, at.ada, at.ada_card, hours=3)
    assert [r.after_reveal for r in revisions(database, at.ada_card)] == [False, False, True]


def test_a_second_interview_given_after_seeing_others_is_marked_from_its_first_seal(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    with writing(database.engine) as session:
        application = session.get_one(Application, at.application)
        again = hiring.make_interview(session, application, title="Second talk")
        card = hiring.make_card(session, again, session.get_one(Person, at.ada.person_id))
        card.assigned_at = NOW + timedelta(hours=1)
    seal(database, at.ada, card.id, now=NOW + timedelta(hours=2))
    assert [r.after_reveal for r in revisions(database, card.id)] == [True]


def test_a_revision_needs_a_reason_and_a_sealed_card(database: Database) -> None:
    at = make_panel(database)
    with pytest.raises(NotAllowedError):
        revise(database, at.ada, at.ada_card)
    seal(database, at.ada, at.ada_card)
    with pytest.raises(InvalidError) as error:
        revise(database, at.ada, at.ada_card, reason="  ")
    assert refused(error) == ["reason"]
    with pytest.raises(NotAllowedError):
        revise(database, at.ben, at.ada_card)
    assert len(revisions(database, at.ada_card)) == 1


def test_two_tabs_cannot_revise_over_each_other(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    stale = card_row(database, at.ada_card).version
    revise(database, at.ada, at.ada_card)
    with pytest.raises(ConflictError), writing(database.engine) as session:
        scorecards.revise(session, at.ada, at.ada_card, WHOLE, version=stale, reason="Again.", now=LATER)
    assert len(revisions(database, at.ada_card)) == 2


def test_the_author_asks_to_be_released_and_sees_nothing_for_it(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ben, at.ben_card)
    with writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "The candidate was ill.", LATER)
    card = card_row(database, at.ada_card)
    assert (card.state, card.released_at, card.release_reason) == (CardState.RELEASED, LATER, "The candidate was ill.")
    assert card.released_by_id == at.ada.person_id
    with reading(database.engine) as session:
        facts = card_facts(session, at.ada, at.ada_card)
    assert facts is not None
    assert (facts.owes, facts.sealed_own, facts.has_seat) == (0, 0, False)


def test_a_coordinator_releases_and_the_interviewer_hears_of_it(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.release(session, at.coordinator, at.ada_card, "Away this week.", LATER)
    assert told(database) == {"Ada Brook": "A scorecard is no longer due"}
    with reading(database.engine) as session:
        body = session.scalars(select(Message.body)).one()
        title = session.scalars(select(Interview.title).join(ScorecardRow).where(ScorecardRow.id == at.ada_card)).one()
    assert body.startswith(f"{title}: nothing is due")


def test_a_release_needs_a_reason_and_a_card_that_is_owed(database: Database) -> None:
    at = make_panel(database)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, " ", LATER)
    assert refused(error) == ["reason"]
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        scorecards.release(session, at.ben, at.ada_card, "Not mine.", LATER)
    seal(database, at.ada, at.ada_card)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "Too late.", LATER)


def test_a_coordinator_who_owes_a_card_cannot_find_out_who_has_sealed(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        application = session.get_one(Application, at.application)
        seat = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, application, [seat], title="Coordinator's talk")
    seal(database, at.ben, at.ben_card)
    answers = set()
    for card in (at.ada_card, at.ben_card):
        with pytest.raises(NotAllowedError) as error, writing(database.engine) as session:
            scorecards.release(session, at.coordinator, card, "Away.", LATER)
        answers.add(str(error.value))
    assert len(answers) == 1


def test_a_note_is_passed_on_without_disturbing_the_draft(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.handover(session, at.ada, at.ada_card, " Ask about pricing. ", NOW)
    assert (card_row(database, at.ada_card).handover, card_row(database, at.ada_card).version) == (
        "Ask about pricing.",
        1,
    )


def test_no_note_is_passed_on_by_somebody_who_can_see_others_cards(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        scorecards.handover(session, at.ada, at.ada_card, "Ben says two.", LATER)
    assert card_row(database, at.ada_card).handover == ""


@pytest.mark.parametrize("act", ["save", "seal", "handover"])
def test_a_released_card_takes_nothing_more(database: Database, act: str) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "Ill.", NOW)
    version = card_row(database, at.ada_card).version
    acts: dict[str, Callable[[Session], object]] = {
        "save": lambda s: scorecards.save_draft(s, at.ada, at.ada_card, WHOLE, version=version, now=NOW),
        "seal": lambda s: scorecards.seal(s, at.ada, at.ada_card, WHOLE, version=version, now=NOW),
        "handover": lambda s: scorecards.handover(s, at.ada, at.ada_card, "Note", NOW),
    }
    with pytest.raises((AlreadyDoneError, NotAllowedError)), writing(database.engine) as session:
        acts[act](session)
    assert revisions(database, at.ada_card) == []
