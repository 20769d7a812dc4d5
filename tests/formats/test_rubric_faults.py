"""Every fault that a role's files can have, planted one at a time: each is told with its file and line."""

from __future__ import annotations

import pytest

from app.formats.blueprint_files import Loaded, load_files
from tests.factories.blueprints import CASE, ROLE, SCORECARD

HEAD = 'schema: rubric/1\nkind: {kind}\nid: baker\nversion: "1"\n'

HEAT = """
    - {id: heat, title: Heat, entries: [Burnt hands, {id: burnt, text: Burnt bread, refs: [kneading]}]}
"""
FILES = {
    "role.yaml": ROLE + f"risks:\n  sections:{HEAT}",
    "scorecard.yaml": SCORECARD,
    "competencies.yaml": HEAD.format(kind="competencies")
    + """\
competencies:
  - id: kneading
    title: Kneading
    group: technical
    rungs:
      - {id: baker, criteria: [Kneads.]}
      - {id: master, criteria: [Teaches kneading.], points: 2}
  - {id: greeting, title: Greeting, group: behavioural}
""",
    "onboarding.yaml": HEAD.format(kind="onboarding")
    + """\
milestones:
  - {id: day-30, title: Start, offset: P30D, goals: [Bake alone], evidence: [A loaf]}
  - {id: month-6, title: Rise, offset: P6M, goals: [Run a shift], evidence: [A roster]}
""",
    "metrics.yaml": HEAD.format(kind="metrics")
    + """\
metrics:
  - id: loaves
    title: Loaves
    measures: How many
    why: Hunger
    target: {text: More than 90, min: "90", max: "99.5"}
    frequency: [daily]
""",
    "ladder.yaml": HEAD.format(kind="ladder")
    + """\
levels:
  - {id: baker, title: Baker, track: ic, rank: 1}
  - {id: master, title: Master, track: ic, rank: 2}
  - {id: keeper, title: Shop keeper, track: people, rank: 2}
requires:
  master: {kneading: master}
rule: {kind: all}
promotions:
  - from: baker
    to: [master, keeper]
    criteria:
      - id: taught
        text: Taught another.
        competencies: [kneading]
        evidence: {text: The pupil's loaf., min: 2, horizon: P12M}
""",
    "guide.yaml": HEAD.format(kind="guide")
    + """\
plans:
  - {id: hour-1, title: One hour, duration: PT1H, tasks: [Smell bread]}
""",
    "sourdough.yaml": CASE,
}
DOWN = "baker ranks below master: a promotion leads up or across"
ITSELF = "baker is where this promotion starts: name where it leads"
OLD_WEIGHTS = "    weight: 60\n"


def load(changes: dict[str, bytes]) -> Loaded:
    """Load the baker, whose files lie where they belong, with some of them changed."""
    whole = {**{name: text.encode("utf-8") for name, text in FILES.items()}, **changes}
    folders = {name: "case_studies" if name == "sourdough.yaml" else "rubrics/baker" for name in whole}
    return load_files({f"{folders[name]}/{name}": raw for name, raw in whole.items()}, "baker")


def planted(file: str, old: str, new: str) -> Loaded:
    """Load the baker with one passage of one file replaced."""
    assert FILES[file].count(old) == 1, f"{old!r} stands {FILES[file].count(old)} times in {file}"
    return load({file: FILES[file].replace(old, new).encode("utf-8")})


def blank(code: str, name: str) -> str:
    return f"invisible or unusual blank {code} ({name}): replace it with a plain blank or remove it"


def test_the_files_are_without_fault_and_warning() -> None:
    found = load({})
    assert (found.faults, found.warnings) == ((), ())
    assert found.blueprint is not None


# Each: file, what is replaced, by what, on which line it is told, in which words.
FAULTS = [
    # Weights.
    ("scorecard.yaml", "weight: 40", "weight: 39", 8, "the weights sum to 99, not 100: add 1 (60 + 39)"),
    (
        "scorecard.yaml",
        OLD_WEIGHTS,
        "",
        9,
        "dough has no weight while others have: give all a weight, or none",
    ),
    # Ids.
    ("role.yaml", "id: heat", "id: Heat", 10, "the section id `Heat` is not kebab-case: write it like `cost-modeling`"),
    ("role.yaml", "id: baker", "id: cook", 3, "the id is cook but the folder is baker: give both the same name"),
    (
        "competencies.yaml",
        "id: greeting",
        "id: kneading",
        12,
        "the competency id kneading is already on line 6: give each its own",
    ),
    (
        "onboarding.yaml",
        "id: month-6",
        "id: day-30",
        7,
        "the milestone id day-30 is already on line 6: give each its own",
    ),
    ("ladder.yaml", "id: keeper", "id: master", 8, "the level id master is already on line 7: give each its own"),
    # References.
    (
        "role.yaml",
        "refs: [kneading]",
        "refs: [rolling]",
        10,
        (
            "there is no id rolling: "
            "choose from baker, day-30, dough, greeting, keeper, kneading, loaves, master, month-6, service"
        ),
    ),
    (
        "scorecard.yaml",
        OLD_WEIGHTS,
        f"{OLD_WEIGHTS}    competencies: [rolling]\n",
        12,
        "there is no competency rolling: choose from greeting, kneading",
    ),
    (
        "scorecard.yaml",
        "question: How is it measured?, dimensions: [dough]",
        "question: How?, dimensions: [crust]",
        24,
        "there is no dimension crust: choose from dough, service",
    ),
    (
        "sourdough.yaml",
        "refs: [dough]}]\ndim",
        "refs: [crust]}]\ndim",
        11,
        "there is no dimension crust: choose from dough, service",
    ),
    (
        "ladder.yaml",
        "{kneading: master}",
        "{kneading: doctor}",
        10,
        "there is no rung of kneading doctor: choose from baker, master",
    ),
    (
        "ladder.yaml",
        "{kneading: master}",
        "{rolling: master}",
        10,
        "there is no competency rolling: choose from greeting, kneading",
    ),
    (
        "ladder.yaml",
        "to: [master, keeper]",
        "to: [master, king]",
        14,
        "there is no level king: choose from baker, keeper, master",
    ),
    # A criterion without competency, and with an unknown one.
    (
        "ladder.yaml",
        "competencies: [kneading]",
        "competencies: []",
        16,
        "the criterion taught names no competency: name those it touches",
    ),
    (
        "ladder.yaml",
        "competencies: [kneading]",
        "competencies: [rolling]",
        18,
        "there is no competency rolling: choose from greeting, kneading",
    ),
    # Order.
    (
        "competencies.yaml",
        "      - {id: baker, criteria: [Kneads.]}\n      - {id: master, criteria: [Teaches kneading.], points: 2}\n",
        "      - {id: master, criteria: [Teaches kneading.], points: 2}\n      - {id: baker, criteria: [Kneads.]}\n",
        11,
        "the rung baker of kneading comes after master, a higher level: move it up",
    ),
    (
        "ladder.yaml",
        "track: ic, rank: 2",
        "track: ic, rank: 1",
        7,
        "master does not rank above the level before it on the track ic: reorder",
    ),
    (
        "onboarding.yaml",
        "offset: P6M",
        "offset: P3W",
        7,
        "month-6 comes no later than day-30: list milestones in the order of their dates",
    ),
    ("ladder.yaml", "from: baker\n    to: [master, keeper]", "from: master\n    to: [baker]", 14, DOWN),
    ("ladder.yaml", "to: [master, keeper]", "to: [master, baker]", 14, ITSELF),
    # Rules of the ladder and of the scorecard.
    ("ladder.yaml", "kind: all", "kind: minimum", 11, "the rule minimum needs a minimum: add it"),
    (
        "scorecard.yaml",
        "case_studies:",
        "decision: {rule: sum-threshold, thresholds: [{at_least: 4, level: king}]}\ncase_studies:",
        29,
        "there is no level king: choose from baker, keeper, master",
    ),
    (
        "scorecard.yaml",
        "case_studies:",
        "decision: {rule: sum-threshold, thresholds: [{at_least: 7}]}\ncase_studies:",
        29,
        "the sum of 2 dimensions is between 2 and 6: 7 is not",
    ),
    (
        "scorecard.yaml",
        "case_studies:",
        "decision: {rule: sum-threshold, thresholds: [{at_least: 4}, {at_least: 5}]}\ncase_studies:",
        29,
        "there are two thresholds: keep one",
    ),
    # What is empty.
    ("role.yaml", HEAT, " []\n", 9, "risks has no section: add one or remove it"),
    ("onboarding.yaml", "goals: [Bake alone]", "goals: []", 6, "day-30 has no goal: add one"),
    ("guide.yaml", "tasks: [Smell bread]", "tasks: []", 6, "hour-1 has no task: add one"),
    # Figures and durations.
    ("metrics.yaml", 'max: "99.5"', 'max: "9"', 10, "min 90 is above max 9: swap them"),
    ("guide.yaml", "PT1H", "an hour", 6, "an hour is not a duration: write it like PT1H, P1D or P4W"),
    # Text that is not finished, or not what it seems.
    ("role.yaml", "Burnt hands", "TODO", 10, "the text still says TODO: finish it"),
    ("metrics.yaml", "why: Hunger", "why: What ???", 9, "the text still says ???: finish it"),
    ("role.yaml", "Burnt hands", '"..."', 10, "the text still says ...: finish it"),
    ("onboarding.yaml", "Run a shift", "\u2026", 7, "the text still says \u2026: finish it"),
    ("guide.yaml", "Smell bread", "Lorem ipsum", 6, "the text still says Lorem ipsum: finish it"),
    ("role.yaml", "Burnt hands", "Burnt\u00a0hands", 10, blank("U+00A0", "NO-BREAK SPACE")),
    ("competencies.yaml", "Kneads.", "Kneads\u2028slowly", 10, blank("U+2028", "LINE SEPARATOR")),
    ("ladder.yaml", "Taught another.", "Taught\u200b another", 17, blank("U+200B", "ZERO WIDTH SPACE")),
    ("onboarding.yaml", "Run a shift", "Run \u202ea shift", 7, blank("U+202E", "RIGHT-TO-LEFT OVERRIDE")),
    ("metrics.yaml", "title: Loaves", "title: Lo\u00adaves", 7, blank("U+00AD", "SOFT HYPHEN")),
    ("guide.yaml", "[Smell bread]", '["Smell\\u2060bread"]', 6, blank("U+2060", "WORD JOINER")),
    # YAML that could harm or mislead.
    ("guide.yaml", "title: One hour", "title: &a One", 6, "the anchor &a is not allowed: write the content out"),
    ("guide.yaml", "title: One hour", "title: *a", 6, "the alias *a is not allowed: write the content out"),
    ("guide.yaml", "title: One hour", "title: !x One", 6, "the tag !x is not allowed: write the content out"),
    ("guide.yaml", "title: One hour", "title: One, title: Two", 6, "the key `title` is already on line 6: keep one"),
    ("guide.yaml", "title: One hour", "title: ~", 6, "~ stands for nothing: write a value, or remove the key"),
    (
        "guide.yaml",
        "title: One hour",
        "title: One hour, zebra: red",
        6,
        "plans > hour-1: unknown key `zebra`: correct it, remove it, or move it under `meta`",
    ),
    (
        "guide.yaml",
        'version: "1"\n',
        'version: "1"\nmeta: {a: ' + "[" * 30 + "]" * 30 + "}\n",
        5,
        "nested more than 20 deep: flatten it",
    ),
    (
        "guide.yaml",
        'version: "1"\n',
        'version: "1"\nmeta: {a: [' + "x, " * 20_001 + "]}\n",
        5,
        "more than 20,000 values: split the file",
    ),
    (
        "guide.yaml",
        'version: "1"\n',
        'version: "1"\n# ' + "x" * 1_000_000 + "\n",
        1,
        "the file is over 1,000,000 bytes: split it",
    ),
]
WARNINGS = [
    (
        "ladder.yaml",
        "kind: all",
        "kind: minimum, minimum: 2",
        10,
        "the rungs of master come to 1 and the rule asks for 2: nobody reaches it",
    ),
    (
        "scorecard.yaml",
        "long?, dimensions: [service]",
        "long?, dimensions: [dough]",
        16,
        "the dimension service has no probe: nobody will know what to ask",
    ),
    (
        "scorecard.yaml",
        "probes:\n",
        "probes:\n  - {id: why, title: Why, question: Why?}\n",
        24,
        "the probe why has no dimension: its answers count nowhere",
    ),
    (
        "scorecard.yaml",
        "      3: {text: Remembers names.}\n",
        "",
        19,
        "service has no anchor for 3: describe what is seen at each point",
    ),
    ("onboarding.yaml", ", evidence: [A loaf]", "", 6, "the milestone day-30 names no evidence: nothing will prove it"),
    (
        "role.yaml",
        "mission: {core: Bread for the whole street by seven.}\n",
        "",
        1,
        "the role has no mission: say what it is there for, in a sentence under mission: core",
    ),
]


def told(found: Loaded) -> list[str]:
    return [str(fault) for fault in found.faults]


def placed(file: str, line: int, message: str) -> str:
    folder = "case_studies" if file == "sourdough.yaml" else "rubrics/baker"
    return f"{folder}/{file}:{line}: {message}"


@pytest.mark.parametrize(("file", "old", "new", "line", "message"), FAULTS)
def test_a_planted_fault_is_told_with_file_and_line(file: str, old: str, new: str, line: int, message: str) -> None:
    found = planted(file, old, new)
    assert found.blueprint is None
    assert placed(file, line, message) in told(found)


@pytest.mark.parametrize(("file", "old", "new", "line", "message"), WARNINGS)
def test_what_is_seldom_meant_is_a_warning_with_file_and_line(
    file: str, old: str, new: str, line: int, message: str
) -> None:
    found = planted(file, old, new)
    assert told(found) == []
    assert [str(warning) for warning in found.warnings] == [placed(file, line, message)]


def test_a_ladder_that_counts_points_needs_them_on_the_rungs_it_asks_for() -> None:
    counting = FILES["ladder.yaml"].replace("kind: all", "kind: points, minimum: 2")
    assert load({"ladder.yaml": counting.encode()}).faults == ()
    bare = FILES["competencies.yaml"].replace(", points: 2", "")
    found = load({"ladder.yaml": counting.encode(), "competencies.yaml": bare.encode()})
    assert told(found) == [
        placed("competencies.yaml", 11, "kneading master has no points, and the ladder counts points: add them")
    ]


def test_bytes_that_are_no_text_are_told_by_line() -> None:
    raw = FILES["guide.yaml"].replace("Smell", "R\u00f6st").encode("cp1252")
    assert told(load({"guide.yaml": raw})) == [placed("guide.yaml", 6, "not UTF-8 text: save the file as UTF-8")]


def test_a_bomb_of_aliases_is_never_unfolded() -> None:
    lines = [f"  x{depth}: &x{depth} [*x{depth - 1}, *x{depth - 1}]\n" for depth in range(1, 40)]
    bomb = FILES["guide.yaml"] + "meta:\n  x0: &x0 [y]\n" + "".join(lines)
    assert told(load({"guide.yaml": bomb.encode()})) == [
        placed("guide.yaml", 8, "the anchor &x0 is not allowed: write the content out")
    ]


def test_a_message_about_something_endless_still_ends_with_its_remedy() -> None:
    number = "9" * 5000
    loaded = load({"guide.yaml": FILES["guide.yaml"].replace("One hour", number).encode("utf-8")})
    (fault,) = (one for one in loaded.faults if "whole number" in one.message)
    assert len(fault.message) < 410
    assert fault.message.endswith("is not a plain whole number: put it in quotes if it is text")
