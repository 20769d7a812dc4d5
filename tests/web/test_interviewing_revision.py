"""A revision that is being written survives a reload, a crash and an expired session, as the first scorecard does."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.card import CardContent, DimensionRating
from app.models.engine import reading, writing
from app.queries import scorecards as queries
from app.services import scorecards
from tests.factories.hiring import NOW
from tests.factories.panels import LATER, WHOLE, Panel, card_row, make_panel, revisions, seal

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.web.browser import Browser

Open = Callable[[UUID], "Browser"]
JSON = {"Accept": "application/json"}
TYPED = {
    "rating-strategy": "3",
    "evidence-strategy": "Mixed up with the launch.",
    "recommendation": "yes",
    "summary": "Second thoughts.",
    "private_note": "Mine alone.",
    "reason": "I mixed up two",
}


@pytest.fixture
def at(database: Database) -> Panel:
    found = make_panel(database)
    seal(database, found.ada, found.ada_card)
    return found


@pytest.fixture
def ada(at: Panel, signed_in: Open) -> Browser:
    return signed_in(at.ada.person_id)


def path(at: Panel, step: str = "") -> str:
    return f"/scorecards/{at.ada_card}/revise" + (f"?step={step}" if step else "")


def version(ada: Browser, at: Panel) -> str:
    found = re.search(r'name="version" value="(\d+)"', ada.get(path(at)).text)
    assert found is not None
    return found[1]


def keep(ada: Browser, at: Panel, **typed: str) -> str:
    answer = ada.post(path(at, "draft"), {**TYPED, "version": version(ada, at), **typed}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["version"])


def test_what_was_typed_is_there_after_a_reload_and_nobody_else_sees_it(
    at: Panel, ada: Browser, signed_in: Open, database: Database
) -> None:
    keep(ada, at)
    again = unescape(ada.get(path(at)).text)
    assert "Mixed up with the launch." in again
    assert "I mixed up two</textarea>" in again
    assert re.search(r'id="d-strategy-3"[^>]* checked', again)
    assert len(revisions(database, at.ada_card)) == 1

    card = ada.get(f"/scorecards/{at.ada_card}").text
    assert "Go on with your revision" in card
    assert WHOLE.summary in card
    assert "Second thoughts." not in card
    seal(database, at.ben, at.ben_card)
    others = signed_in(at.ben.person_id).get(f"/scorecards/{at.ada_card}").text
    assert "revision" not in others.lower()
    assert "Second thoughts." not in others


def test_sealing_it_leaves_no_draft_behind(at: Panel, ada: Browser, database: Database) -> None:
    newest = keep(ada, at)
    sent = {**TYPED, "reason": "I mixed up two answers.", "version": newest, "intent": "once"}
    assert ada.post(path(at), sent).status_code == 303
    assert [one.summary for one in revisions(database, at.ada_card)] == [WHOLE.summary, "Second thoughts."]
    row = card_row(database, at.ada_card)
    assert (row.draft, row.draft_saved_at) == ("", None)
    assert "Go on with your revision" not in ada.get(f"/scorecards/{at.ada_card}").text


def test_a_second_tab_is_told_and_sees_what_the_first_one_kept(at: Panel, ada: Browser, database: Database) -> None:
    old = version(ada, at)
    keep(ada, at, summary="From the first tab.")
    late = {**TYPED, "summary": "From the second tab.", "version": old}
    assert ada.post(path(at, "draft"), late, headers=JSON).status_code == 409

    page = ada.post(path(at, "edit"), late)
    assert page.status_code == 200
    assert "From the second tab.</textarea>" in page.text
    assert "Kept from elsewhere" in page.text
    assert "From the first tab." in page.text
    # Nothing is overwritten before its author says so.
    with reading(database.engine) as session:
        begun = queries.own_sealed_card(session, at.ada, at.ada_card).begun
    assert begun is not None
    assert begun.content.summary == "From the first tab."


def test_throwing_it_away_keeps_what_is_sealed(at: Panel, ada: Browser, database: Database) -> None:
    assert "Throw this revision away" not in ada.get(path(at)).text
    newest = keep(ada, at)
    assert "Throw this revision away" in ada.get(path(at)).text
    thrown = ada.post(path(at, "discard"), {"version": newest})
    assert (thrown.status_code, thrown.location) == (303, f"/scorecards/{at.ada_card}?done=revision-dropped")
    page = ada.get(path(at)).text
    assert "Second thoughts." not in page
    assert WHOLE.summary in page
    assert len(revisions(database, at.ada_card)) == 1


def test_without_script_a_button_keeps_it(at: Panel, ada: Browser) -> None:
    answer = ada.post(path(at, "draft"), {**TYPED, "version": version(ada, at)})
    assert (answer.status_code, answer.location) == (303, f"{path(at)}?done=draft-saved")


def test_a_draft_that_cannot_be_kept_says_where(at: Panel, ada: Browser) -> None:
    sent = {**TYPED, "reason": "x" * 4001, "version": version(ada, at)}
    refused = ada.post(path(at, "draft"), sent, headers=JSON)
    assert refused.status_code == 422
    assert refused.get_json()["faults"][0]["field"] == "reason"


def test_nobody_else_keeps_or_drops_a_draft_there(at: Panel, ada: Browser, signed_in: Open, database: Database) -> None:
    newest = keep(ada, at)
    for step in ("draft", "discard"):
        answer = signed_in(at.ben.person_id).post(path(at, step), {**TYPED, "version": newest}, headers=JSON)
        assert answer.status_code in {403, 404}
    assert "Second thoughts." in card_row(database, at.ada_card).draft


def test_what_an_interviewer_had_drafted_before_a_card_was_entered_outlives_their_revision(
    signed_in: Open, database: Database
) -> None:
    at = make_panel(database)
    own = CardContent(ratings=(DimensionRating("strategy", 2, "Mine."),))
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, own, version=1, now=NOW)
    with writing(database.engine) as session:
        scorecards.enter(
            session, at.coordinator, at.ada_card, CardContent(WHOLE.ratings, (), WHOLE.recommendation), now=LATER
        )
    ada = signed_in(at.ada.person_id)
    newest = keep(ada, at)
    assert "What you had drafted yourself" in ada.get(f"/scorecards/{at.ada_card}").text
    sent = {**TYPED, "reason": "From my own notes.", "version": newest, "intent": "once"}
    assert ada.post(path(at), sent).status_code == 303
    with reading(database.engine) as session:
        assert queries.sealed_card(session, at.ada, at.ada_card).draft == own
