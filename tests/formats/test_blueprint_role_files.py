from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.blueprint import Blueprint, canonical_json, from_canonical
from app.domain.competency import Rung
from app.domain.entry import Entry
from app.domain.ladder import Criterion, Evidence, RungNeeded
from app.domain.metric import Target
from app.domain.milestone import Calendar, Offset
from app.formats.blueprint_files import Loaded, load_role
from tests.factories.blueprints import CASE, ROLE, SCORECARD, messages

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'schema: rubric/1\nkind: {kind}\nid: baker\nversion: "1"\n'

CHAPTERS = """\
risks:
  note: Read before the oven is on.
  sections:
    - {id: heat, title: Heat, entries: [Burnt hands, {text: Burnt bread, id: burnt, refs: [kneading, dough]}]}
"""
COMPETENCIES = """\
competencies:
  - id: kneading
    title: Kneading
    group: technical/must-have
    importance: critical
    rungs:
      - {id: baker, criteria: [Kneads.]}
      - {id: master, criteria: [Teaches kneading.], points: 2}
"""
ONBOARDING = """\
calendar: {days: working, roll: back, extend_for_leave: false}
milestones:
  - {id: day-30, title: Start, offset: P30D, review_opens: -P5D, goals: [Bake alone], evidence: [A loaf]}
  - {id: month-6, title: Rise, offset: P6M, goals: [Run a shift], evidence: [A roster]}
long_term: {title: Later, opens: P1M, closes: P2W, goals: [Own the oven]}
"""
METRICS = """\
metrics:
  - id: loaves
    title: Loaves
    measures: How many
    why: Hunger
    target: {text: More than 90, min: "90", max: "99.5", unit: loaves, direction: up}
    frequency: [daily]
guidance: [Count twice]
"""
LADDER = """\
levels:
  - {id: baker, title: Baker, track: ic, rank: 1}
  - {id: master, title: Master, track: ic, rank: 2}
requires:
  master: {kneading: master}
rule: {kind: all}
promotions:
  - from: baker
    to: [master]
    criteria:
      - id: taught
        text: Taught another.
        competencies: [kneading]
        evidence: {text: The pupil's loaf., min: 2, horizon: P12M}
feeder_roles: [Apprentice]
"""
GUIDE = """\
profile: [Gets up early]
plans:
  - {id: hour-1, title: One hour, duration: PT1H, tasks: [Smell bread]}
"""
PARTS = {
    "competencies": COMPETENCIES,
    "onboarding": ONBOARDING,
    "metrics": METRICS,
    "ladder": LADDER,
    "guide": GUIDE,
}


def load(folder: Path, changes: dict[str, str] | None = None, *, role: str = CHAPTERS) -> Loaded:
    """Write the baker with all parts, some of them changed; an empty part is not written."""
    rubric, cases = folder / "rubrics" / "baker", folder / "case_studies"
    rubric.mkdir(parents=True)
    cases.mkdir()
    (rubric / "role.yaml").write_text(ROLE + role, encoding="utf-8")
    (rubric / "scorecard.yaml").write_text(SCORECARD, encoding="utf-8")
    (cases / "sourdough.yaml").write_text(CASE, encoding="utf-8")
    for kind, body in {**PARTS, **(changes or {})}.items():
        if body:
            (rubric / f"{kind}.yaml").write_text(HEAD.format(kind=kind) + body, encoding="utf-8")
    return load_role(rubric, cases)


def whole(loaded: Loaded) -> Blueprint:
    assert (messages(loaded), loaded.warnings) == ([], ())
    assert loaded.blueprint is not None
    return loaded.blueprint


def test_every_part_reaches_the_domain_and_comes_back_from_storage(tmp_path: Path) -> None:
    blueprint = whole(load(tmp_path))
    (risks,) = blueprint.chapters
    assert (risks.id, risks.note) == ("risks", "Read before the oven is on.")
    burnt = Entry("Burnt bread", id="burnt", refs=("kneading", "dough"))
    assert risks.section("heat").entries == (Entry("Burnt hands"), burnt)
    rung = blueprint.competency("kneading").rung("master")
    assert rung == Rung("master", (Entry("Teaches kneading."),), points=2)
    assert from_canonical(canonical_json(blueprint)) == blueprint


def test_the_plan_keeps_its_calendar_and_distances(tmp_path: Path) -> None:
    onboarding = whole(load(tmp_path)).onboarding
    assert onboarding is not None
    assert onboarding.calendar == Calendar("working", "back", extend_for_leave=False)
    first, second = onboarding.milestones
    assert (first.offset, first.review_opens) == (Offset(days=30), Offset(days=-5))
    assert (second.offset, second.review_opens) == (Offset(months=6), Offset())
    assert onboarding.long_term is not None
    assert onboarding.long_term.closes == Offset(days=14)
    assert onboarding.milestone("day-30") == first


def test_metrics_ladder_and_guide_keep_what_they_say(tmp_path: Path) -> None:
    blueprint = whole(load(tmp_path))
    assert blueprint.metrics is not None
    assert blueprint.ladder is not None
    assert blueprint.guide is not None
    assert blueprint.metrics.metrics[0].target == Target("More than 90", "90", "99.5", "loaves", "up")
    assert blueprint.ladder.required("master") == (RungNeeded("master", "kneading", "master"),)
    proof = Evidence("The pupil's loaf.", 2, Offset(months=12))
    assert blueprint.ladder.promotions[0].criteria == (Criterion("taught", "Taught another.", ("kneading",), proof),)
    assert blueprint.ladder.level("master").rank == 2
    assert blueprint.guide.section("profile").entries == (Entry("Gets up early"),)
    assert blueprint.guide.plans[0].duration == "PT1H"


def test_a_role_without_the_other_parts_has_none_of_them(tmp_path: Path) -> None:
    blueprint = whole(load(tmp_path, dict.fromkeys(PARTS, ""), role=""))
    assert (blueprint.chapters, blueprint.competencies) == ((), ())
    assert (blueprint.onboarding, blueprint.metrics, blueprint.ladder, blueprint.guide) == (None, None, None, None)


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        (
            "competencies",
            "id: kneading",
            "id: Kneading",
            "6: the competency id `Kneading` is not kebab-case: write it like `cost-modeling`",
        ),
        (
            "competencies",
            "importance: critical",
            "importance: huge",
            (
                "9: competencies > kneading > importance: `huge` is not known here: "
                "write 'critical', 'important' or 'optional'"
            ),
        ),
        ("competencies", "criteria: [Kneads.]", "criteria: []", "11: kneading baker has no criterion: describe one"),
        (
            "competencies",
            "{id: baker, criteria: [Kneads.]}",
            "{id: master, criteria: [Kneads.]}",
            "12: the rung id master is already on line 11: give each its own",
        ),
        (
            "onboarding",
            "offset: P6M",
            "offset: P29D",
            "8: month-6 comes no later than day-30: list milestones in the order of their dates",
        ),
        (
            "onboarding",
            "offset: P30D",
            "offset: 30 days",
            "7: 30 days is not a distance in time: write it like P30D, P6M or -P5D",
        ),
        ("onboarding", "goals: [Bake alone]", "goals: []", "7: day-30 has no goal: add one"),
        ("onboarding", "closes: P2W", "closes: P", "9: P is not a distance in time: write it like P30D, P6M or -P5D"),
        ("metrics", 'min: "90"', 'min: "100"', "10: min 100 is above max 99.5: swap them"),
        ("metrics", 'min: "90"', "min: ninety", '10: ninety is not a decimal number: write it like "0.85"'),
        (
            "metrics",
            'min: "90"',
            "min: 90",
            (
                "10: metrics > loaves > target > min: 90 does not fit here: "
                "write text, in quotes where it looks like a number"
            ),
        ),
        ("metrics", "frequency: [daily]", "frequency: []", "11: loaves has no frequency: say how often it is read"),
        ("ladder", "rank: 2", "rank: 1", "7: master does not rank above the level before it on the track ic: reorder"),
        ("ladder", "{kind: all}", "{kind: points}", "10: the rule points needs a minimum: add it"),
        ("ladder", "{kind: all}", "{kind: all, minimum: 3}", "10: the rule all has no use for a minimum: remove it"),
        (
            "ladder",
            "master: {kneading: master}",
            "master: {kneading: chief}",
            "9: there is no rung of kneading chief: choose from baker, master",
        ),
        (
            "ladder",
            "master: {kneading: master}",
            "master: {rolling: master}",
            "9: there is no competency rolling: choose from kneading",
        ),
        (
            "ladder",
            "master: {kneading: master}",
            "chief: {kneading: master}",
            "9: there is no level chief: choose from baker, master",
        ),
        ("ladder", "from: baker", "from: clerk", "12: there is no level clerk: choose from baker, master"),
        ("ladder", "to: [master]", "to: [chief]", "13: there is no level chief: choose from baker, master"),
        (
            "ladder",
            "competencies: [kneading]",
            "competencies: []",
            "15: the criterion taught names no competency: name those it touches",
        ),
        (
            "ladder",
            "competencies: [kneading]",
            "competencies: [rolling]",
            "17: there is no competency rolling: choose from kneading",
        ),
        (
            "ladder",
            "horizon: P12M",
            "horizon: a year",
            "18: a year is not a distance in time: write it like P30D, P6M or -P5D",
        ),
        (
            "ladder",
            "rank: 2}",
            "rank: 2, typical: {min: two years}}",
            "7: two years is not a distance in time: write it like P30D, P6M or -P5D",
        ),
        (
            "ladder",
            "rank: 2}",
            "rank: 2, typical: {min: P3M, max: P60D}}",
            "7: min P3M is longer than max P60D: swap them",
        ),
        (
            "ladder",
            "rank: 2}",
            "rank: 2, typical: {min: -P3M}}",
            "7: -P3M is less than no time: write it like P24M",
        ),
        (
            "guide",
            "duration: PT1H",
            "duration: an hour",
            "7: an hour is not a duration: write it like PT1H, P1D or P4W",
        ),
        ("guide", "tasks: [Smell bread]", "tasks: []", "7: hour-1 has no task: add one"),
        (
            "guide",
            "profile: [Gets up early]",
            "profile: [{text: Gets up, refs: [sleeping]}]",
            "5: there is no id sleeping: choose from baker, day-30, dough, kneading, loaves, master, month-6, service",
        ),
        ("guide", "id: baker", "id: cook", "3: the id is cook but the folder is baker: give both the same name"),
    ],
)
def test_each_fault_of_a_part_is_named(tmp_path: Path, part: str, old: str, new: str, expected: str) -> None:
    text = HEAD.format(kind=part) + PARTS[part]
    assert text.count(old) == 1
    load(tmp_path)
    path = tmp_path / "rubrics" / "baker" / f"{part}.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    loaded = load_role(path.parent, tmp_path / "case_studies")
    assert f"rubrics/baker/{part}.yaml:{expected}" in messages(loaded)
    assert loaded.blueprint is None


def test_a_dimension_may_only_name_competencies_of_the_role(tmp_path: Path) -> None:
    load(tmp_path)
    card = tmp_path / "rubrics" / "baker" / "scorecard.yaml"
    card.write_text(SCORECARD.replace("weight: 60", "weight: 60\n    competencies: [rolling]"), encoding="utf-8")
    assert messages(load_role(card.parent, tmp_path / "case_studies")) == [
        "rubrics/baker/scorecard.yaml:12: there is no competency rolling: choose from kneading"
    ]


def test_rungs_follow_the_order_of_the_levels(tmp_path: Path) -> None:
    upside_down = (
        COMPETENCIES.replace("id: baker", "id: x").replace("id: master", "id: baker").replace("id: x", "id: master")
    )
    assert messages(load(tmp_path, {"competencies": upside_down})) == [
        "rubrics/baker/competencies.yaml:12: the rung baker of kneading comes after master, a higher level: move it up"
    ]


def test_entries_of_one_file_do_not_share_an_id(tmp_path: Path) -> None:
    twice = CHAPTERS.replace("Burnt hands", "{text: Burnt hands, id: burnt}")
    (message,) = messages(load(tmp_path, role=twice))
    assert message.endswith("the entry id burnt is already on line 11: give each its own")


def test_a_section_without_entries_is_a_fault(tmp_path: Path) -> None:
    empty = "risks:\n  sections: [{id: heat, title: Heat, entries: []}]\n"
    assert messages(load(tmp_path, role=empty)) == [
        "rubrics/baker/role.yaml:9: the section heat is empty: add an entry or remove it"
    ]


def test_a_milestone_without_evidence_is_a_warning(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"onboarding": ONBOARDING.replace(", evidence: [A roster]", "")})
    assert loaded.faults == ()
    assert [str(warning) for warning in loaded.warnings] == [
        "rubrics/baker/onboarding.yaml:8: the milestone month-6 names no evidence: nothing will prove it"
    ]


def test_a_part_that_cannot_be_read_does_not_make_others_look_wrong(tmp_path: Path) -> None:
    assert messages(load(tmp_path, {"competencies": "competencies: [\n"})) == [
        "rubrics/baker/competencies.yaml:6: not readable as YAML: did not find expected node content"
    ]


def test_a_reference_into_much_is_answered_with_what_comes_near(tmp_path: Path) -> None:
    many = "metrics:\n" + "".join(
        f"  - {{id: sold-{n}, title: T, measures: M, why: W, target: {{text: More}}, frequency: [daily]}}\n"
        for n in range(20)
    )
    parts = {"metrics": many, "guide": GUIDE.replace("[Gets up early]", "[{text: Gets up, refs: [doug, zzz]}]")}
    assert [message.split(": ", 1)[1] for message in messages(load(tmp_path, {**parts, "ladder": ""}, role=""))] == [
        "there is no id doug: choose from dough",
        "there is no id zzz: add it, or name one that is there",
    ]
