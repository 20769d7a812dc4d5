from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import NO_SCORECARD, Blueprint, Role
from app.domain.change import Area, Change, Effect, changes, nearest, summary
from app.domain.change.pairs import Key, pair
from app.domain.entry import Chapter, Entry, Section
from app.domain.ladder import Typical
from app.domain.milestone import Offset
from app.domain.outline import places
from app.formats.blueprint_files import load_role
from tests.factories.mutations import mutations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.blueprint import Dimension

ROOT = Path(__file__).parents[2]


def _shipped() -> Blueprint:
    blueprint = load_role(ROOT / "rubrics" / "senior-ml-pm", ROOT / "case_studies").blueprint
    assert blueprint is not None
    return blueprint


SHIPPED = _shipped()
NO_PLACE = {Area.SCALE, Area.RULE, Area.PLAN, Area.LADDER, Area.NOTES}
FIRST = SHIPPED.scorecard.dimensions[0]


def _of_entries(*entries: Entry) -> Blueprint:
    section = Section("strategic", "Strategic", entries)
    return Blueprint(Role("baker", "Baker"), chapters=(Chapter("responsibilities", (section,)),))


def _of_texts(*texts: str) -> Blueprint:
    return _of_entries(*(Entry(text) for text in texts))


def _sentences(found: Sequence[Change]) -> list[str]:
    return [change.sentence for change in found]


def _with_first(first: Dimension) -> Blueprint:
    card = SHIPPED.scorecard
    return replace(SHIPPED, scorecard=replace(card, dimensions=(first, *card.dimensions[1:])))


def test_a_blueprint_does_not_differ_from_itself() -> None:
    assert changes(SHIPPED, _shipped()) == ()


def _mutated() -> dict[str, list[Blueprint]]:
    """The first two mutations of every kind of field."""
    kinds: dict[str, list[Blueprint]] = {}
    for where, other in mutations(SHIPPED):
        others = kinds.setdefault(where, [])
        if len(others) < 2:
            others.append(other)
    return kinds


MUTATED = _mutated()


def test_no_field_of_the_shipped_blueprint_changes_silently() -> None:
    assert len(MUTATED) > 380, "the walk no longer reaches every kind of field"
    pairs = [(where, pair) for where, others in MUTATED.items() for one in others for pair in _both(one)]
    assert [where for where, pair in pairs if not changes(*pair)] == []


def test_every_change_is_a_sentence_and_affects_something() -> None:
    found = [change for others in MUTATED.values() for pair in _both(others[0]) for change in changes(*pair)]
    assert [one for one in found if not one.sentence.endswith(".") or not one.effects or not one.subject] == []
    assert [one for one in found if one.sentence[0] in string.ascii_lowercase] == []


def _both(other: Blueprint) -> tuple[tuple[Blueprint, Blueprint], ...]:
    return (SHIPPED, other), (other, SHIPPED)


@given(st.data())
def test_any_mutation_of_a_random_one_is_said_and_undone_in_as_many_words(data: st.DataObject) -> None:
    texts = st.lists(st.sampled_from(["a b", "a b c", "d", "e f", "g"]), max_size=6)
    before, after = (_of_texts(*data.draw(texts)) for _ in range(2))
    found = changes(before, after)
    assert (found == ()) == (before == after)
    come = sum(change.before is None for change in found)
    gone = sum(change.after is None for change in found)
    back = changes(after, before)
    assert (sum(change.after is None for change in back), sum(change.before is None for change in back)) == (come, gone)


def test_weights_the_bar_and_anchors_are_told_in_words() -> None:
    anchors = FIRST.anchors
    reworded = (*anchors[:2], replace(anchors[2], text="Reads the room."), *anchors[3:])
    after = _with_first(replace(FIRST, weight=10, must=True, anchors=reworded))
    scale = replace(after.scorecard.scale, meets=4)
    after = replace(after, scorecard=replace(after.scorecard, scale=scale))

    found = changes(SHIPPED, after)

    assert _sentences(found) == [
        "The bar moves from point 3 to point 4.",
        "The weight of “ML Product Strategy” goes from 15 to 10.",
        "“ML Product Strategy” becomes a must-have.",
        "The anchor of “ML Product Strategy” at point 3 (Meets the bar) is reworded.",
    ]
    assert [change.area for change in found] == [Area.SCALE, *[Area.DIMENSIONS] * 3]
    assert (found[1].before, found[1].after, found[1].subject) == ("15", "10", "ML Product Strategy")
    assert (found[3].before, found[3].after) == (anchors[2].text, "Reads the room.")
    assert found[1].effects == (Effect.SCORES, Effect.DECISIONS)
    assert found[3].effects == (Effect.KITS,)


def test_entries_are_reworded_added_removed_or_moved() -> None:
    before = _of_texts("Bakes bread every morning", "Sells bread", "Sweeps the floor")
    after = _of_texts("Sweeps the floor", "Bakes bread every evening", "Keeps the books")

    found = changes(before, after)

    assert _sentences(found) == [
        "The entry “Sweeps the floor” moves from place 3 to place 1 of “Strategic”.",
        "The entry “Bakes bread every morning” is reworded.",
        "The entry “Keeps the books” is added to “Strategic”.",
        "The entry “Sells bread” is removed from “Strategic”.",
    ]
    assert [change.at.rpartition("/")[2] for change in found] == ["0", "1", "2", "1"]
    assert [change.gone for change in found] == [False, False, False, True]
    assert {change.subject for change in found} == {"Responsibilities: Strategic"}


def test_a_change_leads_to_its_place_in_the_outline() -> None:
    known = {place.at: place for place in places(SHIPPED)}
    found = [one for others in MUTATED.values() for one in changes(others[0], SHIPPED) if one.after and "/" in one.at]
    lost = [change for change in found if nearest(change.at, known) is None]
    assert {change.area for change in lost} <= NO_PLACE
    assert len(found) > 300


@pytest.mark.parametrize(
    ("at", "anchor"),
    [
        pytest.param("scorecard/dimensions/0/anchors/2", "ml-product-strategy-at-3", id="itself"),
        pytest.param("scorecard/dimensions/0/weight", "ml-product-strategy", id="what holds it"),
        pytest.param("meta/0", None, id="nowhere"),
    ],
)
def test_the_nearest_place_is_found_by_path(at: str, anchor: str | None) -> None:
    place = nearest(at, {place.at: place for place in places(SHIPPED)})
    assert (place.anchor if place else None) == anchor


def test_every_changed_entry_leads_to_itself() -> None:
    chapter = SHIPPED.chapters[2]
    section = chapter.sections[1]
    entries = (*section.entries[:2], Entry("Bakes bread"), *section.entries[2:])
    changed = replace(chapter, sections=(chapter.sections[0], replace(section, entries=entries), *chapter.sections[2:]))
    after = replace(SHIPPED, chapters=(*SHIPPED.chapters[:2], changed, *SHIPPED.chapters[3:]))
    (change,) = changes(SHIPPED, after)
    place = nearest(change.at, {place.at: place for place in places(after)})
    assert (change.at, place and place.text) == ("chapters/2/sections/1/entries/2", "Bakes bread")
    (back,) = changes(after, SHIPPED)
    assert (back.at, back.gone) == (change.at, True)


def test_a_text_that_takes_another_s_place_is_no_rewording() -> None:
    found = changes(_of_texts("Bakes bread", "Sells bread"), _of_texts("Bakes bread", "Keeps the books"))
    assert _sentences(found) == ["The entry “Sells bread” is replaced by “Keeps the books”."]


def test_an_id_tells_a_new_entry_from_a_reworded_one() -> None:
    before, after = _of_entries(Entry("Bakes bread", id="bread")), _of_entries(Entry("Keeps books", id="bread"))
    assert _sentences(changes(before, after)) == ["The entry “Bakes bread” is reworded."]
    other = _of_entries(Entry("Keeps books", id="books"))
    assert [change.before for change in changes(before, other)] == [None, "Bakes bread"]


def test_a_part_that_comes_or_goes_is_one_change() -> None:
    bare = replace(SHIPPED, scorecard=NO_SCORECARD, ladder=None, onboarding=None, metrics=None, guide=None)
    assert _sentences(changes(bare, SHIPPED)) == [
        "The scorecard is added, with 8 dimensions and 9 probes.",
        "The first year is added, with 5 milestones.",
        "The part on metrics is added, with 18 metrics.",
        "The ladder is added, with 3 levels.",
        "The guide is added, with 11 sections.",
    ]
    assert all(change.before is None and change.after for change in changes(bare, SHIPPED))
    assert all(change.after is None and change.before for change in changes(SHIPPED, bare))


def test_a_typical_time_is_read_and_reaches_nothing_else() -> None:
    ladder = SHIPPED.ladder
    assert ladder
    senior = ladder.levels[0]
    bare = replace(SHIPPED, ladder=replace(ladder, levels=(replace(senior, typical=None), *ladder.levels[1:])))
    longer = replace(senior, typical=Typical(Offset(36), Offset(48)))
    later = replace(SHIPPED, ladder=replace(ladder, levels=(longer, *ladder.levels[1:])))
    (added,), (changed,) = changes(bare, SHIPPED), changes(SHIPPED, later)
    assert (added.sentence, added.effects) == (
        "The typical time at “Senior Machine Learning Product Manager” is added.",
        (Effect.READING,),
    )
    assert changed.sentence == (
        "The shortest typical time of “Senior Machine Learning Product Manager” goes from 24 months to 36 months."
    )


def test_two_roles_are_compared_too() -> None:
    found = changes(_of_texts("Bakes bread"), SHIPPED)
    assert "The id of the role goes from “baker” to “senior-ml-pm”." in _sentences(found)
    assert "The chapter “Stakeholders” is added to the role." in _sentences(found)


def test_a_summary_counts_by_area_and_by_effect() -> None:
    found = changes(SHIPPED, _with_first(replace(FIRST, weight=10, title="Strategy")))
    told = summary(found)
    assert told.total == 2
    assert told.areas == ((Area.DIMENSIONS, 2),)
    assert told.effects == ((Effect.SCORES, 1), (Effect.DECISIONS, 1), (Effect.KITS, 1))
    assert summary(()).effects == ()


def test_every_area_and_effect_has_words() -> None:
    assert all(area.words for area in Area)
    assert Effect.READING.words == "reading only"


keys = st.lists(st.builds(Key, st.sampled_from([None, None, 1, 2, 3]), st.sampled_from(["a", "a b", "b c", "d"])))


@given(keys, keys)
def test_pairing_loses_nothing_and_names_nothing_twice(before: list[Key], after: list[Key]) -> None:
    found = pair(before, after)
    assert sorted([*(old for old, _ in found.pairs), *found.removed]) == list(range(len(before)))
    assert sorted([*(new for _, new in found.pairs), *found.added]) == list(range(len(after)))
    kept = [one for one in found.pairs if one not in found.moved]
    assert [old for old, _ in kept] == sorted(old for old, _ in kept)


@pytest.mark.parametrize(
    ("order", "moved"),
    [("abcd", 0), ("dabc", 1), ("bacd", 1), ("dcba", 3)],
)
def test_as_few_as_possible_are_said_to_have_moved(order: str, moved: int) -> None:
    before, after = ([Key(letter, letter) for letter in text] for text in ("abcd", order))
    assert len(pair(before, after).moved) == moved


def test_a_list_too_long_to_compare_text_by_text_is_compared_by_place() -> None:
    before, after = ([Key(None, f"{word} {n}") for n in range(120)] for word in ("old text", "old words"))
    assert pair(before, after).pairs == tuple((n, n) for n in range(120))
