"""A sheet of an assessment that cannot be sealed yet says what is open, and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

from app.models.engine import writing
from tests.factories import assessments as make

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.web.browser import Browser

Open = Callable[[UUID], "Browser"]


def test_what_is_still_open_is_named_with_its_competency(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        scene = make.make_scene(session)
    fields = {"version": "0", "mark-judgment": "0", "mark-data": "0"}
    answer = signed_in(scene.manager.id).post(f"/ladder/assessments/{scene.assessment.id}/seal", fields)

    assert answer.status_code == 422
    summary = answer.text.partition('<ul class="summary__list">')[2].partition("</ul>")[0]
    asked = "Say in a sentence what is missing for the first expectation."
    said = [unescape(one) for one in re.findall(r"<a [^>]*>([^<]+)</a>", summary)]
    assert sorted(said) == [f"Data: {asked}", f"Judgment: {asked}"]
