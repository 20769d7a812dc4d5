"""Asks whether files of the right shape make sense: ids, references, weights, anchors and texts."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from app.domain.blueprint import FEWEST_POINTS
from app.formats.durations import minutes
from app.formats.plain_text import Spot, placeholder
from app.formats.yaml_source import YamlList, YamlMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.formats.blueprint_schema import (
        CaseShape,
        DecisionShape,
        DimensionShape,
        EntryShape,
        ProbeShape,
        ScaleShape,
        ScorecardShape,
        Shape,
        SignalShape,
    )

WHOLE = 100
"""What the weights add up to."""

MOST_LISTED = 10
"""A longer list of choices helps nobody."""

NOBODY_HIRED = (
    "the role has no scorecard.yaml: it can be read and climbed, but nobody can be hired with it until it has one"
)
"""What a role without a scorecard is warned of."""

_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_kebab(text: str) -> bool:
    """Tell whether a text may be an id: small letters, digits and single hyphens between them."""
    return _KEBAB.fullmatch(text) is not None


def check_scorecard(scorecard: ScorecardShape) -> Iterator[Spot]:
    """Yield the faults of a scorecard; checks that would need what lies in a hole are left out."""
    holes = scorecard.holes
    yield from _check_identities(scorecard)
    if "scale" not in holes:
        yield from _check_scale(scorecard.scale)
        yield from _check_anchors(scorecard)
    if "dimensions" not in holes:
        yield from _check_weights(scorecard)
        yield from _check_links(scorecard)
    if "decision" not in holes:
        yield from _check_decision(scorecard)


def warn_scorecard(scorecard: ScorecardShape) -> Iterator[Spot]:
    """Yield what a scorecard may do but seldom means to."""
    yield from _warn_anchors(scorecard)
    probed = {dimension for probe in scorecard.probes for dimension in probe.dimensions}
    for dimension in scorecard.dimensions:
        if dimension.id not in probed:
            yield Spot(dimension.line(), f"the dimension {dimension.id} has no probe: nobody will know what to ask")
    for probe in scorecard.probes:
        if not probe.dimensions:
            yield Spot(probe.line(), f"the probe {probe.id} has no dimension: its answers count nowhere")
    rule = scorecard.decision.rule
    if rule != "weighted-mean" and any(dimension.weight is not None for dimension in scorecard.dimensions):
        yield Spot(scorecard.line("decision"), f"the rule {rule} ignores the weights: remove them or change the rule")


def check_competencies_named(scorecard: ScorecardShape, known: frozenset[str]) -> Iterator[Spot]:
    """Yield the competencies that dimensions name and the role does not have."""
    for dimension in scorecard.dimensions:
        yield from check_references(dimension, "competencies", dimension.competencies, known, "competency")


def check_levels_named(scorecard: ScorecardShape, known: frozenset[str]) -> Iterator[Spot]:
    """Yield the levels that thresholds name and the ladder does not have."""
    for threshold in scorecard.decision.thresholds:
        if threshold.level is not None:
            yield from check_references(threshold, "level", [threshold.level], known, "level")


def check_case(case: CaseShape, dimension_ids: frozenset[str] | None) -> Iterator[Spot]:
    """Yield the faults of a case study; None for the dimensions means that they cannot be told."""
    yield from check_ids("case study", [case])
    yield from check_ids("marking entry", [entry for entry in case.marking if entry.id])
    yield from _check_timing(case)
    for key, held in (("format", case.format), ("outputs", case.outputs), ("dimensions", case.dimensions)):
        if not held:
            yield Spot(case.line(key), f"{key} is empty: name at least one")
    if dimension_ids is not None:
        yield from check_references(case, "dimensions", case.dimensions, dimension_ids, "dimension")
        yield from check_entry_references([*case.outputs, *case.marking, *case.notes], dimension_ids, "dimension")


def check_texts(top: YamlMap) -> Iterator[Spot]:
    """Yield each text, outside `meta`, that was never finished."""
    for line, text in texts(top, top.line):
        found = placeholder(text)
        if found:
            yield Spot(line, f"the text still says {found}: finish it")


def check_ids(what: str, holders: Iterable[Shape]) -> Iterator[Spot]:
    """Yield ids that are not kebab-case or that stand twice; each holder has an `id`."""
    first: dict[str, int] = {}
    for holder in holders:
        name, line = str(getattr(holder, "id", "")), holder.line("id")
        if not is_kebab(name):
            yield Spot(line, f"the {what} id `{name}` is not kebab-case: write it like `cost-modeling`")
        if name in first:
            yield Spot(line, f"the {what} id {name} is already on line {first[name]}: give each its own")
        first.setdefault(name, line)


def check_references(holder: Shape, key: str, names: list[str], known: frozenset[str], what: str) -> Iterator[Spot]:
    """Yield the names in the list `key` of the holder that are unknown or stand twice."""
    for index, name in enumerate(names):
        line = holder.line(key, index)
        if name not in known:
            yield Spot(line, f"there is no {what} {name}: {choices(name, known)}")
        elif name in names[:index]:
            yield Spot(line, f"the {what} {name} is named twice here: name it once")


def choices(name: str, known: frozenset[str]) -> str:
    """Say what may stand in place of an unknown name: everything when that is little, else what comes near."""
    near = (
        sorted(known) if len(known) <= MOST_LISTED else difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    )
    return f"choose from {', '.join(near)}" if near else "add it, or name one that is there"


def check_entry_references(entries: Iterable[EntryShape], known: frozenset[str], what: str) -> Iterator[Spot]:
    """Yield the unknown references of entries and of the entries below them."""
    for entry in entries:
        yield from check_references(entry, "refs", entry.refs, known, what)
        yield from check_entry_references(entry.items, known, what)


def _check_identities(scorecard: ScorecardShape) -> Iterator[Spot]:
    signals = scorecard.signals
    yield from check_ids("scorecard", [scorecard])
    yield from check_ids("dimension", scorecard.dimensions)
    yield from check_ids("probe", scorecard.probes)
    yield from check_ids("signal", [*signals.strong, *signals.weak, *signals.red_flag])


def _check_scale(scale: ScaleShape) -> Iterator[Spot]:
    values = [point.value for point in scale.points]
    if len(values) < FEWEST_POINTS:
        yield Spot(
            scale.line("points"), f"the scale needs at least {FEWEST_POINTS} points and has {len(values)}: add one"
        )
    for index, (before, after) in enumerate(pairwise(values), start=1):
        if after <= before:
            line = scale.line("points", index)
            yield Spot(line, f"the point {after} comes after {before}: list the points in increasing value")
    if scale.meets not in values:
        yield Spot(
            scale.line("meets"), f"meets is {scale.meets}, which is not on the scale: choose from {_said(values)}"
        )


def _check_anchors(scorecard: ScorecardShape) -> Iterator[Spot]:
    values = [point.value for point in scorecard.scale.points]
    for dimension in scorecard.dimensions:
        if not dimension.anchors:
            line = dimension.line("anchors")
            yield Spot(line, f"{dimension.id} has no anchor: describe what is seen at one point or more")
        for value in dimension.anchors:
            if value not in values:
                line = dimension.line("anchors", value)
                yield Spot(line, f"{dimension.id} has an anchor for {value}, which is not on the scale")


def _warn_anchors(scorecard: ScorecardShape) -> Iterator[Spot]:
    """Yield the points that raters of a dimension have to imagine: many published scorecards anchor only some."""
    values = [] if "scale" in scorecard.holes else [point.value for point in scorecard.scale.points]
    for dimension in scorecard.dimensions:
        missing = [value for value in values if value not in dimension.anchors]
        if missing and dimension.anchors:
            line = dimension.line("anchors")
            yield Spot(line, f"{dimension.id} has no anchor for {_said(missing)}: describe what is seen at each point")


def _check_weights(scorecard: ScorecardShape) -> Iterator[Spot]:
    dimensions = scorecard.dimensions
    if not dimensions:
        yield Spot(scorecard.line("dimensions"), "there is no dimension: name at least one")
    weighted = [dimension for dimension in dimensions if dimension.weight is not None]
    without = [dimension for dimension in dimensions if dimension.weight is None]
    if weighted and without:
        for dimension in without:
            yield Spot(dimension.line(), f"{dimension.id} has no weight while others have: give all a weight, or none")
        return
    total = sum(dimension.weight or 0 for dimension in weighted)
    if weighted and total != WHOLE:
        line = scorecard.line("dimensions")
        yield Spot(line, f"the weights sum to {total}, not {WHOLE}: {_off_by(total)} ({_weights_said(weighted)})")


def _off_by(total: int) -> str:
    return f"add {WHOLE - total}" if total < WHOLE else f"take away {total - WHOLE}"


def _weights_said(dimensions: list[DimensionShape]) -> str:
    return " + ".join(str(dimension.weight) for dimension in dimensions)


def _check_links(scorecard: ScorecardShape) -> Iterator[Spot]:
    known = frozenset(dimension.id for dimension in scorecard.dimensions)
    signals = scorecard.signals
    tied: list[ProbeShape | SignalShape] = [*scorecard.probes, *signals.strong, *signals.weak, *signals.red_flag]
    for holder in tied:
        yield from check_references(holder, "dimensions", holder.dimensions, known, "dimension")


def _check_decision(scorecard: ScorecardShape) -> Iterator[Spot]:
    decision = scorecard.decision
    yield from _check_rule_parts(decision)
    if scorecard.holes.isdisjoint(("dimensions", "scale")):
        known = frozenset(dimension.id for dimension in scorecard.dimensions)
        values = [point.value for point in scorecard.scale.points]
        yield from _check_sums(decision, len(scorecard.dimensions), values)
        for requirement in decision.requirements:
            yield from check_references(requirement, "dimension", [requirement.dimension], known, "dimension")
            if requirement.at_least not in values:
                line = requirement.line("at_least")
                yield Spot(line, f"{requirement.at_least} is not on the scale: choose from {_said(values)}")
    twice = Counter(requirement.dimension for requirement in decision.requirements)
    for name in (name for name, count in twice.items() if count > 1):
        yield Spot(decision.line("requirements"), f"{name} has two requirements: keep one")
    levels = Counter(threshold.level for threshold in decision.thresholds)
    for level in (level for level, count in levels.items() if count > 1):
        whom = f"the level {level} has" if level else "there are"
        yield Spot(decision.line("thresholds"), f"{whom} two thresholds: keep one")


def _check_sums(decision: DecisionShape, dimensions: int, values: list[int]) -> Iterator[Spot]:
    least, most = dimensions * min(values, default=0), dimensions * max(values, default=0)
    for threshold in decision.thresholds:
        if not least <= threshold.at_least <= most:
            line = threshold.line("at_least")
            message = f"the sum of {dimensions} dimensions is between {least} and {most}: {threshold.at_least} is not"
            yield Spot(line, message)


def _check_rule_parts(decision: DecisionShape) -> Iterator[Spot]:
    needs = {"sum-threshold": "thresholds", "every-required": "requirements"}
    for rule, part in needs.items():
        given = bool(getattr(decision, part))
        if decision.rule == rule and not given:
            yield Spot(decision.line("rule"), f"the rule {rule} needs {part}: add them")
        if decision.rule != rule and given:
            yield Spot(decision.line(part), f"the rule {decision.rule} has no use for {part}: remove them")


def _check_timing(case: CaseShape) -> Iterator[Spot]:
    least, most = minutes(case.duration.min), minutes(case.duration.max)
    for key, length, written in (("min", least, case.duration.min), ("max", most, case.duration.max)):
        if length is None:
            line = case.line("duration", key)
            yield Spot(line, f"{written} is not a duration in hours and minutes: write it like PT90M")
    if least and most and least > most:
        yield Spot(case.line("duration"), f"the shortest time is {least} minutes and the longest {most}: swap them")


def texts(node: object, line: int) -> Iterator[tuple[int, str]]:
    """Yield every text of a file outside `meta`, with its line."""
    if isinstance(node, str):
        yield line, node
    elif isinstance(node, YamlMap):
        for key, held in node.items():
            if key != "meta":
                yield from texts(held, node.lines.get(key, line))
    elif isinstance(node, YamlList):
        for held, held_line in zip(node, node.lines, strict=True):
            yield from texts(held, held_line)


def _said(values: list[int]) -> str:
    return ", ".join(str(value) for value in values)
