"""Whether a process treats groups alike: selection and scoring rates, four fifths in integers, and what chance does.

Sources: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 (1978), and their Questions and Answers
(1979); Rules of the City of New York, title 6, sections 5-300 and 5-301; Fisher (1935), The Design of Experiments.
Comparisons are made on integers and Fractions: 20 of 30 against 25 of 30 is exactly four fifths, and floats say less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import NormalDist

import numpy as np

from app.analysis.estimate import BoolArray, Estimate, FloatArray, unknown
from app.analysis.quantiles import t_quantile

Z95 = 1.959964
_CHANCE = 0.05
SMALL_CELL, LEAST_PEOPLE, LEAST_EITHER_WAY = 5, 30, 5
_SHARE_OF_REFERENCE, _SHARE_COMPARED = 50, 50
REFERENCE = "reference"
NOBODY = "nobody selected"
FEW_OF_ALL = "not compared: under 2% of people"
TOO_FEW = "too few people to tell"
BELOW_SURE = "below four fifths, unlikely to be chance"
BELOW_MAYBE = "below four fifths, may be chance"
ABOVE_SURE = "above four fifths, unlikely to be chance"
NO_SIGN = "no sign of a difference"
NOT_APART = "criteria and group cannot be told apart"


@dataclass(frozen=True, slots=True)
class Group:
    """So many people of a group, and how many of them were selected. :class:`ValueError` when that cannot be."""

    name: str
    people: int
    selected: int

    def __post_init__(self) -> None:
        """Hold the counts to sense."""
        if not 0 <= self.selected <= self.people or self.people == 0:
            message = f"{self.name}: between none and all of at least one person are selected"
            raise ValueError(message)

    @property
    def rate(self) -> Fraction:
        """Selected over people."""
        return Fraction(self.selected, self.people)


@dataclass(frozen=True, slots=True)
class GroupImpact:
    """One group against the reference. Ratios are exact; the interval is 95 % and about the ratio."""

    group: Group
    share: Fraction
    compared: bool
    reference: bool
    verdict: str
    ratio: Fraction | None = None
    low: float | None = None
    high: float | None = None
    below_four_fifths: bool | None = None
    fisher_p: float | None = None
    z: float | None = None
    z_valid: bool = False
    selections_to_four_fifths: int | None = None
    one_different: bool | None = None
    enough_data: bool = False
    needed_per_group: int | None = None


@dataclass(frozen=True, slots=True)
class ImpactTable:
    """Groups by name; ``reference`` is None where there are no groups."""

    reference: str | None
    groups: tuple[GroupImpact, ...]


def impact(groups: Sequence[Group]) -> ImpactTable:
    """Hold each group against the one with the highest rate among those with at least 2 % of the known people.

    Ties go to more people, then to the name. With nobody selected the largest group is named and nothing is judged.
    """
    ordered = sorted(groups, key=lambda one: one.name)
    if not ordered:
        return ImpactTable(None, ())
    total = sum(one.people for one in ordered)
    if all(one.selected == 0 for one in ordered):
        best = min(ordered, key=lambda one: (-one.people, one.name))
        found = [_bare(one, best, total, NOBODY) for one in ordered]
    else:
        able = [one for one in ordered if _SHARE_OF_REFERENCE * one.people >= total]
        best = min(able, key=lambda one: (-one.rate, -one.people, one.name))
        found = [_against(one, best, total) for one in ordered]
    return ImpactTable(best.name, tuple(found))


def below_four_fifths(group: Group, best: Group) -> bool:
    """Whether the group's rate is below four fifths of the other's, in integers; exactly four fifths is not."""
    return 5 * group.selected * best.people < 4 * best.selected * group.people


def selections_to_four_fifths(group: Group, best: Group) -> int:
    """How many more selections would bring the group to four fifths."""
    needed = (4 * best.selected * group.people + 5 * best.people - 1) // (5 * best.people)
    return max(0, needed - group.selected)


def needed_per_group(rate: float, *, ratio: float = 0.6, power: float = 0.8) -> int | None:
    """People needed in each group to see a true ratio of ``ratio`` at the reference ``rate`` with chance ``power``.

    None where there is nothing to see: a rate of 0 or 1, or a ratio of 1 or more.
    The normal approximation with continuity correction of Casagrande, Pike & Smith (1978), Biometrics 34, 483-486.
    """
    if not 0 < rate < 1 or not 0 <= ratio < 1:
        return None
    p1, p2 = rate, ratio * rate
    middle = (p1 + p2) / 2
    apart = Z95 * math.sqrt(2 * middle * (1 - middle)) + NormalDist().inv_cdf(power) * math.sqrt(
        p1 * (1 - p1) + p2 * (1 - p2)
    )
    plain = (apart / (p1 - p2)) ** 2
    return math.ceil(plain / 4 * (1 + math.sqrt(1 + 4 / (plain * (p1 - p2)))) ** 2)


def scoring_rates(scores: Sequence[Fraction], groups: Sequence[str | None]) -> tuple[Fraction | None, ImpactTable]:
    """The median of everybody's scores, and groups by who is strictly above it; None is an unknown group.

    Unknown people count in the median and in no rate.
    """
    if not scores:
        return None, ImpactTable(None, ())
    ordered = sorted(scores)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    counts: dict[str, list[int]] = {}
    for score, name in zip(scores, groups, strict=True):
        if name is not None:
            count = counts.setdefault(name, [0, 0])
            count[0] += 1
            count[1] += score > median
    return median, impact([Group(name, people, above) for name, (people, above) in counts.items()])


def shortfall_sd(observed: int, people: int, available: float) -> float:
    """How many standard deviations fewer were selected than their availability gives; positive is fewer."""
    return (people * available - observed) / math.sqrt(people * available * (1 - available))


@dataclass(frozen=True, slots=True)
class ScoreGap:
    """A group's gap in overall ratings, in scale points: raw, and at equal criterion ratings; with 95 % intervals.

    ``se`` is the standard error of the second, None where that is unknown.
    """

    raw: Estimate
    at_equal_criteria: Estimate
    se: float | None
    in_group: int
    others: int


def score_gap(overall: FloatArray, criteria: FloatArray, in_group: BoolArray) -> ScoreGap:
    """The gap of means, and the group's coefficient in least squares of the overall rating on criteria and group.

    ``criteria`` is people x criteria. Both are unknown with under 30 people on either side, the second also where
    criteria follow from each other or from the group. Neither is ever shown alone.
    """
    inside, outside = int(in_group.sum()), int((~in_group).sum())
    if min(inside, outside) < LEAST_PEOPLE:
        none = unknown(TOO_FEW)
        return ScoreGap(none, none, None, inside, outside)
    plain, _ = _coefficient(in_group, overall, criteria[:, :0])
    equal, se = _coefficient(in_group, overall, criteria)
    return ScoreGap(plain, equal, se, inside, outside)


def _coefficient(in_group: BoolArray, overall: FloatArray, criteria: FloatArray) -> tuple[Estimate, float | None]:
    """Of the group, last of the columns; without criteria it is the difference of means."""
    design = np.column_stack([np.ones(len(overall)), criteria, in_group.astype(np.float64)])
    solved, _, rank, _ = np.linalg.lstsq(design, overall, rcond=None)
    freedom = len(overall) - design.shape[1]
    if rank < design.shape[1] or freedom <= 0:
        return unknown(NOT_APART), None
    rest = overall - design @ solved
    se = math.sqrt(float(rest @ rest) / freedom * float(np.linalg.inv(design.T @ design)[-1, -1]))
    value, half = float(solved[-1]), t_quantile(0.975, freedom) * se
    return Estimate(value, value - half, value + half), se


def _bare(group: Group, best: Group, total: int, verdict: str) -> GroupImpact:
    share = Fraction(group.people, total)
    return GroupImpact(group, share, compared=False, reference=group is best, verdict=verdict)


def _against(group: Group, best: Group, total: int) -> GroupImpact:
    compared = _SHARE_COMPARED * group.people >= total
    plain = _bare(group, best, total, REFERENCE if group is best else FEW_OF_ALL)
    plain = replace(plain, ratio=group.rate / best.rate, compared=compared)
    if group is best or not compared:
        return plain
    low, high = _interval(group, best)
    z, z_valid = _z(group, best)
    below, fisher = below_four_fifths(group, best), fisher_two_sided(group, best)
    enough = _enough(group) and _enough(best)
    return replace(
        plain, low=low, high=high, below_four_fifths=below, fisher_p=fisher, z=z, z_valid=z_valid,
        selections_to_four_fifths=selections_to_four_fifths(group, best), one_different=_turned_by_one(group, best),
        enough_data=enough, needed_per_group=needed_per_group(float(best.rate)),
        verdict=_verdict(below=below, sure=fisher < _CHANCE) if enough else TOO_FEW,
    )  # fmt: skip


def fisher_two_sided(one: Group, other: Group) -> float:
    """Fisher's exact two-sided p: tables with these margins no likelier than this one, added up in integers."""
    chosen = one.selected + other.selected
    fewest, most = max(0, chosen - other.people), min(chosen, one.people)
    weights = [math.comb(one.people, fewest) * math.comb(other.people, chosen - fewest)]
    for there in range(fewest, most):
        more = (one.people - there) * (chosen - there)
        fewer = (there + 1) * (other.people - chosen + there + 1)
        weights.append(weights[-1] * more // fewer)
    seen = weights[one.selected - fewest]
    return float(Fraction(sum(weight for weight in weights if weight <= seen), sum(weights)))


def _verdict(*, below: bool, sure: bool) -> str:
    if below:
        return BELOW_SURE if sure else BELOW_MAYBE
    return ABOVE_SURE if sure else NO_SIGN


def _enough(group: Group) -> bool:
    return group.people >= LEAST_PEOPLE and min(group.selected, group.people - group.selected) >= LEAST_EITHER_WAY


def _interval(group: Group, best: Group) -> tuple[float, float]:
    """Of the ratio, on the logarithm; a zero cell gets half a selection and one person on both sides."""
    extra = 0.5 if group.selected == 0 or best.selected == 0 else 0.0
    s, n, s_b, n_b = group.selected + extra, group.people + 2 * extra, best.selected + extra, best.people + 2 * extra
    ratio = s * n_b / (n * s_b)
    half = Z95 * math.sqrt(max(1 / s - 1 / n + 1 / s_b - 1 / n_b, 0.0))
    return ratio * math.exp(-half), ratio * math.exp(half)


def _z(group: Group, best: Group) -> tuple[float | None, bool]:
    pooled = (group.selected + best.selected) / (group.people + best.people)
    if pooled in {0.0, 1.0}:
        return None, False
    se = math.sqrt(pooled * (1 - pooled) * (1 / group.people + 1 / best.people))
    valid = min(group.people, best.people) * min(pooled, 1 - pooled) >= 5
    return float(best.rate - group.rate) / se, valid


def _turned_by_one(group: Group, best: Group) -> bool:
    if not below_four_fifths(group, best) or group.selected == group.people or best.selected == 0:
        return False
    return not below_four_fifths(replace(group, selected=group.selected + 1), replace(best, selected=best.selected - 1))
