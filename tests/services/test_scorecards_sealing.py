from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.card import CardContent, CardState, DimensionRating, Recommendation, from_json, to_json
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, PlumblineError
from app.models.audit import AuditEvent, AuditPayload
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.scorecard import RatingRow, Revision, SignalNote
from app.queries.audit import Sound, verify
from app.services import scorecards
from tests.factories.hiring import DIMENSIONS, NOW
from tests.factories.panels import LATER, WHOLE, card_row, make_panel, revisions, seal, told

if TYPE_CHECKING:
    from tests.databases import Database


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.field for fault in error.value.faults]


def test_sealing_keeps_every_rating_and_empties_the_draft(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    revision = seal(database, at.ada, at.ada_card, now=LATER)
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
    card = card_row(database, at.ada_card)
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
    at = make_panel(database)
    with pytest.raises(InvalidError) as error:
        seal(database, at.ada, at.ada_card, content)
    assert refused(error) == fields
    assert (revisions(database, at.ada_card), card_row(database, at.ada_card).state) == ([], CardState.OWED)


def test_a_sealed_card_is_not_sealed_again_nor_drafted(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    with pytest.raises(AlreadyDoneError):
        seal(database, at.ada, at.ada_card)
    with pytest.raises(AlreadyDoneError), writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=2, now=NOW)
    assert len(revisions(database, at.ada_card)) == 1


def test_a_stale_form_is_not_sealed(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, CardContent(), version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict, writing(database.engine) as session:
        scorecards.seal(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    assert conflict.value.current_version == 2
    assert revisions(database, at.ada_card) == []


def test_ten_seals_at_once_make_one_revision(database: Database) -> None:
    at = make_panel(database)
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


def test_the_chain_holds_the_sealed_record_whole(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    with reading(database.engine) as session:
        event, payload = session.execute(
            select(AuditEvent, AuditPayload.body)
            .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
            .where(AuditEvent.action == "scorecard.seal")
        ).one()
        revision = session.scalars(select(Revision)).one()
        assert isinstance(verify(session), Sound)
    assert event.object == f"scorecard/{at.ada_card}"
    assert event.actor == f"user/{at.ada.person_id}"
    record = json.loads(payload or "")
    assert record["ratings"] == {
        "empathy": {"evidence": "", "value": None},
        "strategy": {"evidence": "Named the bet that was stopped.", "value": 4},
    }
    assert record["signals"] == ["names-trade-offs"]
    assert (record["summary"], record["recommendation"]) == ("Clear about what was given up.", "yes")
    assert (record["revision"], record["number"], record["after_reveal"]) == (str(revision.id), 1, False)
    assert record["private_note"] == revision.private_note != ""


def test_who_runs_the_process_hears_that_a_card_came_in_and_nothing_more(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    assert told(database) == dict.fromkeys(
        ["Mara Lindqvist", "Cleo Ruiz"], "A scorecard came in: Product Manager, Search"
    )
    with reading(database.engine) as session:
        texts = " ".join(f"{m.subject} {m.body} {m.path}" for m in session.scalars(select(Message)))
    for secret in ("Clear about", "bet", "Yes", "strategy", "4", "Mira", "Ada"):
        assert secret not in texts.replace(str(at.application), "")


def test_a_manager_who_still_owes_a_card_is_not_told(database: Database) -> None:
    at = make_panel(database, manager_interviews=True)
    seal(database, at.ada, at.ada_card)
    assert list(told(database)) == ["Cleo Ruiz"]


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
    at = make_panel(database)
    try:
        seal(database, at.ada, at.ada_card, content)
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
