"""Cards, debriefs and comparisons on scales and rules that no shipped role has."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.blueprint import DecisionRule, Requirement, Scale, ScalePoint, Threshold
from app.domain.card import CardContent, DimensionRating, Recommendation
from app.models.engine import writing
from app.services import debriefs
from tests.factories.hiring import DIMENSIONS, NOW, rescaled, small_blueprint
from tests.factories.panels import Panel, make_panel, seal
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.databases import Database

Open = Callable[[UUID], Browser]


@dataclass(frozen=True)
class Shape:
    """A scale with a rule, and what Ada and Ben give on the three dimensions."""

    values: Sequence[int]
    scale: Scale
    rule: DecisionRule
    ada: tuple[int | None, ...]
    ben: tuple[int | None, ...]


def scale(values: Sequence[int], meets: int, *, turned: bool = False) -> Scale:
    points = tuple(ScalePoint(value, f"Point {value}") for value in values)
    return Scale(points, meets, "low" if turned else "high")


def shape(made: Scale, rule: DecisionRule, ada: tuple[int | None, ...], ben: tuple[int | None, ...]) -> Shape:
    return Shape(made.values, made, rule, ada, ben)


SUM = DecisionRule("sum-threshold", thresholds=(Threshold(4), Threshold(5, "senior")))
EACH = DecisionRule("every-required", requirements=(Requirement("strategy", 2), Requirement("empathy", 1)))
FROM_ZERO = shape(scale((0, 1, 2), 1), SUM, (2, 1, 1), (1, 1, 2))
LOW_IS_BEST = shape(scale(range(1, 7), 3, turned=True), EACH, (2, 4, 1), (3, 3, 1))
PASS_OR_NOT = shape(scale((0, 1), 1), DecisionRule(), (1, 0, 1), (1, 1, None))
TO_TEN = shape(scale(range(1, 11), 6), DecisionRule(), (10, 6, 3), (9, 6, 4))
ALL = {"from zero": FROM_ZERO, "low is best": LOW_IS_BEST, "pass or not": PASS_OR_NOT, "to ten": TO_TEN}


def panel(database: Database, form: Shape) -> Panel:
    blueprint = rescaled(small_blueprint(role="other-scale"), form.scale, form.rule)
    return make_panel(database, blueprint=blueprint, focus=DIMENSIONS)


def content(values: Sequence[int | None]) -> CardContent:
    ratings = tuple(DimensionRating(name, value, "Seen.") for name, value in zip(DIMENSIONS, values, strict=True))
    return CardContent(ratings=ratings, recommendation=Recommendation.YES, summary="All in all.")


def debriefed(database: Database, form: Shape) -> Panel:
    at = panel(database, form)
    seal(database, at.ada, at.ada_card, content(form.ada))
    seal(database, at.ben, at.ben_card, content(form.ben))
    with writing(database.engine) as session:
        debriefs.open_debrief(session, at.coordinator, at.application, now=NOW)
    return at


def words(html: str) -> str:
    body = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_the_card_offers_each_point_with_its_anchor(database: Database, signed_in: Open, form: Shape) -> None:
    at = panel(database, form)
    page = signed_in(at.ada.person_id).get(f"/scorecards/{at.ada_card}").text
    for value in form.values:
        assert f'id="d-strategy-{value}"' in page
        assert f"Seen at {value}." in page
    assert page.count("point--meets") == len(DIMENSIONS)
    assert page.count("point--edge") == 2 * len(DIMENSIONS)


@pytest.mark.parametrize(
    ("form", "keys"), [(FROM_ZERO, "0 and up to rate, - not"), (TO_TEN, "1 and up to rate, 0 not")]
)
def test_the_card_says_which_key_is_not_assessed(database: Database, signed_in: Open, form: Shape, keys: str) -> None:
    at = panel(database, form)
    assert keys in words(signed_in(at.ada.person_id).get(f"/scorecards/{at.ada_card}").text)


@pytest.mark.parametrize(
    ("form", "composite"),
    [(FROM_ZERO, "1.3 of 2"), (LOW_IS_BEST, "2.3 where 1 is best"), (PASS_OR_NOT, "0.8 of 1"), (TO_TEN, "6.3 of 10")],
    ids=ALL,
)
def test_the_debrief_says_what_the_composite_is_out_of(
    database: Database, signed_in: Open, form: Shape, composite: str
) -> None:
    at = debriefed(database, form)
    page = words(signed_in(at.coordinator.person_id).get(f"/applications/{at.application}/debrief").text)
    assert f"Composite {composite}" in page


def test_the_debrief_adds_up_where_the_rule_is_a_sum(database: Database, signed_in: Open) -> None:
    at = debriefed(database, FROM_ZERO)
    page = words(signed_in(at.coordinator.person_id).get(f"/applications/{at.application}/debrief").text)
    assert "Everybody at least 4 4.0 Yes" in page
    assert "Senior at least 5 4.0 No" in page


def test_the_debrief_holds_each_required_dimension_against_its_point(database: Database, signed_in: Open) -> None:
    at = debriefed(database, LOW_IS_BEST)
    page = words(signed_in(at.coordinator.person_id).get(f"/applications/{at.application}/debrief").text)
    assert "Product Strategy at most 2 2.5 No" in page
    assert "Customer Empathy at most 1 1.0 Yes" in page


def test_under_a_weighted_mean_the_composite_is_all_that_is_asked(database: Database, signed_in: Open) -> None:
    at = debriefed(database, TO_TEN)
    page = words(signed_in(at.coordinator.person_id).get(f"/applications/{at.application}/debrief").text)
    assert "What the blueprint asks for" not in page


@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_the_comparison_tints_the_better_end_deepest(database: Database, signed_in: Open, form: Shape) -> None:
    at = debriefed(database, form)
    page = signed_in(at.coordinator.person_id).get(f"/requisitions/{at.requisition}/comparison").text
    best, worst = (form.values[-1], form.values[0]) if form.scale.best == "high" else (form.values[0], form.values[-1])
    depth = {float(mean): int(tint) for tint, mean in re.findall(r'class="heat-(\d)(?: low)?">([\d.]+) ', page)}
    assert depth
    nearest = min(depth, key=lambda mean: abs(mean - best))
    furthest = min(depth, key=lambda mean: abs(mean - worst))
    assert depth[nearest] == max(depth.values())
    assert depth[furthest] == min(depth.values())
