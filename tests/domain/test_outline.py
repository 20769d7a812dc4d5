from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.domain.blueprint import Blueprint, Role
from app.domain.competency import Competency
from app.domain.entry import Chapter, Entry, Section
from app.domain.guide import Guide
from app.domain.ladder import Ladder
from app.domain.metric import Metrics
from app.domain.milestone import Onboarding
from app.domain.outline import Part, Place, places
from app.domain.outline_walk import slug
from tests.factories.blueprints import blueprints, entries
from tests.factories.field import shipped_blueprint

if TYPE_CHECKING:
    from collections.abc import Iterator

st.register_type_strategy(Entry, entries)


def _one(kind: type[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.from_type(kind), min_size=1, max_size=2).map(tuple)


ROLE = st.builds(Role, st.sampled_from(["baker", "main"]), st.text(max_size=9), st.text(max_size=30))
# One part at a time: a blueprint with everything drawn at once is mostly too large to draw.
parts: st.SearchStrategy[Blueprint] = st.one_of(
    blueprints,
    st.builds(Blueprint, ROLE, chapters=_one(Chapter)),
    st.builds(Blueprint, ROLE, chapters=st.builds(lambda one: (replace(one, id="mission"),), st.from_type(Chapter))),
    st.builds(Blueprint, ROLE, competencies=_one(Competency)),
    st.builds(Blueprint, ROLE, onboarding=st.from_type(Onboarding)),
    st.builds(Blueprint, ROLE, metrics=st.from_type(Metrics)),
    st.builds(Blueprint, ROLE, ladder=st.from_type(Ladder)),
    st.builds(Blueprint, ROLE, guide=st.from_type(Guide)),
    st.builds(Blueprint, ROLE, notes=_one(Section)),
)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@slow
@given(parts)
def test_every_anchor_is_unique_and_every_path_too(blueprint: Blueprint) -> None:
    found = places(blueprint)
    assert len({(place.part, place.anchor) for place in found}) == len(found)
    assert len({place.at for place in found}) == len(found)
    assert all(re.fullmatch(r"[^\W_]+(-[^\W_]+)*", place.anchor) for place in found)


@slow
@given(parts)
def test_every_id_has_a_place(blueprint: Blueprint) -> None:
    shown = tuple(held for held in _inside(blueprint) if held != blueprint.scorecard or blueprint.scorecard.rates)
    assert {place.id for place in places(blueprint) if place.id is not None} >= set(_ids(shown))


@slow
@given(parts)
def test_texts_that_change_their_order_keep_their_places(blueprint: Blueprint) -> None:
    # Ids of a blueprint's files are told apart by their letters; two without any would be told apart by their order.
    named = [(place.part, slug(place.id)) for place in places(blueprint) if place.id is not None]
    assume(len(set(named)) == len(named))
    assert _addresses(_turned(blueprint)) == _addresses(blueprint)  # type: ignore[arg-type]  # a blueprint it stays


def test_the_shipped_blueprint_is_outlined_whole() -> None:
    blueprint = shipped_blueprint()
    found = places(blueprint)
    written = set(_texts(blueprint)) - {""}
    assert written - {place.text for place in found} - {place.detail for place in found} == set()
    assert {place.part for place in found} == set(Part)


@pytest.mark.parametrize(
    ("part", "anchor", "trail", "text"),
    [
        (Part.SCORECARD, "technical-fluency", ("Dimensions",), "Technical Fluency (ML/Data/MLOps)"),
        (Part.COMPETENCIES, "experimentation", ("Technical, must have",), "Experimentation and causal thinking"),
        (Part.LADDER, "group-pm", ("Levels",), "Group Product Manager, AI/ML"),
        (Part.ROLE, "ml-prds", ("Deliverables", "Discovery and requirements"), "ML PRDs with"),
        (Part.PLAN, "day-30", (), "Onboarding and diagnostic"),
    ],
)
def test_what_has_an_id_stands_under_it(part: Part, anchor: str, trail: tuple[str, ...], text: str) -> None:
    found = {(place.part, place.anchor): place for place in places(shipped_blueprint())}
    assert (found[part, anchor].trail, found[part, anchor].text) == (trail, text)


def test_an_own_id_wins_over_an_anchor_that_would_be_derived() -> None:
    section = Section("heat", "Heat", (Entry("Hot"), Entry("Oven", id="heat-hot"), Entry("Hot", detail="Too")))
    found = places(Blueprint(Role("baker", "Baker"), chapters=(Chapter("risks", (section,)),)))
    assert [place.anchor for place in found if place.trail] == ["risks-heat", "heat-hot-2", "heat-hot", "heat-hot-3"]


def test_the_pages_own_anchors_are_left_to_them() -> None:
    found = places(Blueprint(Role("main", "Baker")))
    assert [(place.anchor, place.id) for place in found] == [("main-2", "main")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Résumé: Größe & Maß", "resume-grosse-mass"),
        ("Масштаб", "масштаб"),
        ("評価", "評価"),
        ("—", "entry"),
        ("x" * 90, "x" * 40),
        ("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_slugs_speak_every_script(text: str, expected: str) -> None:
    assert slug(text) == expected


def _addresses(blueprint: Blueprint) -> set[tuple[object, ...]]:
    return {_address(place) for place in places(blueprint)}


def _address(place: Place) -> tuple[object, ...]:
    return place.part, place.anchor, place.trail, place.text, place.detail, place.id


def _turned(value: object) -> object:
    """The same with every list turned round, but for what orders itself: scales and the paths by which they show."""
    if isinstance(value, tuple):
        return tuple(_turned(item) for item in reversed(value))
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"scale", "to_levels", "levels", "tags"}
        changed = {f.name: _turned(getattr(value, f.name)) for f in fields(value) if f.name not in kept}
        return replace(value, **changed)
    return value


def _ids(value: object) -> Iterator[str]:
    for held in _inside(value):
        name = getattr(held, "id", None)
        if isinstance(name, str):
            yield name
        yield from _ids(held)


def _texts(value: object) -> Iterator[str]:
    prose = ("text", "title", "detail", "why", "use", "shows", "strong", "description", "measures", "prompt", "note")
    for held in _inside(value):
        if is_dataclass(held):
            yield from (text for name in prose if isinstance(text := getattr(held, name, None), str))
        yield from _texts(held)


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        yield from value
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (getattr(value, field.name) for field in fields(value))
