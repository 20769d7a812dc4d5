from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.blueprint import (
    Anchor,
    Blueprint,
    CaseStudy,
    Dimension,
    Entry,
    Probe,
    Role,
    Scale,
    ScalePoint,
    Scorecard,
    Signal,
    canonical_json,
    digest,
    from_canonical,
)
from app.domain.canonical import canonical_text, parse_canonical
from tests.factories.blueprints import blueprints, scales

SCALE = Scale((ScalePoint(1, "Low"), ScalePoint(2, "Fair"), ScalePoint(4, "High")), meets=2)
CARD = Scorecard(
    "baker",
    "1",
    SCALE,
    (Dimension("dough", "Dough", 60, anchors=(Anchor(2, "Weighs the water."),)), Dimension("service", "Service", 40)),
    probes=(Probe("water", "Water", "How?", ("dough",)), Probe("both", "Both", "Why?", ("dough", "service"))),
    signals=(Signal("tastes", "strong", "Tastes.", ("dough",)), Signal("shouts", "red_flag", "Shouts.", ("service",))),
)


def case(name: str, *dimensions: str) -> CaseStudy:
    return CaseStudy(name, "A", name, "For all.", 30, 60, ("live",), "Plan.", (Entry("A plan"),), dimensions)


@settings(max_examples=50)
@given(blueprints)
def test_a_stored_version_is_one_exact_json_text_that_reads_back_as_the_same_blueprint(blueprint: Blueprint) -> None:
    text = canonical_json(blueprint)
    assert from_canonical(text) == blueprint
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_the_text_and_its_hash_do_not_change_between_releases() -> None:
    text = canonical_json(Blueprint(Role("baker", "Bäcker"), replace(CARD, probes=(), signals=())))
    assert text == (
        '{"role":{"id":"baker","title":"Bäcker"},"scorecard":{"dimensions":[{"anchors":[{"text":"Weighs the water.",'
        '"value":2}],"id":"dough","title":"Dough","weight":60},{"id":"service","title":"Service","weight":40}],'
        '"id":"baker","scale":{"meets":2,"points":[{"title":"Low","value":1},{"title":"Fair","value":2},'
        '{"title":"High","value":4}]},"version":"1"}}'
    )
    assert digest(text) == "4bbf608f45c66f0c641f00938fd2db5f0e875619fdf9bcdd3e16b40b7dcd387c"


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        ('{"role":{"id":"baker"}}', "missing"),
        ('{"role":{"id":"b","title":"B"},"scorecard":{},"colour":"red"}', "unknown ['colour']"),
        ('{"role":{"id":1,"title":"B"},"scorecard":{}}', "Blueprint.role.id: 1 does not fit"),
        ('{"role":{"id":true,"title":"B"},"scorecard":{}}', "Blueprint.role.id: True does not fit"),
        ('{"role":[],"scorecard":{}}', "Blueprint.role: [] does not fit"),
        ('{"role":NaN}', "NaN is not an integer"),
        ('{"role":1.5}', "1.5 is not an integer"),
        ("not json", "Expecting value"),
    ],
)
def test_a_text_that_is_no_blueprint_is_refused(spoiled: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the message is asserted below, brackets and all)
        from_canonical(spoiled)
    assert says in str(caught.value)


@dataclass(frozen=True, slots=True)
class _Before:
    name: str
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _After:
    name: str
    points: tuple[int, ...] = ()
    remark: str | None = None
    sealed: bool = False


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers()).map(tuple))
def test_a_field_added_later_changes_neither_old_texts_nor_their_meaning(name: str, points: tuple[int, ...]) -> None:
    old = canonical_text(_Before(name, points))
    assert parse_canonical(_After, old) == _After(name, points)
    assert canonical_text(_After(name, points)) == old


def test_what_has_no_exact_text_is_refused() -> None:
    with pytest.raises(TypeError, match="float has no canonical form"):
        canonical_text(replace(CARD, version=1.5))  # type: ignore[arg-type]  # a wrong value on purpose


@given(scales())
def test_the_ends_of_a_scale_are_its_extremes(scale: Scale) -> None:
    assert scale.values == tuple(sorted(set(scale.values)))
    assert scale.extremes == {min(scale.values), max(scale.values)} == {scale.lowest, scale.highest}
    assert [scale.title_of(point.value) for point in scale.points] == [point.title for point in scale.points]


@pytest.mark.parametrize(
    ("values", "meets"), [((1,), 1), ((), 1), ((1, 1), 1), ((2, 1), 1), ((1, 2), 3), ((1, 3, 2), 3)]
)
def test_a_scale_that_nobody_could_rate_on_is_refused(values: tuple[int, ...], meets: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        Scale(tuple(ScalePoint(value, "x") for value in values), meets)


def test_a_value_off_the_scale_has_no_title() -> None:
    with pytest.raises(KeyError):
        SCALE.title_of(3)


def test_a_scorecard_finds_what_belongs_to_a_dimension() -> None:
    assert CARD.dimension("service").weight == 40
    assert [probe.id for probe in CARD.probes_for("dough")] == ["water", "both"]
    assert [signal.id for signal in CARD.signals_for("service")] == ["shouts"]
    assert CARD.probes_for("nothing") == ()
    with pytest.raises(KeyError):
        CARD.dimension("nothing")


def test_a_dimension_finds_its_anchor() -> None:
    assert CARD.dimension("dough").anchor(2) == Anchor(2, "Weighs the water.")
    assert CARD.dimension("dough").anchor(1) is None


def test_cases_are_found_by_any_of_the_dimensions_they_inform() -> None:
    blueprint = Blueprint(Role("baker", "Baker"), CARD, (case("loaf", "dough"), case("shop", "service", "dough")))
    assert [found.id for found in blueprint.cases_for(("service",))] == ["shop"]
    assert [found.id for found in blueprint.cases_for(frozenset({"dough"}))] == ["loaf", "shop"]
    assert blueprint.cases_for(()) == ()
