"""What a blueprint's decision rule asks for, said in sentences, and held against what a debrief found.

The weighted mean needs no statement of its own: it is the composite. People decide; a rule only says what was asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.part import level_title

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint, Scale, Scorecard
    from app.domain.scoring import Score

_BASES = {
    "sum-threshold": "The means of all dimensions are added up. Without one of them there is no sum.",
    "every-required": "Each of these dimensions has to reach its point, whatever the others are.",
    "weighted-mean": "Each dimension's ratings are averaged.",
}


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that a rule asks for: ``needed`` of a dimension, or of the sum of all for a level or for everybody.

    ``value`` is the mean or the sum of means that is there, None where something was not assessed; then ``met`` is too.
    """

    needed: int
    value: Fraction | None
    met: bool | None
    dimension: str | None = None
    level: str | None = None


def for_committee(blueprint: Blueprint) -> Scorecard:
    """The scorecard as a committee reads it: its thresholds name levels by their titles, which it does not hold."""
    card, rule = blueprint.scorecard, blueprint.scorecard.decision
    named = tuple(
        replace(one, level=level_title(blueprint, one.level)) if one.level else one for one in rule.thresholds
    )
    return replace(card, decision=replace(rule, thresholds=named)) if named else card


def demands(scorecard: Scorecard, score: Score) -> tuple[Demand, ...]:
    """Hold a score against the scorecard's rule; empty under a weighted mean."""
    rule, scale = scorecard.decision, scorecard.scale
    if rule.kind == "sum-threshold":
        total = _sum(score)
        return tuple(
            Demand(one.at_least, total, _met(total, one.at_least, scale), level=one.level) for one in rule.thresholds
        )
    if rule.kind == "every-required":
        means = {found.dimension: found.mean for found in score.dimensions}
        return tuple(
            Demand(
                one.at_least,
                means.get(one.dimension),
                _met(means.get(one.dimension), one.at_least, scale),
                dimension=one.dimension,
            )
            for one in rule.requirements
        )
    return ()


def _sum(score: Score) -> Fraction | None:
    """The means of all dimensions together; a dimension that nobody assessed leaves no sum, rather than a small one."""
    means = [found.mean for found in score.dimensions if found.mean is not None]
    return sum(means, Fraction(0)) if len(means) == len(score.dimensions) else None


def _met(value: Fraction | None, needed: int, scale: Scale) -> bool | None:
    if value is None:
        return None
    return value >= needed if scale.best == "high" else value <= needed


def basis(scorecard: Scorecard) -> str:
    """What the rule looks at, in a sentence or two."""
    return _BASES[scorecard.decision.kind]


def stated(blueprint: Blueprint) -> tuple[str, ...]:
    """The rule of a blueprint's scorecard in sentences: what it looks at first, then each thing that it asks for."""
    card = blueprint.scorecard
    return (basis(card), *_asked(blueprint, "or more" if card.scale.best == "high" else "or less"))


def _asked(blueprint: Blueprint, way: str) -> list[str]:
    card = blueprint.scorecard
    rule = card.decision
    if rule.kind == "sum-threshold":
        ends = (f" for {level_title(blueprint, one.level)}" if one.level else "" for one in rule.thresholds)
        return [f"{one.at_least} {way} is enough{end}." for one, end in zip(rule.thresholds, ends, strict=True)]
    if rule.kind == "every-required":
        return [f"{card.dimension(one.dimension).title}: {one.at_least} {way}." for one in rule.requirements]
    weighed = any(one.weight is not None for one in card.dimensions)
    counted = "each counted by its weight" if weighed else "all counted alike"
    return [f"The composite is the mean of these averages, {counted}."]
