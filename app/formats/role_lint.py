"""Asks whether the files that describe the role make sense: ids, references, order, evidence and bounds."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from app.formats.blueprint_lint import check_ids, check_references, choices
from app.formats.durations import minutes, offset
from app.formats.plain_text import Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.milestone import Offset
    from app.formats.blueprint_schema import Shape
    from app.formats.role_schema import (
        ChapterShape,
        CompetenciesShape,
        CompetencyShape,
        CriterionShape,
        GuideShape,
        LadderShape,
        LevelShape,
        MetricsShape,
        OnboardingShape,
        PromotionShape,
        RoleShape,
        TargetShape,
    )

_DECIMAL = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
_DAYS_A_MONTH = 30


def check_chapter(key: str, chapter: ChapterShape) -> Iterator[Spot]:
    """Yield the faults of a chapter's sections; `key` is where the chapter stands."""
    if not chapter.sections:
        yield Spot(chapter.line("sections"), f"{key} has no section: add one or remove it")
    yield from check_ids("section", chapter.sections)
    for section in chapter.sections:
        if not section.entries:
            yield Spot(section.line("entries"), f"the section {section.id} is empty: add an entry or remove it")


def warn_role(shape: RoleShape) -> Iterator[Spot]:
    """Yield what a role leaves out that everybody who reads it looks for."""
    if shape.mission is None:
        yield Spot(1, "the role has no mission: say what it is there for, in a sentence under mission: core")


def check_competencies(shape: CompetenciesShape) -> Iterator[Spot]:
    """Yield the faults of competencies and their rungs."""
    yield from check_ids("competency", shape.competencies)
    for competency in shape.competencies:
        yield from check_ids("rung", competency.rungs)
        for rung in competency.rungs:
            if not rung.criteria:
                yield Spot(rung.line("criteria"), f"{competency.id} {rung.id} has no criterion: describe one")


def check_onboarding(shape: OnboardingShape) -> Iterator[Spot]:
    """Yield the faults of milestones: their distances, order and goals."""
    yield from check_ids("milestone", shape.milestones)
    for milestone in shape.milestones:
        yield from _check_distances(milestone, ("offset", "review_opens"))
        if not milestone.goals:
            yield Spot(milestone.line("goals"), f"{milestone.id} has no goal: add one")
    for before, after in pairwise(shape.milestones):
        if _days(offset(after.offset)) <= _days(offset(before.offset)):
            line = after.line("offset")
            yield Spot(line, f"{after.id} comes no later than {before.id}: list milestones in the order of their dates")
    if shape.long_term:
        yield from _check_distances(shape.long_term, ("opens", "closes"))


def warn_onboarding(shape: OnboardingShape) -> Iterator[Spot]:
    """Yield milestones that nothing proves."""
    for milestone in shape.milestones:
        if not milestone.evidence:
            yield Spot(milestone.line(), f"the milestone {milestone.id} names no evidence: nothing will prove it")


def check_metrics(shape: MetricsShape) -> Iterator[Spot]:
    """Yield the faults of metrics: how often they are read, and their bounds."""
    yield from check_ids("metric", shape.metrics)
    for metric in shape.metrics:
        if not metric.frequency:
            yield Spot(metric.line("frequency"), f"{metric.id} has no frequency: say how often it is read")
        yield from _check_bounds(metric.target)


def check_ladder(shape: LadderShape, competencies: list[CompetencyShape] | None) -> Iterator[Spot]:
    """Yield the faults of a ladder; None for the competencies means that they cannot be told."""
    yield from check_ids("level", shape.levels)
    yield from _check_ranks(shape)
    for described in shape.levels:
        yield from _check_typical(described)
    yield from _check_rule(shape)
    levels = frozenset(level.id for level in shape.levels)
    for named in shape.requires:
        yield from _check_names(shape, ("requires", named), [named], levels, "level")
    for promotion in shape.promotions:
        yield from check_ids("criterion", promotion.criteria)
        yield from _check_names(promotion, ("from",), [promotion.from_], levels, "level")
        yield from check_references(promotion, "to", promotion.to, levels, "level")
        yield from _check_direction(promotion, {level.id: level.rank for level in shape.levels})
        for criterion in promotion.criteria:
            yield from _check_criterion(criterion, competencies)
    if competencies is not None:
        yield from _check_requires(shape, {one.id: one for one in competencies})


def check_rung_order(shape: CompetenciesShape, ladder: LadderShape) -> Iterator[Spot]:
    """Yield the rungs of competencies that stand below one of a higher level of the same track."""
    levels = {level.id: level for level in ladder.levels}
    for competency in shape.competencies:
        highest: dict[str, LevelShape] = {}
        for rung in (rung for rung in competency.rungs if rung.id in levels):
            level = levels[rung.id]
            above = highest.setdefault(level.track, level)
            if level.rank < above.rank:
                message = f"the rung {rung.id} of {competency.id} comes after {above.id}, a higher level: move it up"
                yield Spot(rung.line("id"), message)
            else:
                highest[level.track] = level


def warn_reach(shape: LadderShape, competencies: list[CompetencyShape]) -> Iterator[Spot]:
    """Yield the levels whose rungs, all together, are less than the rule asks for: nobody would ever reach them."""
    worth = {(one.id, rung.id): rung.points or 0 for one in competencies for rung in one.rungs}
    for level, needed in shape.requires.items():
        most = len(needed) if shape.rule.kind == "minimum" else sum(worth.get(pair, 0) for pair in needed.items())
        if shape.rule.kind != "all" and most < (shape.rule.minimum or 0):
            message = (
                f"the rungs of {level} come to {most} and the rule asks for {shape.rule.minimum}: nobody reaches it"
            )
            yield Spot(shape.line("requires", level), message)


def check_points(shape: CompetenciesShape, ladder: LadderShape) -> Iterator[Spot]:
    """Yield the rungs that a ladder asks for by points and that have none."""
    asked = {pair for needed in ladder.requires.values() for pair in needed.items()}
    for competency in shape.competencies if ladder.rule.kind == "points" else ():
        for rung in competency.rungs:
            if rung.points is None and (competency.id, rung.id) in asked:
                yield Spot(
                    rung.line(), f"{competency.id} {rung.id} has no points, and the ladder counts points: add them"
                )


def check_guide(shape: GuideShape) -> Iterator[Spot]:
    """Yield the faults of a guide's plans."""
    yield from check_ids("plan", shape.plans)
    for plan in shape.plans:
        if minutes(plan.duration) is None and offset(plan.duration) is None:
            message = f"{plan.duration} is not a duration: write it like PT1H, P1D or P4W"
            yield Spot(plan.line("duration"), message)
        if not plan.tasks:
            yield Spot(plan.line("tasks"), f"{plan.id} has no task: add one")


def _check_distances(holder: Shape, keys: Iterable[str]) -> Iterator[Spot]:
    for key in keys:
        written = str(getattr(holder, key))
        if offset(written) is None:
            yield Spot(holder.line(key), f"{written} is not a distance in time: write it like P30D, P6M or -P5D")


def _days(distance: Offset | None) -> int:
    """Put distances in an order; what is no distance has been said already and passes."""
    return distance.months * _DAYS_A_MONTH + distance.days if distance else 0


def _check_bounds(target: TargetShape) -> Iterator[Spot]:
    bounds: list[Decimal] = []
    for key, written in (("min", target.min), ("max", target.max)):
        if written is not None and not _DECIMAL.fullmatch(written):
            yield Spot(target.line(key), f'{written} is not a decimal number: write it like "0.85"')
        elif written is not None:
            bounds.append(Decimal(written))
    if any(low > high for low, high in pairwise(bounds)):
        yield Spot(target.line("min"), f"min {target.min} is above max {target.max}: swap them")


def _check_ranks(shape: LadderShape) -> Iterator[Spot]:
    last: dict[str, int] = {}
    for level in shape.levels:
        if level.rank <= last.get(level.track, level.rank - 1):
            line = level.line("rank")
            yield Spot(line, f"{level.id} does not rank above the level before it on the track {level.track}: reorder")
        last[level.track] = level.rank


def _check_typical(level: LevelShape) -> Iterator[Spot]:
    usual = level.typical
    if usual is None:
        return
    yield from _check_distances(usual, ("min", "max") if usual.max is not None else ("min",))
    if _days(offset(usual.min)) < 0:
        yield Spot(usual.line("min"), f"{usual.min} is less than no time: write it like P24M")
    if usual.max is not None and offset(usual.max) and _days(offset(usual.max)) < _days(offset(usual.min)):
        yield Spot(usual.line("min"), f"min {usual.min} is longer than max {usual.max}: swap them")


def _check_rule(shape: LadderShape) -> Iterator[Spot]:
    counted = shape.rule.kind != "all"
    if counted and shape.rule.minimum is None:
        yield Spot(shape.line("rule"), f"the rule {shape.rule.kind} needs a minimum: add it")
    if not counted and shape.rule.minimum is not None:
        yield Spot(shape.line("rule"), "the rule all has no use for a minimum: remove it")


def _check_names(
    holder: Shape, path: tuple[str, ...], names: list[str], known: frozenset[str], what: str
) -> Iterator[Spot]:
    for name in names:
        if name not in known:
            yield Spot(holder.line(*path), f"there is no {what} {name}: {choices(name, known)}")


def _check_direction(promotion: PromotionShape, ranks: dict[str, int]) -> Iterator[Spot]:
    for index, name in enumerate(promotion.to):
        if name == promotion.from_:
            yield Spot(promotion.line("to", index), f"{name} is where this promotion starts: name where it leads")
        elif ranks.get(name, 0) < ranks.get(promotion.from_, 0) and name in ranks:
            yield Spot(
                promotion.line("to", index), f"{name} ranks below {promotion.from_}: a promotion leads up or across"
            )


def _check_criterion(criterion: CriterionShape, competencies: list[CompetencyShape] | None) -> Iterator[Spot]:
    if not criterion.competencies:
        yield Spot(criterion.line(), f"the criterion {criterion.id} names no competency: name those it touches")
    if competencies is not None:
        known = frozenset(one.id for one in competencies)
        yield from check_references(criterion, "competencies", criterion.competencies, known, "competency")
    if criterion.evidence:
        yield from _check_distances(criterion.evidence, ("horizon",))


def _check_requires(shape: LadderShape, known: dict[str, CompetencyShape]) -> Iterator[Spot]:
    for level, needed in shape.requires.items():
        for name, rung in needed.items():
            path = ("requires", level, name)
            yield from _check_names(shape, path, [name], frozenset(known), "competency")
            if name in known:
                rungs = frozenset(one.id for one in known[name].rungs)
                yield from _check_names(shape, path, [rung], rungs, f"rung of {name}")
