"""Scorecards that describe only some points of their scale, as many published ones do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.factories.hiring import DIMENSIONS, small_blueprint
from tests.factories.panels import Panel, make_panel
from tests.web.browser import Browser

if TYPE_CHECKING:
    from tests.databases import Database

Open = Callable[[UUID], Browser]
TOLD = "No anchor is written for this point."


def panel(database: Database, kept: set[int]) -> Panel:
    whole = small_blueprint(role="ragged")
    ragged = tuple(
        replace(one, anchors=tuple(anchor for anchor in one.anchors if anchor.value in kept))
        for one in whole.scorecard.dimensions
    )
    blueprint = replace(whole, scorecard=replace(whole.scorecard, dimensions=ragged))
    return make_panel(database, blueprint=blueprint, focus=DIMENSIONS)


@pytest.mark.parametrize("kept", [{3}, {1, 5}, {1, 3, 5}, {1, 2, 3, 4, 5}], ids=["one", "two", "three", "all"])
def test_the_card_and_the_kit_say_where_no_anchor_is_written(
    database: Database, signed_in: Open, kept: set[int]
) -> None:
    at = panel(database, kept)
    ada = signed_in(at.ada.person_id)
    missing = (5 - len(kept)) * len(DIMENSIONS)
    card = ada.get(f"/scorecards/{at.ada_card}").text
    # Once under the point itself, once in the list of what each level looks like.
    assert card.count(TOLD) == 2 * missing
    assert card.count('class="point__anchor"') >= 5 * len(DIMENSIONS)
    assert ada.get(f"/interviews/{at.interview}/kit").text.count(TOLD) == missing
