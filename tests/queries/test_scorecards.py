from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from app.domain.card import CardContent, CardState, DimensionRating
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.queries import scorecards as pages
from app.services import scorecards
from tests.factories.hiring import NOW
from tests.factories.panels import WHOLE, Panel, make_actor, make_panel, revise, seal

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database


def own(database: Database, who: ActorFacts, card: UUID) -> pages.OwnCard:
    with reading(database.engine) as session:
        return pages.own_card(session, who, card)


def read(database: Database, who: ActorFacts, card: UUID) -> pages.SealedCard:
    with reading(database.engine) as session:
        return pages.sealed_card(session, who, card)


def test_the_form_starts_empty_and_comes_back_as_it_was_left(database: Database) -> None:
    at = make_panel(database)
    empty = own(database, at.ada, at.ada_card)
    assert (empty.state, empty.version, empty.draft, empty.saved_at) == (CardState.OWED, 1, CardContent(), None)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    kept = own(database, at.ada, at.ada_card)
    assert (kept.version, kept.draft, kept.saved_at) == (2, WHOLE, NOW)
    assert kept.kit.seat.candidate == "Mira Okafor"


def test_the_form_is_the_same_whatever_the_others_do(database: Database) -> None:
    at = make_panel(database)
    before = own(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    revise(database, at.ben, at.ben_card)
    assert own(database, at.ada, at.ada_card) == before


def test_nobody_opens_the_form_of_somebody_else(database: Database) -> None:
    at = make_panel(database)
    for who in (at.ben, at.manager, at.coordinator):
        with pytest.raises(NotAllowedError):
            own(database, who, at.ada_card)
    with pytest.raises(NotFoundError):
        own(database, make_actor(database, "Olu Stranger", Role.INTERVIEWER), at.ada_card)


def test_a_sealed_card_reads_as_it_was_sealed(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    card = read(database, at.ada, at.ada_card)
    assert card.current.content == replace(WHOLE, ratings=WHOLE.ratings)
    assert (card.interviewer, card.is_author, card.may_revise) == ("Ada Brook", True, True)


def test_revisions_are_newest_first_and_say_what_was_visible(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    revise(database, at.ada, at.ada_card, reason="I mixed up two answers.")
    card = read(database, at.ada, at.ada_card)
    assert [(r.number, r.after_reveal, r.reason) for r in card.revisions] == [
        (2, True, "I mixed up two answers."),
        (1, False, ""),
    ]
    assert card.current.sealed_at == NOW + timedelta(hours=2)


def test_another_interviewer_reads_it_only_after_sealing_and_without_the_private_note(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    with pytest.raises(NotAllowedError):
        read(database, at.ben, at.ada_card)
    seal(database, at.ben, at.ben_card)
    card = read(database, at.ben, at.ada_card)
    assert (card.current.content.summary, card.current.content.private_note) == (WHOLE.summary, "")
    assert (card.is_author, card.may_revise) == (False, False)


def test_a_draft_is_never_read_by_anybody_else(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    seal(database, at.ben, at.ben_card)
    with pytest.raises(NotFoundError):
        read(database, at.ben, at.ada_card)
    with pytest.raises(NotAllowedError):
        read(database, at.coordinator, at.ada_card)


def test_paper_never_carries_the_private_note(database: Database) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card)
    with reading(database.engine) as session:
        paper = pages.document(session, at.ada, at.ada_card, zone="Europe/Berlin")
    assert paper.card.content == replace(WHOLE, private_note="")
    assert (paper.zone, paper.focus, paper.card.counted, paper.candidate) == (
        "Europe/Berlin",
        ("strategy",),
        True,
        "Mira Okafor",
    )


def test_an_unfinished_card_has_no_paper(database: Database) -> None:
    at = make_panel(database)
    with reading(database.engine) as session, pytest.raises(NotFoundError):
        pages.document(session, at.ada, at.ada_card, zone="UTC")


def statements_of(database: Database, at: Panel) -> int:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    read(database, at.ada, at.ada_card)
    return len(statements)


@pytest.mark.parametrize("revisions", [1, 4])
def test_a_sealed_card_takes_three_queries_however_often_it_was_revised(database: Database, revisions: int) -> None:
    at = make_panel(database)
    seal(database, at.ada, at.ada_card, replace(WHOLE, ratings=(*WHOLE.ratings, DimensionRating("fluency", 2))))
    for number in range(1, revisions):
        revise(database, at.ada, at.ada_card, hours=number)
    read(database, at.ada, at.ada_card)
    assert statements_of(database, at) == 3
