from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.domain.blueprint import (
    NO_SCORECARD,
    DecisionRule,
    Entry,
    Meta,
    Requirement,
    Threshold,
    canonical_json,
    from_canonical,
)
from app.formats.blueprint_files import Fault, load_role, roles
from app.formats.blueprint_lint import NOBODY_HIRED
from tests.factories.blueprints import CASE, ROLE, SCORECARD, load_written, scorecard_with_points

if TYPE_CHECKING:
    from pathlib import Path

CARD_FILE = "rubrics/baker/scorecard.yaml"


def changed(old: str, new: str, text: str = SCORECARD) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def at(line: int, message: str, file: str = CARD_FILE) -> str:
    return f"{file}:{line}: {message}"


def test_a_whole_role_is_loaded(tmp_path: Path) -> None:
    loaded = load_written(tmp_path)
    assert (loaded.faults, loaded.warnings) == ((), ())
    blueprint = loaded.blueprint
    assert blueprint is not None
    assert (blueprint.role.title, blueprint.role.summary) == ("Baker", "Bakes bread.")
    assert blueprint.role.mission == "Bread for the whole street by seven."
    card = blueprint.scorecard
    assert [(one.id, one.weight, len(one.anchors)) for one in card.dimensions] == [("dough", 60, 3), ("service", 40, 3)]
    assert [(signal.kind, signal.id) for signal in card.signals] == [("strong", "tastes"), ("red_flag", "shouts")]
    (case,) = blueprint.case_studies
    assert (case.minutes_min, case.minutes_max, case.formats) == (30, 60, ("live",))
    assert case.outputs == (Entry("A plan"), Entry("A loaf", refs=("dough",)))
    assert from_canonical(canonical_json(blueprint)) == blueprint


def test_meta_is_carried_and_changes_nothing_else(tmp_path: Path) -> None:
    plain = load_written(tmp_path / "plain").blueprint
    meta = SCORECARD + "meta: {owner: TODO find one, anything: [1, true]}\n"
    carried = load_written(tmp_path / "meta", scorecard=meta).blueprint
    assert plain is not None
    assert carried is not None
    assert carried.meta == (
        Meta("scorecard.yaml", "owner", '"TODO find one"'),
        Meta("scorecard.yaml", "anything", "[1,true]"),
    )
    assert replace(carried, meta=()) == plain


def test_a_role_without_scorecard_loads_and_says_that_nobody_can_be_hired(tmp_path: Path) -> None:
    load_written(tmp_path)
    (tmp_path / "rubrics" / "baker" / "scorecard.yaml").unlink()
    loaded = load_role(tmp_path / "rubrics" / "baker", tmp_path / "case_studies")
    assert loaded.faults == ()
    assert loaded.warnings == (Fault("rubrics/baker/role.yaml", 1, NOBODY_HIRED),)
    assert loaded.blueprint is not None
    assert loaded.blueprint.scorecard is NO_SCORECARD
    assert loaded.blueprint.case_studies == ()


def test_a_dimension_needs_one_anchor(tmp_path: Path) -> None:
    card = "".join(line for line in SCORECARD.splitlines(keepends=True) if not line.startswith(("      2", "      3")))
    bare = load_written(
        tmp_path, scorecard=card.replace("    anchors:\n      1: {text: Looks away.}", "    anchors: {}")
    )
    assert [(fault.line, fault.message) for fault in bare.faults] == [
        (17, "service has no anchor: describe what is seen at one point or more")
    ]
    assert [(one.line, one.message) for one in bare.warnings] == [
        (12, "dough has no anchor for 2, 3: describe what is seen at each point")
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "title: Queue, question: What happens when it is long?, dimensions: [service]",
            "title: Queue, question: What happens when it is long?, dimensions: [dough]",
            16,
            "the dimension service has no probe: nobody will know what to ask",
        ),
        (
            "      2: {text: Greets.}\n",
            "",
            19,
            "service has no anchor for 2: describe what is seen at each point",
        ),
        (
            "probes:",
            "probes:\n  - {id: why, title: Why, question: Why?}",
            24,
            "the probe why has no dimension: its answers count nowhere",
        ),
        (
            "case_studies:",
            "decision: {rule: sum-threshold, thresholds: [{at_least: 4}]}\ncase_studies:",
            29,
            "the rule sum-threshold ignores the weights: remove them or change the rule",
        ),
    ],
)
def test_what_is_seldom_meant_is_a_warning_and_still_loads(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    loaded = load_written(tmp_path, scorecard=changed(old, new))
    assert loaded.warnings == (Fault(CARD_FILE, line, message),)
    assert loaded.faults == ()
    assert loaded.blueprint is not None


@pytest.mark.parametrize(("values", "meets"), [((0, 1, 2), 1), ((1, 2, 3, 4), 3), (range(1, 8), 5), ((-1, 1), 1)])
def test_scales_of_other_lengths_and_scorecards_without_weights_load(
    tmp_path: Path, values: tuple[int, ...], meets: int
) -> None:
    loaded = load_written(tmp_path, scorecard=scorecard_with_points(values, meets))
    assert loaded.faults == ()
    assert loaded.blueprint is not None
    card = loaded.blueprint.scorecard
    assert card.scale.values == tuple(values)
    assert card.scale.meets == meets
    assert [anchor.value for anchor in card.dimensions[0].anchors] == list(values)
    assert card.dimensions[0].weight is None


def test_other_decision_rules_load(tmp_path: Path) -> None:
    card = SCORECARD.replace("    weight: 60\n", "").replace("    weight: 40\n", "")
    thresholds = "decision:\n  rule: sum-threshold\n  thresholds: [{level: senior, at_least: 4}, {at_least: 3}]\n"
    each = "decision: {rule: every-required, requirements: [{dimension: dough, at_least: 2}]}\n"
    sums = load_written(tmp_path / "sums", scorecard=card + thresholds)
    every = load_written(tmp_path / "every", scorecard=card + each)
    assert sums.warnings == every.warnings == ()
    assert sums.blueprint is not None
    assert every.blueprint is not None
    assert sums.blueprint.scorecard.decision == DecisionRule(
        "sum-threshold", thresholds=(Threshold(4, "senior"), Threshold(3))
    )
    assert every.blueprint.scorecard.decision == DecisionRule("every-required", requirements=(Requirement("dough", 2),))


def test_roles_are_the_folders_that_hold_yaml(tmp_path: Path) -> None:
    load_written(tmp_path)
    (tmp_path / "rubrics" / "empty").mkdir()
    (tmp_path / "rubrics" / ".baker-1").mkdir()
    (tmp_path / "rubrics" / ".baker-1" / "role.yaml").write_text(ROLE, encoding="utf-8")
    (tmp_path / "rubrics" / "readme.md").write_text("x", encoding="utf-8")
    assert roles(tmp_path / "rubrics") == ("baker",)
    assert roles(tmp_path / "nowhere") == ()


_SLIPS = ["5", "true", "[]", "{}", "[1, 2]", "{a: b}", "~", "''", "- z", "text", "PT0M", "{1: {text: x}}"]


@pytest.mark.parametrize("seed", range(100))
def test_no_slip_of_the_pen_brings_the_loader_down(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    files = {"role": ROLE.split("\n"), "scorecard": SCORECARD.split("\n"), "case": CASE.split("\n")}
    for _ in range(draw.randint(1, 3)):
        lines = files[draw.choice(list(files))]
        place = draw.randrange(len(lines))
        key, colon, _value = lines[place].partition(":")
        slips = ["", lines[place] * 2, f"{key}{colon} {draw.choice(_SLIPS)}", f"{lines[place]} {draw.choice(_SLIPS)}"]
        lines[place] = draw.choice(slips)
    texts = {name: "\n".join(lines) for name, lines in files.items()}
    loaded = load_written(tmp_path, role=texts["role"], scorecard=texts["scorecard"], case=texts["case"])
    assert (loaded.blueprint is None) == bool(loaded.faults)
    assert all(fault.line >= 1 and fault.message for fault in loaded.faults)
