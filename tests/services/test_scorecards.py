from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.card import CardContent, CardState, DimensionRating, Recommendation, from_json, to_json
from app.domain.errors import (
    AlreadyDoneError,
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    PlumblineError,
)
from app.domain.hiring import RevealRule
from app.domain.permission import ActorFacts, Role
from app.models.audit import AuditEvent, AuditPayload
from app.models.decision import DebriefRow
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.models.scorecard import RatingRow, Revision, ScorecardRow, SignalNote
from app.services import scorecards
from tests.factories import hiring
from tests.factories.hiring import DIMENSIONS, NOW, actor_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.databases import Database

LATER = NOW + timedelta(hours=1)
WHOLE = CardContent(
    ratings=(
        DimensionRating("strategy", 4, "Named the bet that was stopped."),
        DimensionRating("empathy", None),
    ),
    signals=("names-trade-offs",),
    recommendation=Recommendation.YES,
    summary="Clear about what was given up.",
    private_note="Ask Ben about the second case.",
)


@dataclass(frozen=True)
class Panel:
    """One candidate, two interviewers with a card each, who leads and who coordinates."""

    application: UUID
    ada: ActorFacts
    ada_card: UUID
    ben: ActorFacts
    ben_card: UUID
    manager: ActorFacts
    coordinator: ActorFacts


def panel(database: Database, *, reveal: RevealRule = RevealRule.AFTER_OWN, manager_interviews: bool = False) -> Panel:
    with writing(database.engine) as session:
        people = [
            hiring.make_person(session, "Ada Brook", [Role.INTERVIEWER]),
            hiring.make_person(session, "Ben Ode", [Role.INTERVIEWER]),
            hiring.make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER]),
            hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR]),
        ]
        ada, ben, manager, coordinator = people
        requisition = hiring.make_requisition(session, manager=manager, reveal=reveal)
        requisition.created_by_id = coordinator.id
        application = hiring.make_application(session, requisition)
        seats = [ada, ben, *([manager] if manager_interviews else [])]
        interview = hiring.make_interview(session, application, seats)
        return Panel(
            application.id,
            actor_of(ada),
            hiring.card_of(session, interview, ada).id,
            actor_of(ben),
            hiring.card_of(session, interview, ben).id,
            actor_of(manager),
            actor_of(coordinator),
        )


def sealed(database: Database, who: ActorFacts, card: UUID, content: CardContent = WHOLE, now: datetime = NOW) -> UUID:
    with writing(database.engine) as session:
        version = session.scalars(select(ScorecardRow.version).where(ScorecardRow.id == card)).one()
        return scorecards.seal(session, who, card, content, version=version, now=now)


def revised(
    database: Database, who: ActorFacts, card: UUID, *, reason: str = "I recalled more.", hours: int = 2
) -> UUID:
    now = NOW + timedelta(hours=hours)
    with writing(database.engine) as session:
        version = session.scalars(select(ScorecardRow.version).where(ScorecardRow.id == card)).one()
        return scorecards.revise(session, who, card, WHOLE, version=version, reason=reason, now=now)


def row(database: Database, card: UUID) -> ScorecardRow:
    with reading(database.engine) as session:
        return session.scalars(select(ScorecardRow).where(ScorecardRow.id == card)).one()


def revisions(database: Database, card: UUID) -> list[Revision]:
    with reading(database.engine) as session:
        found = select(Revision).where(Revision.scorecard_id == card).order_by(Revision.number)
        return list(session.scalars(found))


def told(database: Database) -> dict[str, str]:
    """Address to subject of every notice."""
    with reading(database.engine) as session:
        rows = session.execute(select(Person.name, Message.subject).join(Message, Message.recipient_id == Person.id))
        return {row.name: row.subject for row in rows}


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.field for fault in error.value.faults]


# Drafts


def test_a_draft_comes_back_as_it_was_written(database: Database) -> None:
    at = panel(database)
    unfinished = CardContent(
        ratings=(DimensionRating("fluency", 5),),
        undecided=(DimensionRating("strategy", None, "Said little so far"),),
        private_note="naïve “quotes” 中文",
    )
    with writing(database.engine) as session:
        assert scorecards.save_draft(session, at.ada, at.ada_card, unfinished, version=1, now=LATER) == 2
    kept = row(database, at.ada_card)
    assert from_json(kept.draft) == unfinished
    assert (kept.version, kept.draft_saved_at, kept.state) == (2, LATER, CardState.OWED)


def test_a_stale_draft_is_refused_with_the_version_that_is_there(database: Database) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict, writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, CardContent(), version=1, now=LATER)
    assert conflict.value.current_version == 2
    assert from_json(row(database, at.ada_card).draft) == WHOLE


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (CardContent(ratings=(DimensionRating("strategy", 9),)), "rating-strategy"),
        (CardContent(ratings=(DimensionRating("charm", 3),)), "ratings"),
        (CardContent(signals=("wears-a-hat",)), "signals"),
        (CardContent(summary="x" * 4001), "summary"),
        (CardContent(undecided=(DimensionRating("strategy", None, "x" * 4001),)), "evidence-strategy"),
    ],
)
def test_even_a_draft_may_not_hold_what_the_scorecard_does_not_know(
    database: Database, content: CardContent, field: str
) -> None:
    at = panel(database)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, content, version=1, now=NOW)
    assert refused(error) == [field]
    assert row(database, at.ada_card).draft == ""


def test_nobody_writes_on_somebody_elses_card(database: Database) -> None:
    at = panel(database)
    outsider = hiring_actor(database, "Olu Stranger", Role.INTERVIEWER)
    for who, error in ((at.ben, NotAllowedError), (at.coordinator, NotAllowedError), (outsider, NotFoundError)):
        with pytest.raises(error), writing(database.engine) as session:
            scorecards.save_draft(session, who, at.ada_card, WHOLE, version=1, now=NOW)
        with pytest.raises(error), writing(database.engine) as session:
            scorecards.seal(session, who, at.ada_card, WHOLE, version=1, now=NOW)
    assert (row(database, at.ada_card).version, revisions(database, at.ada_card)) == (1, [])


def hiring_actor(database: Database, name: str, *roles: Role) -> ActorFacts:
    with writing(database.engine) as session:
        return actor_of(hiring.make_person(session, name, roles))


# Sealing


def test_sealing_keeps_every_rating_and_empties_the_draft(database: Database) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    revision = sealed(database, at.ada, at.ada_card, now=LATER)
    (kept,) = revisions(database, at.ada_card)
    assert (kept.id, kept.number, kept.sealed_at, kept.after_reveal) == (revision, 1, LATER, False)
    assert (kept.summary, kept.private_note, kept.recommendation) == (
        WHOLE.summary,
        WHOLE.private_note,
        Recommendation.YES,
    )
    with reading(database.engine) as session:
        ratings = session.execute(select(RatingRow.dimension, RatingRow.value, RatingRow.evidence)).all()
        assert sorted(tuple(r) for r in ratings) == sorted((r.dimension, r.value, r.evidence) for r in WHOLE.ratings)
        assert session.scalars(select(SignalNote.signal)).all() == ["names-trade-offs"]
    card = row(database, at.ada_card)
    assert (card.state, card.draft, card.draft_saved_at) == (CardState.SEALED, "", None)


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (CardContent(), ["rating-strategy", "ratings", "recommendation"]),
        (replace(WHOLE, recommendation=None), ["recommendation"]),
        (replace(WHOLE, ratings=(DimensionRating("strategy", 1),)), ["evidence-strategy"]),
        (replace(WHOLE, ratings=(DimensionRating("strategy", 5, " \n"),)), ["evidence-strategy"]),
        (replace(WHOLE, ratings=(DimensionRating("strategy", None),)), ["ratings"]),
        (replace(WHOLE, undecided=(DimensionRating("fluency", None, "Knew drift"),)), ["rating-fluency"]),
        (replace(WHOLE, ratings=(DimensionRating("strategy", 0),)), ["rating-strategy"]),
    ],
)
def test_an_incomplete_card_is_not_sealed(database: Database, content: CardContent, fields: list[str]) -> None:
    at = panel(database)
    with pytest.raises(InvalidError) as error:
        sealed(database, at.ada, at.ada_card, content)
    assert refused(error) == fields
    assert (revisions(database, at.ada_card), row(database, at.ada_card).state) == ([], CardState.OWED)


def test_a_sealed_card_is_not_sealed_again_nor_drafted(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    with pytest.raises(AlreadyDoneError):
        sealed(database, at.ada, at.ada_card)
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=2, now=NOW)
    assert len(revisions(database, at.ada_card)) == 1


def test_a_stale_form_is_not_sealed(database: Database) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, CardContent(), version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict, writing(database.engine) as session:
        scorecards.seal(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    assert conflict.value.current_version == 2
    assert revisions(database, at.ada_card) == []


def test_ten_seals_at_once_make_one_revision(database: Database) -> None:
    at = panel(database)
    start = Barrier(10)

    def click(_number: int) -> str:
        start.wait()
        try:
            with writing(database.engine) as session:
                return str(scorecards.seal(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW))
        except PlumblineError as error:
            return type(error).__name__

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(click, range(10)))
    assert answers.count("AlreadyDoneError") == 9
    (only,) = revisions(database, at.ada_card)
    assert str(only.id) in answers
    with reading(database.engine) as session:
        seals = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "scorecard.seal")
        assert session.scalar(seals) == 1


def test_the_chain_holds_the_sealed_record_without_the_private_note(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    with reading(database.engine) as session:
        event, payload = session.execute(
            select(AuditEvent, AuditPayload.body)
            .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
            .where(AuditEvent.action == "scorecard.seal")
        ).one()
    assert event.object == f"scorecard/{at.ada_card}"
    assert event.actor == f"user/{at.ada.person_id}"
    assert json.loads(payload) == {
        "after_reveal": False,
        "ratings": [
            {"dimension": "empathy", "evidence": "", "value": None},
            {"dimension": "strategy", "evidence": "Named the bet that was stopped.", "value": 4},
        ],
        "reason": "",
        "recommendation": "yes",
        "revision": 1,
        "signals": ["names-trade-offs"],
        "summary": "Clear about what was given up.",
    }


def test_who_runs_the_process_hears_that_a_card_came_in_and_nothing_more(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    assert told(database) == dict.fromkeys(
        ["Mara Lindqvist", "Cleo Ruiz"], "A scorecard came in: Product Manager, Search"
    )
    with reading(database.engine) as session:
        texts = " ".join(f"{m.subject} {m.body} {m.path}" for m in session.scalars(select(Message)))
    for secret in ("Clear about", "bet", "Yes", "strategy", "4", "Mira", "Ada"):
        assert secret not in texts.replace(str(at.application), "")


def test_a_manager_who_still_owes_a_card_is_not_told(database: Database) -> None:
    at = panel(database, manager_interviews=True)
    sealed(database, at.ada, at.ada_card)
    assert list(told(database)) == ["Cleo Ruiz"]


# Revising


def test_a_revision_keeps_the_first_and_says_that_others_were_open(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    sealed(database, at.ben, at.ben_card, now=LATER)
    revised(database, at.ada, at.ada_card)
    first, second = revisions(database, at.ada_card)
    assert (first.number, first.after_reveal, first.reason) == (1, False, "")
    assert (second.number, second.after_reveal, second.reason) == (2, True, "I recalled more.")


def test_a_revision_before_anybody_else_sealed_stays_independent(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    revised(database, at.ada, at.ada_card)
    assert [r.after_reveal for r in revisions(database, at.ada_card)] == [False, False]


def test_under_the_debrief_rule_a_revision_is_independent_until_the_debrief(database: Database) -> None:
    at = panel(database, reveal=RevealRule.AT_DEBRIEF)
    sealed(database, at.ada, at.ada_card)
    sealed(database, at.ben, at.ben_card)
    revised(database, at.ada, at.ada_card, hours=1)
    with writing(database.engine) as session:
        opened = NOW + timedelta(hours=2)
        session.add(DebriefRow(application_id=at.application, opened_at=opened, opened_by_id=at.manager.person_id))
    revised(database, at.ada, at.ada_card, hours=3)
    assert [r.after_reveal for r in revisions(database, at.ada_card)] == [False, False, True]


def test_a_second_interview_given_after_seeing_others_is_marked_from_its_first_seal(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    sealed(database, at.ben, at.ben_card)
    with writing(database.engine) as session:
        application = session.get_one(hiring.Application, at.application)
        again = hiring.make_interview(session, application, title="Second talk")
        card = hiring.make_card(session, again, session.get_one(Person, at.ada.person_id))
        card.assigned_at = NOW + timedelta(hours=1)
    sealed(database, at.ada, card.id, now=NOW + timedelta(hours=2))
    assert [r.after_reveal for r in revisions(database, card.id)] == [True]


def test_a_revision_needs_a_reason_and_a_sealed_card(database: Database) -> None:
    at = panel(database)
    with pytest.raises(NotAllowedError):
        revised(database, at.ada, at.ada_card)
    sealed(database, at.ada, at.ada_card)
    with pytest.raises(InvalidError) as error:
        revised(database, at.ada, at.ada_card, reason="  ")
    assert refused(error) == ["reason"]
    with pytest.raises(NotAllowedError):
        revised(database, at.ben, at.ada_card)
    assert len(revisions(database, at.ada_card)) == 1


def test_two_tabs_cannot_revise_over_each_other(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    stale = row(database, at.ada_card).version
    revised(database, at.ada, at.ada_card)
    with pytest.raises(ConflictError), writing(database.engine) as session:
        scorecards.revise(session, at.ada, at.ada_card, WHOLE, version=stale, reason="Again.", now=LATER)
    assert len(revisions(database, at.ada_card)) == 2


# Release and handover


def test_the_author_asks_to_be_released_and_sees_nothing_for_it(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ben, at.ben_card)
    with writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "The candidate was ill.", LATER)
    card = row(database, at.ada_card)
    assert (card.state, card.released_at, card.release_reason) == (CardState.RELEASED, LATER, "The candidate was ill.")
    assert card.released_by_id == at.ada.person_id
    with reading(database.engine) as session:
        facts = scorecards.card_facts(session, at.ada, at.ada_card)
    assert facts is not None
    assert (facts.owes, facts.sealed_own, facts.has_seat) == (0, 0, False)


def test_a_coordinator_releases_and_the_interviewer_hears_of_it(database: Database) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        scorecards.release(session, at.coordinator, at.ada_card, "Away this week.", LATER)
    assert told(database) == {"Ada Brook": "A scorecard is no longer due"}


def test_a_release_needs_a_reason_and_a_card_that_is_owed(database: Database) -> None:
    at = panel(database)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, " ", LATER)
    assert refused(error) == ["reason"]
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        scorecards.release(session, at.ben, at.ada_card, "Not mine.", LATER)
    sealed(database, at.ada, at.ada_card)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "Too late.", LATER)


def test_a_coordinator_who_owes_a_card_cannot_find_out_who_has_sealed(database: Database) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        application = session.get_one(hiring.Application, at.application)
        seat = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, application, [seat], title="Coordinator's talk")
    sealed(database, at.ben, at.ben_card)
    answers = set()
    for card in (at.ada_card, at.ben_card):
        with pytest.raises(NotAllowedError) as error, writing(database.engine) as session:
            scorecards.release(session, at.coordinator, card, "Away.", LATER)
        answers.add(str(error.value))
    assert len(answers) == 1


def test_a_note_is_passed_on_without_disturbing_the_draft(database: Database) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        scorecards.handover(session, at.ada, at.ada_card, " Ask about pricing. ", NOW)
    assert (row(database, at.ada_card).handover, row(database, at.ada_card).version) == ("Ask about pricing.", 1)


def test_no_note_is_passed_on_by_somebody_who_can_see_others_cards(database: Database) -> None:
    at = panel(database)
    sealed(database, at.ada, at.ada_card)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        scorecards.handover(session, at.ada, at.ada_card, "Ben says two.", LATER)
    assert row(database, at.ada_card).handover == ""


@pytest.mark.parametrize("act", ["save", "seal", "handover"])
def test_a_released_card_takes_nothing_more(database: Database, act: str) -> None:
    at = panel(database)
    with writing(database.engine) as session:
        scorecards.release(session, at.ada, at.ada_card, "Ill.", NOW)
    version = row(database, at.ada_card).version
    acts: dict[str, Callable[[Session], object]] = {
        "save": lambda s: scorecards.save_draft(s, at.ada, at.ada_card, WHOLE, version=version, now=NOW),
        "seal": lambda s: scorecards.seal(s, at.ada, at.ada_card, WHOLE, version=version, now=NOW),
        "handover": lambda s: scorecards.handover(s, at.ada, at.ada_card, "Note", NOW),
    }
    with pytest.raises((AlreadyDoneError, NotAllowedError)), writing(database.engine) as session:
        acts[act](session)
    assert revisions(database, at.ada_card) == []


# Properties

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
values = st.none() | st.integers(-3, 9)
ratings = st.lists(
    st.builds(DimensionRating, st.sampled_from((*DIMENSIONS, "charm")), values, texts),
    max_size=3,
    unique_by=lambda r: r.dimension,
)
cards = st.builds(
    CardContent,
    ratings.map(tuple),
    st.lists(st.sampled_from(["names-trade-offs", "blames-users", "wears-a-hat"]), max_size=3, unique=True).map(tuple),
    st.none() | st.sampled_from(Recommendation),
    texts,
    texts,
)


@given(cards)
def test_card_json_is_read_back_whole(content: CardContent) -> None:
    back = from_json(to_json(content))
    assert back == replace(content, signals=tuple(sorted(content.signals)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=cards)
def test_what_is_sealed_is_complete_and_on_the_scale_whatever_is_sent(database: Database, content: CardContent) -> None:
    at = panel(database)
    try:
        sealed(database, at.ada, at.ada_card, content)
    except InvalidError:
        assert revisions(database, at.ada_card) == []
        return
    with reading(database.engine) as session:
        found = select(RatingRow.dimension, RatingRow.value, RatingRow.evidence).join(
            Revision, Revision.id == RatingRow.revision_id
        )
        kept = session.execute(found.where(Revision.scorecard_id == at.ada_card)).all()
    assert any(r.value is not None for r in kept)
    assert "strategy" in {r.dimension for r in kept}
    assert all(r.value in {None, 1, 2, 3, 4, 5} and (r.value not in {1, 5} or r.evidence.strip()) for r in kept)
