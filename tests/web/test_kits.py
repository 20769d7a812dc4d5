"""The kit over HTTP: on paper, on few statements, and a first opening that only its owner's reminder knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.scorecard_duty import KitOpening
from tests.factories.panels import Panel, make_panel, seal
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from tests.databases import Database

Open = Callable[[UUID], Browser]


@pytest.fixture
def at(database: Database) -> Panel:
    return make_panel(database, case_study="shortlist")


def openings(database: Database) -> list[UUID]:
    with reading(database.engine) as session:
        return list(session.scalars(select(KitOpening.person_id)))


@pytest.mark.parametrize("form", ["kit", "kit.pdf?as=page"])
def test_only_the_owners_opening_is_noted_and_once(at: Panel, signed_in: Open, database: Database, form: str) -> None:
    path = f"/interviews/{at.interview}/{form}"
    for reader in (at.coordinator, at.manager):
        assert signed_in(reader.person_id).get(path).status_code == 200
    assert openings(database) == []
    ada = signed_in(at.ada.person_id)
    first, again = ada.get(path).text, ada.get(path).text
    assert openings(database) == [at.ada.person_id]
    assert _plain(first) == _plain(again)


def _plain(page: str) -> str:
    return re.sub(r'(nonce|value|content)="[^"]*"', "", page)


def test_whoever_has_sealed_leaves_no_trace(at: Panel, signed_in: Open, database: Database) -> None:
    seal(database, at.ada, at.ada_card)
    assert signed_in(at.ada.person_id).get(f"/interviews/{at.interview}/kit").status_code == 200
    assert openings(database) == []


def test_the_paper_holds_what_the_page_holds_and_room_to_write(at: Panel, signed_in: Open, database: Database) -> None:
    with writing(database.engine) as session:
        session.get_one(Interview, at.interview).place = "https://meet.example.org/one"
    ada = signed_in(at.ada.person_id)
    paper = unescape(ada.get(f"/interviews/{at.interview}/kit.pdf?as=page").text)
    page = unescape(ada.get(f"/interviews/{at.interview}/kit").text)
    for words in (
        "Mira Okafor", "Which bet did you stop, and why?", "Meets bar on Product Strategy.", "Plan the first release.",
        "A one-page plan", "https://meet.example.org/one",
    ):  # fmt: skip
        assert words in paper
        assert words in page
    assert "What was said or done" in paper
    assert "Which did a user teach you" not in paper


def test_a_kit_costs_six_statements(at: Panel, signed_in: Open, database: Database) -> None:
    ada = signed_in(at.ada.person_id)
    ada.get(f"/interviews/{at.interview}/kit")
    with counted(database.engine) as statements:
        ada.get(f"/interviews/{at.interview}/kit")
    assert len(statements) == 6
    with counted(database.engine) as statements:
        ada.get(f"/scorecards/{at.ada_card}/release")
    assert len(statements) == 6
    cleo = signed_in(at.coordinator.person_id)
    cleo.get(f"/applications/{at.application}/scorecards")
    with counted(database.engine) as statements:
        cleo.get(f"/applications/{at.application}/scorecards")
    assert len(statements) == 4
    with counted(database.engine) as statements:
        cleo.get(f"/scorecards/{at.ada_card}/enter")
    assert len(statements) == 4
