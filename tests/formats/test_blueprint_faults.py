from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.formats.blueprint_files import load_role
from tests.factories.blueprints import CASE, ROLE, SCORECARD, load_written, messages

if TYPE_CHECKING:
    from pathlib import Path

CARD_FILE = "rubrics/baker/scorecard.yaml"


def changed(old: str, new: str, text: str = SCORECARD) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def at(line: int, message: str, file: str = CARD_FILE) -> str:
    return f"{file}:{line}: {message}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("weight: 40", "weight: 39", at(8, "the weights sum to 99, not 100: add 1 (60 + 39)")),
        ("weight: 40", "weight: 41", at(8, "the weights sum to 101, not 100: take away 1 (60 + 41)")),
        (
            "    weight: 40\n",
            "",
            at(16, "service has no weight while others have: give all a weight, or none"),
        ),
        (
            "weight: 40",
            "weight: 40\n    mast: true",
            at(
                19,
                "dimensions > service: unknown key `mast` (is `must` meant?): "
                "correct it, remove it, or move it under `meta`",
            ),
        ),
        ("weight: 40", "weight: 40\n    weight: 40", at(19, "the key `weight` is already on line 18: keep one")),
        (
            "weight: 40",
            "weight: heavy",
            at(18, "dimensions > service > weight: `heavy` does not fit here: write a whole number"),
        ),
        ("weight: 40", "weight: 140", at(18, "dimensions > service > weight: 140 is too much: write at most 100")),
        ("weight: 40", "weight: -4", at(18, "dimensions > service > weight: -4 is too little: write at least 0")),
        (
            "weight: 40",
            "weight: 40\n    must: yes",
            at(19, "dimensions > service > must: `yes` does not fit here: write true or false"),
        ),
        ("    title: Service\n", "", at(16, "dimensions > service: the key `title` is missing: add it")),
        (
            'version: "1"',
            "version: 1",
            at(4, "version: 1 does not fit here: write text, in quotes where it looks like a number"),
        ),
        ("schema: rubric/1", "schema: rubric/9", at(1, "schema: `rubric/9` is not known here: write 'rubric/1'")),
        ("kind: scorecard", "kind: role", at(2, "kind: `role` is not known here: write 'scorecard'")),
        (
            "      2: {text: Greets.}",
            "      2: {text: Greets.}\n      4: {text: Sings.}",
            at(22, "service has an anchor for 4, which is not on the scale"),
        ),
        (
            "      2: {text: Greets.}",
            "      2: Greets.",
            at(21, "dimensions > service > anchors > 2: `Greets.` does not fit here: write keys and values"),
        ),
        ("meets: 2", "meets: 5", at(7, "meets is 5, which is not on the scale: choose from 1, 2, 3")),
        ("id: queue", "id: water", at(25, "the probe id water is already on line 24: give each its own")),
        ("id: shouts", "id: tastes", at(28, "the signal id tastes is already on line 27: give each its own")),
        (
            "title: Water, question: How is it measured?, dimensions: [dough]",
            "title: Water, question: How is it measured?, dimensions: [dough, crust]",
            at(24, "there is no dimension crust: choose from dough, service"),
        ),
        (
            "text: Tastes the dough., dimensions: [dough]",
            "text: Tastes the dough., dimensions: [dough, dough]",
            at(27, "the dimension dough is named twice here: name it once"),
        ),
        ("Greets.", "TBD", at(21, "the text still says TBD: finish it")),
        ("Greets.", "Lorem ipsum dolor", at(21, "the text still says Lorem ipsum: finish it")),
        ("Greets.", "TODO greet", at(21, "the text still says TODO: finish it")),
        (
            "Greets.",
            "Greets\u00a0people.",
            at(21, "invisible or unusual blank U+00A0 (NO-BREAK SPACE): replace it with a plain blank or remove it"),
        ),
        (
            "case_studies: [sourdough]",
            "case_studies: [sourdough, rye]",
            at(29, "there is no case study rye: add case_studies/rye.yaml"),
        ),
        (
            "case_studies: [sourdough]",
            "case_studies: [sourdough, ../rye]",
            at(29, "the case study `../rye` is not a kebab-case id: write it like `cost-modeling`"),
        ),
        (
            "case_studies: [sourdough]",
            "case_studies: [sourdough, sourdough]",
            at(29, "the case study sourdough is named twice: name it once"),
        ),
        (
            "id: baker",
            "id: cook",
            at(3, "the id is cook but the folder is baker: give both the same name"),
        ),
        (
            "case_studies:",
            "decision: {rule: sum-threshold}\ncase_studies:",
            at(29, "the rule sum-threshold needs thresholds: add them"),
        ),
        (
            "case_studies:",
            "decision: {thresholds: [{at_least: 4}]}\ncase_studies:",
            at(29, "the rule weighted-mean has no use for thresholds: remove them"),
        ),
        (
            "case_studies:",
            "decision: {rule: best}\ncase_studies:",
            at(
                29,
                "decision > rule: `best` is not known here: write 'weighted-mean', 'sum-threshold' or 'every-required'",
            ),
        ),
    ],
)
def test_each_fault_of_a_scorecard_is_named_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    loaded = load_written(tmp_path, scorecard=changed(old, new))
    assert messages(loaded) == [expected]
    assert loaded.blueprint is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "id: dough\n",
            "id: Dough_1\n",
            at(9, "the dimension id `Dough_1` is not kebab-case: write it like `cost-modeling`"),
        ),
        ("id: service\n", "id: dough\n", at(16, "the dimension id dough is already on line 9: give each its own")),
    ],
)
def test_a_spoiled_id_is_named_beside_all_that_pointed_at_it(tmp_path: Path, old: str, new: str, expected: str) -> None:
    found = messages(load_written(tmp_path, scorecard=changed(old, new)))
    assert expected in found
    assert len(found) > 1


@pytest.mark.parametrize(
    ("points", "meets", "expected"),
    [
        ("{value: 1, title: A}", 1, at(6, "the scale needs at least 2 points and has 1: add one")),
        (
            "{value: 2, title: A}, {value: 1, title: B}",
            1,
            at(6, "the point 1 comes after 2: list the points in increasing value"),
        ),
        (
            "{value: 1, title: A}, {value: 1, title: B}",
            1,
            at(6, "the point 1 comes after 1: list the points in increasing value"),
        ),
    ],
)
def test_a_scale_that_nobody_could_rate_on_is_a_fault(tmp_path: Path, points: str, meets: int, expected: str) -> None:
    card = changed("{value: 1, title: Low}, {value: 2, title: Fair}, {value: 3, title: Good}", points)
    card = changed("meets: 2", f"meets: {meets}", card)
    assert expected in messages(load_written(tmp_path, scorecard=card))


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("min: PT30M", "min: PT2H", 8, "the shortest time is 120 minutes and the longest 60: swap them"),
        ("min: PT30M", "min: 30m", 8, "30m is not a duration in hours and minutes: write it like PT90M"),
        ("min: PT30M", "min: PT0M", 8, "PT0M is not a duration in hours and minutes: write it like PT90M"),
        ("format: [live]", "format: []", 9, "format is empty: name at least one"),
        (
            "format: [live]",
            "format: [phone]",
            9,
            "format > item 1: `phone` is not known here: write 'live' or 'take-home'",
        ),
        ("dimensions: [dough]", "dimensions: [crumb]", 12, "there is no dimension crumb: choose from dough, service"),
        (
            "text: A loaf, refs: [dough]",
            "text: A loaf, refs: [crumb]",
            11,
            "there is no dimension crumb: choose from dough, service",
        ),
        ("id: sourdough", "id: rye", 3, "the id is rye but the file is sourdough.yaml: give both the same name"),
        ("prompt: Plan a loaf.\n", "", 1, "the key `prompt` is missing: add it"),
        (
            "outputs: [A plan, {text: A loaf, refs: [dough]}]",
            "outputs: [5]",
            11,
            "outputs > item 1: 5 does not fit here: write keys and values",
        ),
        (
            "id: crust",
            "id: A Crust",
            13,
            "the marking entry id `A Crust` is not kebab-case: write it like `cost-modeling`",
        ),
    ],
)
def test_each_fault_of_a_case_study_is_named(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    loaded = load_written(tmp_path, case=changed(old, new, CASE))
    assert messages(loaded) == [at(line, message, "case_studies/sourdough.yaml")]


def test_each_fault_of_a_role_is_named(tmp_path: Path) -> None:
    loaded = load_written(tmp_path, role=changed("title: Baker", "titel: Baker", ROLE))
    assert messages(loaded) == [
        at(1, "the key `title` is missing: add it", "rubrics/baker/role.yaml"),
        at(
            5,
            "unknown key `titel` (is `title` meant?): correct it, remove it, or move it under `meta`",
            "rubrics/baker/role.yaml",
        ),
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "rubrics" / "baker").mkdir(parents=True)
    loaded = load_role(tmp_path / "rubrics" / "baker", tmp_path / "case_studies")
    assert messages(loaded) == [
        "rubrics/baker/role.yaml:1: this file is missing: add it",
    ]


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    card = changed("weight: 40", "weight: 39\n    colour: red")
    card = changed("meets: 2", "meets: two", card)
    card = changed('version: "1"', "version: 1", card)
    card = changed(
        "{id: queue, title: Queue, question: What happens when it is long?, dimensions: [service]}",
        "{id: queue, title: Queue, dimensions: [crust]}",
        card,
    )
    card = changed("id: tastes, text: Tastes the dough.", "id: tastes, text: TBD", card)
    loaded = load_written(
        tmp_path,
        role=changed("id: baker", "id: Cook", ROLE),
        scorecard=card,
        case=changed("[dough]\nmark", "[x]\nmark", CASE),
    )
    assert [(fault.file.rsplit("/", 1)[-1], fault.line) for fault in loaded.faults] == [
        ("sourdough.yaml", 12),
        ("role.yaml", 3),
        ("scorecard.yaml", 4),
        ("scorecard.yaml", 7),
        ("scorecard.yaml", 8),
        ("scorecard.yaml", 19),
        ("scorecard.yaml", 26),
        ("scorecard.yaml", 28),
    ]


def test_a_broken_dimension_does_not_hide_the_rest_nor_invent_faults(tmp_path: Path) -> None:
    card = changed("weight: 40", "weight: [40]")
    card = changed("id: queue", "id: water", card)
    assert [fault.line for fault in load_written(tmp_path, scorecard=card).faults] == [18, 25]


@pytest.mark.parametrize(
    ("requirements", "says"),
    [
        ("[{dimension: crust, at_least: 2}]", "there is no dimension crust: choose from dough, service"),
        ("[{dimension: dough, at_least: 9}]", "9 is not on the scale: choose from 1, 2, 3"),
        ("[{dimension: dough, at_least: 2}, {dimension: dough, at_least: 3}]", "dough has two requirements: keep one"),
    ],
)
def test_requirements_are_held_against_dimensions_and_scale(tmp_path: Path, requirements: str, says: str) -> None:
    rule = f"decision: {{rule: every-required, requirements: {requirements}}}\n"
    assert messages(load_written(tmp_path, scorecard=SCORECARD + rule)) == [at(30, says)]


def test_hostile_files_are_refused_by_name(tmp_path: Path) -> None:
    bomb = load_written(tmp_path / "bomb", extra=b"meta: {a: &a [x], b: [*a, *a]}\n")
    assert messages(bomb) == [at(30, "the anchor &a is not allowed: write the content out")]
    big = load_written(tmp_path / "big", extra=b"# " + b"x" * 1_000_000)
    assert messages(big) == [at(1, "the file is over 1,000,000 bytes: split it")]
    deep = load_written(tmp_path / "deep", extra=b"meta: {a: " + b"[" * 400 + b"]" * 400 + b"}\n")
    assert messages(deep) == [at(30, "nested more than 20 deep: flatten it")]
