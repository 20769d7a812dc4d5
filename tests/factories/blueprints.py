"""Small role folders for tests, each written to a real disk, and generated blueprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from app.domain.blueprint import (
    Anchor,
    Blueprint,
    CaseStudy,
    DecisionRule,
    Dimension,
    Entry,
    Probe,
    Requirement,
    Role,
    Scale,
    ScalePoint,
    Scorecard,
    Signal,
    Threshold,
)
from app.formats.blueprint_files import Loaded, load_role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROLE = """\
schema: rubric/1
kind: role
id: baker
version: "1"
title: Baker
summary: [Bakes bread.]
mission: {core: Bread for the whole street by seven.}
"""

SCORECARD = """\
schema: rubric/1
kind: scorecard
id: baker
version: "1"
scale:
  points: [{value: 1, title: Low}, {value: 2, title: Fair}, {value: 3, title: Good}]
  meets: 2
dimensions:
  - id: dough
    title: Dough
    weight: 60
    anchors:
      1: {text: Guesses the water.}
      2: {text: Weighs the water.}
      3: {text: Weighs and adjusts to the flour.}
  - id: service
    title: Service
    weight: 40
    anchors:
      1: {text: Looks away.}
      2: {text: Greets.}
      3: {text: Remembers names.}
probes:
  - {id: water, title: Water, question: How is it measured?, dimensions: [dough]}
  - {id: queue, title: Queue, question: What happens when it is long?, dimensions: [service]}
signals:
  strong: [{id: tastes, text: Tastes the dough., dimensions: [dough]}]
  red_flag: [{id: shouts, text: Shouts at guests., dimensions: [service]}]
case_studies: [sourdough]
"""

CASE = """\
schema: rubric/1
kind: case-study
id: sourdough
version: "1"
label: A
title: Sourdough
applicability: For all.
duration: {min: PT30M, max: PT1H}
format: [live]
prompt: Plan a loaf.
outputs: [A plan, {text: A loaf, refs: [dough]}]
dimensions: [dough]
marking: [{id: crust, text: Look at the crust., refs: [dough]}]
"""


def load_written(
    folder: Path, *, role: str = ROLE, scorecard: str = SCORECARD, case: str | None = CASE, extra: bytes = b""
) -> Loaded:
    """Write the baker's files below this folder and load them; `extra` goes to the end of the scorecard."""
    rubric, cases = folder / "rubrics" / "baker", folder / "case_studies"
    rubric.mkdir(parents=True)
    cases.mkdir()
    (rubric / "role.yaml").write_text(role, encoding="utf-8")
    (rubric / "scorecard.yaml").write_bytes(scorecard.encode("utf-8") + extra)
    if case is not None:
        (cases / "sourdough.yaml").write_text(case, encoding="utf-8")
    return load_role(rubric, cases)


def messages(loaded: Loaded) -> list[str]:
    """Return the faults as they are printed."""
    return [str(fault) for fault in loaded.faults]


def scorecard_with_points(values: Sequence[int], meets: int) -> str:
    """Return the baker's scorecard on another scale, one dimension, no weights and no cases."""
    points = "".join(f"    - {{value: {value}, title: Point {value}}}\n" for value in values)
    anchors = "".join(f"      {value}: {{text: Seen at {value}.}}\n" for value in values)
    head = SCORECARD.split("scale:", maxsplit=1)[0]
    return (
        f"{head}scale:\n  points:\n{points}  meets: {meets}\n"
        f"dimensions:\n  - id: dough\n    title: Dough\n    anchors:\n{anchors}"
        "probes: [{id: water, title: Water, question: How?, dimensions: [dough]}]\n"
    )


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_ID = st.from_regex(r"[a-z]{1,6}(-[a-z]{1,6})?", fullmatch=True)
_IDS = st.lists(_ID, max_size=3).map(tuple)
_ORIGIN = st.sampled_from(["source", "house"])
_INT = st.integers(-1000, 1000)


def _tuples(of: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=most).map(tuple)


_LEAVES = st.builds(Entry, _TEXT, id=st.none() | _ID, detail=st.none() | _TEXT, origin=_ORIGIN, tags=_IDS, refs=_IDS)
entries: st.SearchStrategy[Entry] = st.recursive(
    _LEAVES, lambda below: st.builds(Entry, _TEXT, items=_tuples(below)), max_leaves=4
)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """A scale of two to seven points, either end best."""
    values = sorted(draw(st.sets(st.integers(-9, 9), min_size=2, max_size=7)))
    points = tuple(ScalePoint(value, draw(_TEXT)) for value in values)
    return Scale(points, draw(st.sampled_from(values)), draw(st.sampled_from(["high", "low"])))


_DIMENSIONS = st.builds(
    Dimension,
    _ID,
    _TEXT,
    weight=st.none() | st.integers(0, 100),
    must=st.booleans(),
    competencies=_IDS,
    anchors=_tuples(st.builds(Anchor, _INT, _TEXT, _ORIGIN)),
)
_CASES = st.builds(
    CaseStudy,
    id=_ID,
    label=_TEXT,
    title=_TEXT,
    applicability=_TEXT,
    minutes_min=_INT,
    minutes_max=_INT,
    formats=_tuples(st.sampled_from(["live", "take-home"])),
    prompt=_TEXT,
    outputs=_tuples(entries),
    dimensions=_IDS,
    marking=_tuples(entries),
    timing_origin=_ORIGIN,
)
_RULES = st.builds(
    DecisionRule,
    st.sampled_from(["weighted-mean", "sum-threshold", "every-required"]),
    thresholds=_tuples(st.builds(Threshold, _INT, st.none() | _ID)),
    requirements=_tuples(st.builds(Requirement, _ID, _INT)),
)
_SCORECARDS = st.builds(
    Scorecard,
    _ID,
    _TEXT,
    scales(),
    _tuples(_DIMENSIONS),
    probes=_tuples(st.builds(Probe, _ID, _TEXT, _TEXT, _IDS, _ORIGIN, _ORIGIN)),
    signals=_tuples(st.builds(Signal, _ID, st.sampled_from(["strong", "weak", "red_flag"]), _TEXT, _IDS, _ORIGIN)),
    decision=_RULES,
)
blueprints: st.SearchStrategy[Blueprint] = st.builds(
    Blueprint, st.builds(Role, _ID, _TEXT, _TEXT, _TEXT), _SCORECARDS, _tuples(_CASES)
)
