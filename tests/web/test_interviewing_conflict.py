from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.card import CardContent, DimensionRating, Recommendation, from_json
from app.models.engine import writing
from app.services import scorecards
from tests.factories.hiring import NOW
from tests.factories.panels import WHOLE, Panel, card_row, make_panel, revisions, seal
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
ELSEWHERE = CardContent(
    ratings=(DimensionRating("strategy", 2, "Stored: thin on users."), DimensionRating("fluency", 3)),
    signals=("blames-users",),
    recommendation=Recommendation.NO,
    summary="The same in both.",
)
HERE = {
    "rating-strategy": "4",
    "evidence-strategy": "Here: named the bet.",
    "rating-fluency": "3",
    "signals": "names-trade-offs",
    "recommendation": "yes",
    "summary": "The same in both.",
    "private_note": "Only here.",
    "intent": "k1",
    "version": "1",
}


@pytest.fixture
def at(database: Database) -> Panel:
    """A panel whose first card was saved in another tab after the form was opened."""
    made = make_panel(database)
    with writing(database.engine) as session:
        scorecards.save_draft(session, made.ada, made.ada_card, ELSEWHERE, version=1, now=NOW)
    return made


@pytest.fixture
def ada(at: Panel, signed_in: Open) -> Browser:
    return signed_in(at.ada.person_id)


def path(at: Panel, act: str = "") -> str:
    return f"/scorecards/{at.ada_card}" + (f"/{act}" if act else "")


def fields(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's own form, as a browser would send them."""
    main = page.text.split('id="main"')[1]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def draft(database: Database, at: Panel) -> CardContent:
    return from_json(card_row(database, at.ada_card).draft)


@pytest.mark.parametrize("act", ["draft", "seal", "compare"])
def test_both_texts_are_shown_and_nothing_is_overwritten(at: Panel, ada: Browser, database: Database, act: str) -> None:
    page = ada.post(path(at, act), HERE)
    assert page.status_code == 409
    for words in ("Here: named the bet.", "Stored: thin on users.", "4, Above", "2, Below", "Only here."):
        assert words in unescape(page.text)
    assert 'name="pick-summary"' not in page.text
    assert 'name="pick-rating-fluency"' not in page.text
    assert draft(database, at) == ELSEWHERE
    assert revisions(database, at.ada_card) == []


def test_a_script_hears_of_the_conflict_with_the_stored_text(at: Panel, ada: Browser) -> None:
    answer = ada.post(path(at, "draft"), HERE, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    body = answer.get_json()
    assert (body["version"], body["compare_url"]) == (2, path(at, "compare"))
    assert body["stored"]["evidence"]["strategy"] == "Stored: thin on users."


def test_each_field_is_chosen_for_itself(at: Panel, ada: Browser, database: Database) -> None:
    shown = fields(ada.post(path(at, "compare"), HERE))
    picks = {
        "pick-rating-strategy": "there",
        "pick-evidence-strategy": "both",
        "pick-recommendation": "here",
        "pick-signals": "both",
        "pick-private_note": "here",
    }
    answer = ada.post(path(at, "merge"), {**shown, **picks})
    assert (answer.status_code, answer.location) == (303, f"{path(at)}?done=draft-saved")
    kept = draft(database, at)
    assert kept.rating("strategy") == DimensionRating("strategy", 2, "Stored: thin on users.\n\nHere: named the bet.")
    assert kept.rating("fluency") == DimensionRating("fluency", 3)
    assert set(kept.signals) == {"blames-users", "names-trade-offs"}
    assert (kept.recommendation, kept.summary, kept.private_note) == (
        Recommendation.YES,
        "The same in both.",
        "Only here.",
    )


@pytest.mark.parametrize(("side", "value"), [("here", 4), ("there", 2)])
def test_one_side_can_be_taken_whole(at: Panel, ada: Browser, database: Database, side: str, value: int) -> None:
    page = ada.post(path(at, "compare"), HERE)
    picks = dict.fromkeys(re.findall(r'name="(pick-[^"]+)"', page.text), side)
    ada.post(path(at, "merge"), {**fields(page), **picks})
    kept = draft(database, at).rating("strategy")
    assert kept is not None
    assert kept.value == value


def test_a_third_change_in_between_asks_again(at: Panel, ada: Browser, database: Database) -> None:
    shown = fields(ada.post(path(at, "compare"), HERE))
    with writing(database.engine) as session:
        scorecards.save_draft(session, at.ada, at.ada_card, WHOLE, version=2, now=NOW)
    answer = ada.post(path(at, "merge"), {**shown, "pick-rating-strategy": "here"})
    assert answer.status_code == 409
    assert WHOLE.ratings[0].evidence in unescape(answer.text)
    assert "Here: named the bet." in unescape(answer.text)
    assert draft(database, at) == WHOLE


def test_what_was_typed_before_a_seal_elsewhere_becomes_a_revision(at: Panel, ada: Browser, database: Database) -> None:
    seal(database, at.ada, at.ada_card)
    page = ada.post(path(at, "draft"), HERE)
    assert page.status_code == 409
    assert "was sealed in another tab" in page.text
    assert "Here: named the bet." in unescape(page.text)
    form = ada.post(path(at, "revise"), fields(page))
    assert form.status_code == 200
    assert "Here: named the bet." in unescape(form.text)
    assert len(revisions(database, at.ada_card)) == 1
    sent = {**HERE, **fields(form), "reason": "I typed more in another tab."}
    assert ada.post(path(at, "revise"), sent).status_code == 303
    assert [r.reason for r in revisions(database, at.ada_card)] == ["", "I typed more in another tab."]


def test_two_revisions_at_once_ask_the_second_to_look_again(at: Panel, ada: Browser, database: Database) -> None:
    seal(database, at.ada, at.ada_card)
    first, second = ada.get(path(at, "revise")), ada.get(path(at, "revise"))
    assert ada.post(path(at, "revise"), {**HERE, **fields(first), "reason": "First."}).status_code == 303
    late = ada.post(path(at, "revise"), {**HERE, **fields(second), "reason": "Second."})
    assert late.status_code == 409
    assert "Here: named the bet." in unescape(late.text)
    assert "Second." in late.text
    assert len(revisions(database, at.ada_card)) == 2


def test_opening_the_comparison_by_its_address_leads_to_the_form(at: Panel, ada: Browser) -> None:
    assert ada.get(path(at, "compare")).location == path(at)


def test_a_form_without_a_version_never_wins(at: Panel, ada: Browser, database: Database) -> None:
    assert ada.post(path(at, "draft"), {**HERE, "version": ""}).status_code == 409
    assert draft(database, at) == ELSEWHERE
