from __future__ import annotations

import re
import shutil
import unicodedata
from typing import TYPE_CHECKING

import pytest

from app.domain.blueprint import Blueprint, canonical_json, from_canonical
from app.formats.blueprint_files import load_role, roles
from app.paths import case_studies_dir, rubrics_dir

if TYPE_CHECKING:
    from pathlib import Path

SENIOR = "senior-ml-pm"


def load(name: str) -> Blueprint:
    loaded = load_role(rubrics_dir() / name, case_studies_dir())
    assert [str(fault) for fault in loaded.faults] == []
    assert [str(warning) for warning in loaded.warnings] == []
    assert loaded.blueprint is not None
    return loaded.blueprint


@pytest.fixture(scope="module")
def senior() -> Blueprint:
    return load(SENIOR)


@pytest.mark.parametrize("name", roles(rubrics_dir()))
def test_every_shipped_role_is_without_fault_or_warning_and_can_be_stored(name: str) -> None:
    blueprint = load(name)
    assert from_canonical(canonical_json(blueprint)) == blueprint


@pytest.mark.parametrize("name", roles(rubrics_dir()))
def test_no_task_of_a_guide_needs_what_candidates_do_not_get(name: str) -> None:
    guide = load(name).guide
    assert guide is not None
    tasks = [f"{task.text} {task.detail or ''}" for plan in guide.plans for task in plan.tasks]
    assert len(tasks) > 4
    assert [task for task in tasks if re.search(r"scorecard|marking|probe|anchor", task, re.IGNORECASE)] == []


def test_the_role_carries_its_exact_title(senior: Blueprint) -> None:
    assert senior.role.title == "Senior Machine Learning Product Manager"
    assert senior.role.summary
    assert senior.role.mission


def test_the_eight_dimensions_carry_the_source_s_titles_and_weights_in_its_order(senior: Blueprint) -> None:
    assert [(one.title, one.weight) for one in senior.scorecard.dimensions] == [
        ("ML Product Strategy", 15),
        ("Technical Fluency (ML/Data/MLOps)", 15),
        ("Metrics & Experimentation", 15),
        ("Execution & Delivery", 15),
        ("Customer Empathy & UX for Uncertainty", 10),
        ("Responsible AI & Governance", 10),
        ("Stakeholder Leadership", 15),
        ("Commercial Acumen", 5),
    ]
    assert not any(one.must for one in senior.scorecard.dimensions)


def test_every_point_of_every_dimension_is_anchored_and_only_the_bar_is_the_source_s(senior: Blueprint) -> None:
    scale = senior.scorecard.scale
    assert (scale.values, scale.meets, scale.best) == ((1, 2, 3, 4, 5), 3, "high")
    for one in senior.scorecard.dimensions:
        assert [anchor.value for anchor in one.anchors] == [1, 2, 3, 4, 5]
        assert [anchor.value for anchor in one.anchors if anchor.origin == "source"] == [3]


def test_no_two_anchors_say_the_same_and_each_fits_beside_a_choice(senior: Blueprint) -> None:
    texts = [anchor.text for one in senior.scorecard.dimensions for anchor in one.anchors]
    assert len(set(texts)) == 40
    assert [text for text in texts if not 60 <= len(text) <= 240] == []


def test_the_house_adds_one_probe_and_ties_communication_itself(senior: Blueprint) -> None:
    probes = senior.scorecard.probes
    assert len([probe for probe in probes if probe.origin == "source"]) == 8
    assert [probe.id for probe in probes if probe.origin == "house"] == ["trust-under-uncertainty"]
    assert [probe.id for probe in probes if probe.mapped_by == "house"] == ["communication", "trust-under-uncertainty"]


def test_the_source_alone_leaves_customer_empathy_without_a_probe(tmp_path: Path) -> None:
    rubric = tmp_path / "rubrics" / SENIOR
    shutil.copytree(rubrics_dir() / SENIOR, rubric)
    shutil.copytree(case_studies_dir(), tmp_path / "case_studies")
    card = rubric / "scorecard.yaml"
    text = card.read_text(encoding="utf-8")
    house = re.search(r"  - id: trust-under-uncertainty\n(?:    .*\n)+", text)
    assert house is not None
    card.write_text(text.replace(house.group(), ""), encoding="utf-8")
    loaded = load_role(rubric, tmp_path / "case_studies")
    line = text[: text.index("  - id: customer-empathy")].count("\n") + 1
    (warning,) = loaded.warnings
    assert (warning.file, warning.line) == (f"rubrics/{SENIOR}/scorecard.yaml", line)
    assert warning.message == "the dimension customer-empathy has no probe: nobody will know what to ask"
    assert loaded.faults == ()


def test_every_signal_of_the_source_is_tied_to_a_dimension(senior: Blueprint) -> None:
    kinds = [signal.kind for signal in senior.scorecard.signals]
    assert {kind: kinds.count(kind) for kind in kinds} == {"strong": 6, "weak": 5, "red_flag": 5}
    assert all(signal.dimensions for signal in senior.scorecard.signals)
    assert all(senior.scorecard.signals_for(one.id) for one in senior.scorecard.dimensions)


def test_the_three_cases_have_the_source_s_outputs_and_only_a_its_duration(senior: Blueprint) -> None:
    facts = [(case.label, case.title, len(case.outputs), case.timing_origin) for case in senior.case_studies]
    assert facts == [
        ("A", "ML Feature Productization Plan", 6, "source"),
        ("B", "GenAI evaluation and safety plan", 4, "house"),
        ("C", "Prioritization under constraints", 3, "house"),
    ]
    first = senior.case_studies[0]
    assert (first.minutes_min, first.minutes_max, first.formats) == (60, 90, ("live", "take-home"))
    assert all(entry.origin == "house" for case in senior.case_studies for entry in case.marking)


def test_each_case_is_marked_on_every_dimension_it_informs(senior: Blueprint) -> None:
    for case in senior.case_studies:
        marked = {dimension for entry in case.marking for dimension in entry.refs}
        assert marked == set(case.dimensions), case.id


def test_every_dimension_is_informed_by_a_case(senior: Blueprint) -> None:
    assert [one.id for one in senior.scorecard.dimensions if not senior.cases_for((one.id,))] == []


@pytest.mark.parametrize(
    "path",
    sorted([*rubrics_dir().rglob("*.yaml"), *case_studies_dir().glob("*.yaml")]),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_files_are_normal_text_within_the_line_length(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert [number for number, line in enumerate(text.split("\n"), 1) if len(line) > 150] == []
