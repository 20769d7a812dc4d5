"""Roles of other shapes than the shipped ones: what real companies publish, small, loaded and computed with."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.domain.blueprint import Blueprint
from app.domain.debrief import weights_of
from app.domain.ruling import demands
from app.domain.scoring import Rating, Score, composite
from app.formats.blueprint_files import Loaded, load_files
from app.formats.blueprint_write import write_role

HEAD = 'schema: rubric/1\nkind: {kind}\nid: clerk\nversion: "1"\n'
ROLE = "title: Clerk\nsummary: [Keeps the books.]\nmission: {core: Books that add up.}\n"
NAMES = ("accuracy", "service", "speed")


def card(points: str, meets: int, *, rule: str = "", weights: tuple[int, ...] = (), anchored: str = "all") -> str:
    """A scorecard on these points (`value title`, by commas), with anchors at some of them."""
    held = [point.strip().partition(" ") for point in points.split(",")]
    listed = ", ".join(f'{{value: {value}, title: "{title}"}}' for value, _, title in held)
    wanted = [value for value, _, _ in held] if anchored == "all" else anchored.split()
    anchors = ", ".join(f"{value}: {{text: Seen at {value}.}}" for value in wanted)
    dimensions = "".join(
        f"  - id: {name}\n    title: {name.title()}\n"
        + (f"    weight: {weights[place]}\n" if weights else "")
        + f"    anchors: {{{anchors}}}\n"
        for place, name in enumerate(NAMES)
    )
    probes = "".join(f"  - {{id: p-{name}, title: T, question: Q?, dimensions: [{name}]}}\n" for name in NAMES)
    return f"scale: {{points: [{listed}], meets: {meets}}}\n{rule}dimensions:\n{dimensions}probes:\n{probes}"


def loaded(**parts: str) -> Loaded:
    """Load the clerk, with these parts beside the role itself."""
    files = {name: HEAD.format(kind=name) + body for name, body in {"role": ROLE, **parts}.items()}
    return load_files({f"rubrics/clerk/{name}.yaml": text.encode("utf-8") for name, text in files.items()}, "clerk")


def whole(found: Loaded) -> Blueprint:
    """The blueprint, which is written and read alike."""
    assert [str(fault) for fault in found.faults] == []
    assert found.blueprint is not None
    again = load_files({name: text.encode() for name, text in write_role(found.blueprint).items()}, "clerk")
    assert again.blueprint == found.blueprint
    return found.blueprint


def scored(blueprint: Blueprint, *values: int | None) -> Score:
    """One rater's values on the three dimensions, scored."""
    ratings = [
        Rating("ada", name, None if value is None else Fraction(value))
        for name, value in zip(NAMES, values, strict=True)
    ]
    return composite(ratings, weights_of(blueprint.scorecard, ()))


@pytest.mark.parametrize(
    ("points", "meets", "values"),
    [
        ("0 Not shown, 1 Shown, 2 Shown well", 1, (0, 1, 2)),
        ("1 Strong no, 2 No, 3 Yes, 4 Strong yes", 3, (1, 2, 3, 4)),
        (", ".join(f"{value} Level {value}" for value in range(1, 11)), 7, tuple(range(1, 11))),
        ("1 Awareness, 2 Working, 3 Practitioner, 4 Expert", 2, (1, 2, 3, 4)),
        ("-1 Against, 0 Neutral, 1 For", 0, (-1, 0, 1)),
    ],
    ids=["0 to 2", "1 to 4", "1 to 10", "named proficiencies", "around zero"],
)
def test_scales_of_any_length_and_names_score_without_weights(points: str, meets: int, values: tuple[int, ...]) -> None:
    found = loaded(scorecard=card(points, meets))
    blueprint = whole(found)
    assert found.warnings == ()
    scale = blueprint.scorecard.scale
    assert scale.values == values
    assert [scale.title_of(value) for value in values] == [
        point.strip().partition(" ")[2] for point in points.split(",")
    ]
    low, high = values[0], values[-1]
    assert scored(blueprint, low, high, high).value == Fraction(low + 2 * high, 3)


@pytest.mark.parametrize(
    ("anchored", "missing"),
    [("2", "0, 1"), ("0 2", "1"), ("0 1 2", "")],
    ids=["one point", "two points", "all points"],
)
def test_anchors_may_be_ragged(anchored: str, missing: str) -> None:
    found = loaded(scorecard=card("0 No, 1 Yes, 2 Well", 1, anchored=anchored))
    blueprint = whole(found)
    assert [one.message for one in found.warnings] == [
        f"{name} has no anchor for {missing}: describe what is seen at each point" for name in NAMES if missing
    ]
    kept = [str(anchor.value) for anchor in blueprint.scorecard.dimensions[0].anchors]
    assert kept == anchored.split()


def test_a_weighted_mean_follows_the_weights() -> None:
    blueprint = whole(loaded(scorecard=card("1 a, 2 b, 3 c", 2, weights=(50, 30, 20))))
    assert scored(blueprint, 1, 2, 3).value == Fraction(50 + 60 + 60, 100)
    assert demands(blueprint.scorecard, scored(blueprint, 1, 2, 3)) == ()


def test_a_conjunctive_rule_asks_each_dimension_for_itself() -> None:
    rule = (
        "decision:\n  rule: every-required\n"
        "  requirements: [{dimension: accuracy, at_least: 3}, {dimension: speed, at_least: 2}]\n"
    )
    blueprint = whole(loaded(scorecard=card("1 a, 2 b, 3 c, 4 d", 3, rule=rule)))
    # A high mean does not make up for the dimension that falls short, and what nobody rated is not told.
    assert [one.met for one in demands(blueprint.scorecard, scored(blueprint, 2, 4, 4))] == [False, True]
    assert [one.met for one in demands(blueprint.scorecard, scored(blueprint, 3, 1, None))] == [True, None]


LADDER = """\
levels:
  - {id: clerk, title: Clerk, track: main, rank: 1}
  - {id: senior, title: Senior clerk, track: main, rank: 2}
  - {id: expert, title: Expert, track: craft, rank: 3}
  - {id: lead, title: Team lead, track: people, rank: 3}
  - {id: head, title: Head of office, track: people, rank: 4}
requires:
  senior: {books: senior}
  expert: {books: expert}
  lead: {books: senior, leading: lead}
rule: RULE
promotions:
  - from: senior
    to: [expert, lead]
    criteria: [{id: year, text: Closed a year without help., competencies: [books]}]
"""
COMPETENCIES = """\
competencies:
  - id: books
    title: Books
    group: craft
    rungs:
      - {id: clerk, criteria: [Enters.], points: 1}
      - {id: senior, criteria: [Closes.], points: 3}
      - {id: expert, criteria: [Reforms.], points: 6}
  - id: leading
    title: Leading
    group: people
    rungs: [{id: lead, criteria: [Hires.], points: 4}, {id: head, criteria: [Builds the office.], points: 8}]
"""


def test_a_sum_may_ask_for_more_at_each_level() -> None:
    rule = (
        "decision:\n  rule: sum-threshold\n"
        "  thresholds: [{level: clerk, at_least: 6}, {level: senior, at_least: 8}, {level: lead, at_least: 10}]\n"
    )
    parts = {"ladder": LADDER.replace("RULE", "{kind: all}"), "competencies": COMPETENCIES}
    blueprint = whole(loaded(scorecard=card("1 a, 2 b, 3 c, 4 d", 3, rule=rule), **parts))
    found = demands(blueprint.scorecard, scored(blueprint, 3, 3, 2))
    assert [(one.level, one.needed, one.value, one.met) for one in found] == [
        ("clerk", 6, Fraction(8), True),
        ("senior", 8, Fraction(8), True),
        ("lead", 10, Fraction(8), False),
    ]


@pytest.mark.parametrize(
    ("rule", "kind", "minimum"),
    [
        ("{kind: all}", "all", None),
        ("{kind: minimum, minimum: 1}", "minimum", 1),
        ("{kind: points, minimum: 9}", "points", 9),
    ],
)
def test_ladders_branch_and_follow_any_rule(rule: str, kind: str, minimum: int | None) -> None:
    blueprint = whole(loaded(ladder=LADDER.replace("RULE", rule), competencies=COMPETENCIES))
    assert blueprint.ladder is not None
    assert (blueprint.ladder.rule, blueprint.ladder.minimum) == (kind, minimum)
    tracks = {level.id: (level.track, level.rank) for level in blueprint.ladder.levels}
    assert (tracks["expert"], tracks["lead"]) == (("craft", 3), ("people", 3))
    assert blueprint.ladder.promotions[0].to_levels == ("expert", "lead")
    assert {(one.competency, one.rung) for one in blueprint.ladder.required("lead")} == {
        ("books", "senior"),
        ("leading", "lead"),
    }
    assert not blueprint.scorecard.rates
