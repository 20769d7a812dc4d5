from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.card import CardContent, CardState, DimensionRating, from_json
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.models.engine import writing
from app.services import scorecards
from tests.factories.hiring import NOW
from tests.factories.panels import LATER, WHOLE, card_row, make_actor, make_panel, revisions

if TYPE_CHECKING:
    from tests.databases import Database


def refused(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.field for fault in error.value.faults]


def test_a_draft_comes_back_as_it_was_written(database: Database) -> None:
    at = make_panel(database)
    unfinished = CardContent(
        ratings=(DimensionRating("fluency", 5),),
        undecided=(DimensionRating("strategy", None, "Said little so far"),),
        private_note="naïve “quotes” 中文",
    )
    with writing(database.engine) as session:
        assert scorecards.save_draft(session, at.ada, at.ada_card, unfinished, version=1, now=LATER) == 2
    kept = card_row(database, at.ada_card)
    assert from_json(kept.draft) == unfinished
    assert (kept.version, kept.draft_saved_at, kept.state) == (2, LATER, CardState.OWED)


def test_a_stale_draft_is_refused_with_the_version_that_is_there(database: Database) -> None:
    at = make_panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict, writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, CardContent(), version=1, now=LATER)
    assert conflict.value.current_version == 2
    assert from_json(card_row(database, at.ada_card).draft) == WHOLE


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
    at = make_panel(database)
    with pytest.raises(InvalidError) as error, writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, content, version=1, now=NOW)
    assert refused(error) == [field]
    assert card_row(database, at.ada_card).draft == ""


def test_nobody_writes_on_somebody_elses_card(database: Database) -> None:
    at = make_panel(database)
    outsider = make_actor(database, "Olu Stranger", Role.INTERVIEWER)
    for who, error in ((at.ben, NotAllowedError), (at.coordinator, NotAllowedError), (outsider, NotFoundError)):
        with pytest.raises(error), writing(database.engine) as session:
            scorecards.save_draft(session, who, at.ada_card, WHOLE, version=1, now=NOW)
        with pytest.raises(error), writing(database.engine) as session:
            scorecards.seal(session, who, at.ada_card, WHOLE, version=1, now=NOW)
    assert (card_row(database, at.ada_card).version, revisions(database, at.ada_card)) == (1, [])
