"""First years on pages: the list, one plan, and what each person finds there; on both databases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import Health
from app.domain.permission import Role
from app.models.engine import writing
from app.web.onboarding.rows import SHAPES
from tests.factories import hiring as make
from tests.factories.plans import Cast, make_plan
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.showroom import draw

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    body = re.sub(r"<option[^>]*>[^<]*</option>", "", body)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


def test_the_list_names_who_how_and_what_comes_next(cast: Cast, signed_in: Open) -> None:
    answer = signed_in(cast.manager.id).get("/onboarding")

    assert answer.status_code == 200
    said = words(answer)
    assert "Noor Hire" in said
    assert "First month 4 November 2026" in said
    assert "0 of 3" in said


def test_somebody_with_one_plan_of_their_own_goes_straight_to_it(cast: Cast, signed_in: Open) -> None:
    hire = signed_in(cast.hire.id)

    assert hire.get("/onboarding").location == f"/onboarding/{cast.plan.id}"
    assert hire.get("/onboarding?state=all").status_code == 200


def test_shapes_of_rows_are_those_of_pages() -> None:
    for health in Health:
        page = draw('{% import "onboarding/parts.html" as parts %}{{ parts.health(h) }}', h=health)
        kind, icon = SHAPES[health]
        assert f"status--{kind}" in page
        assert f"#{icon}" in page


def test_a_plan_tells_the_hire_what_is_next(cast: Cast, signed_in: Open) -> None:
    answer = signed_in(cast.hire.id).get(f"/onboarding/{cast.plan.id}")

    assert answer.status_code == 200, answer.text[-2000:]
    said = words(answer)
    assert "What you show next" in said
    assert "A map that the team confirmed" in said
    assert "Who signs Mika Manager" in said
