"""The only place that averages ratings: exact fractions from scorecards to a composite score.

The composite follows the rule of the method page: the mean within each dimension first, then the weighted
mean over the dimensions that somebody assessed. A rating that is missing is left out; it never counts as zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import neg, pos
from typing import Literal, NoReturn

MINIMUM_COVERAGE = Fraction(4, 5)
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a dimension counts, and whether a decision needs it assessed."""

    dimension: str
    weight: Fraction
    must: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """One interviewer's value on one dimension; ``None`` means not assessed."""

    rater: str
    dimension: str
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """What the interviewers who assessed a dimension gave it; ``mean`` is ``None`` when nobody did."""

    dimension: str
    mean: Fraction | None
    n: int
    lowest: Fraction | None
    highest: Fraction | None

    @property
    def spread(self) -> Fraction | None:
        """Highest minus lowest rating, in scale points."""
        if self.lowest is None or self.highest is None:
            return None
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class Tally:
    """The ratings on one dimension added up: ``total`` of ``n`` values, on a scale of whole points."""

    dimension: str
    total: int
    n: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Score:
    """A composite on the scale of the ratings, or the reason why there is none.

    ``value`` is ``None`` unless ``enough``; ``coverage`` is the share of all weight that was assessed.
    """

    value: Fraction | None
    enough: bool
    why: str | None
    coverage: Fraction
    missing: tuple[str, ...]
    missing_must: tuple[str, ...]
    dimensions: tuple[DimensionScore, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one dimension adds to a composite: its mean times its ``share`` of the weight that was assessed."""

    dimension: str
    mean: Fraction
    n: int
    share: Fraction

    @property
    def product(self) -> Fraction:
        """The part of the composite that comes from this dimension."""
        return self.mean * self.share


@dataclass(frozen=True, slots=True)
class Place:
    """A position in an order; equal scores share a rank (1, 1, 3)."""

    rank: int
    name: str


def composite(
    ratings: Iterable[Rating],
    weights: Sequence[Weight],
    *,
    minimum: Fraction = MINIMUM_COVERAGE,
) -> Score:
    """Combine ratings into one score, refusing when coverage is below ``minimum`` or a must-have is missing.

    Raises ``ValueError`` for a negative weight, for weights that sum to zero, for a dimension listed twice and
    for a rating on a dimension that has no weight.
    """
    _check_weights(weights)
    assessed = _assessed(ratings, weights)
    dimensions = tuple(_dimension_score(w.dimension, assessed[w.dimension]) for w in weights)
    return _score(dimensions, weights, minimum)


def composite_of_tallies(
    tallies: Iterable[Tally], weights: Sequence[Weight], *, minimum: Fraction = MINIMUM_COVERAGE
) -> Score:
    """The same composite from ratings that a database has added up; the same errors."""
    _check_weights(weights)
    added = {tally.dimension: tally for tally in tallies}
    for dimension in added.keys() - {w.dimension for w in weights}:
        _refuse_unweighted(dimension)
    dimensions = tuple(_tally_score(w.dimension, added.get(w.dimension)) for w in weights)
    return _score(dimensions, weights, minimum)


def shares(ratings: Iterable[Rating], weights: Sequence[Weight]) -> Mapping[str, Fraction]:
    """How much of the composite each rater carries; the values sum to 1 (empty when nothing was assessed)."""
    _check_weights(weights)
    assessed = _assessed(ratings, weights)
    covered = sum((w.weight for w in weights if assessed[w.dimension]), Fraction(0))
    carried: dict[str, Fraction] = defaultdict(Fraction)
    if not covered:
        return {}
    for weight in weights:
        given = assessed[weight.dimension]
        for rating in given:
            carried[rating.rater] += weight.weight / covered / len(given)
    return dict(carried)


def contributions(score: Score, weights: Sequence[Weight]) -> tuple[Contribution, ...]:
    """How a composite came about, dimension by dimension; the products sum to it. Empty where there is none."""
    if score.value is None:
        return ()
    heavy = {w.dimension: w.weight for w in weights}
    covered = sum((heavy[d.dimension] for d in score.dimensions if d.mean is not None), Fraction(0))
    return tuple(
        Contribution(d.dimension, d.mean, d.n, heavy[d.dimension] / covered)
        for d in score.dimensions
        if d.mean is not None
    )


def order(scores: Mapping[str, Score], *, best: Literal["high", "low"] = "high") -> tuple[Place, ...]:
    """Places of everyone with a composite, best first; ties share a rank and stand by name."""
    first = neg if best == "high" else pos
    named = sorted((first(score.value), name) for name, score in scores.items() if score.value is not None)
    values = [value for value, _ in named]
    return tuple(Place(values.index(value) + 1, name) for value, name in named)


def display(value: Fraction, places: int = 1) -> str:
    """Decimal text rounded half away from zero, straight from the fraction (13/4 gives "3.3")."""
    scale = 10**places
    doubled = abs(value) * scale * 2
    steps = (doubled.numerator // doubled.denominator + 1) // 2
    sign = "-" if value < 0 and steps else ""
    whole, rest = divmod(steps, scale)
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def parse(text: str) -> Fraction:
    """Read ``[+-]digits[.digits]`` exactly, at most 12 digits either side; raise ``ValueError`` otherwise."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped) or not stripped.isascii():
        message = f"{text[:40]!r} is not a number: write digits with at most one point, such as 3 or 3.5"
        raise ValueError(message)
    return Fraction(stripped)


def _check_weights(weights: Sequence[Weight]) -> None:
    names = [w.dimension for w in weights]
    if len(set(names)) != len(names):
        message = "a dimension is weighted twice"
        raise ValueError(message)
    if any(w.weight < 0 for w in weights) or not sum(w.weight for w in weights):
        message = "weights must not be negative and must not all be zero"
        raise ValueError(message)


def _assessed(ratings: Iterable[Rating], weights: Sequence[Weight]) -> Mapping[str, list[Rating]]:
    assessed: dict[str, list[Rating]] = {w.dimension: [] for w in weights}
    for rating in ratings:
        if rating.dimension not in assessed:
            _refuse_unweighted(rating.dimension)
        if rating.value is not None:
            assessed[rating.dimension].append(rating)
    return assessed


def _dimension_score(dimension: str, given: Sequence[Rating]) -> DimensionScore:
    values = [rating.value for rating in given if rating.value is not None]
    if not values:
        return DimensionScore(dimension, None, 0, None, None)
    mean = sum(values, Fraction(0)) / len(values)
    return DimensionScore(dimension, mean, len(values), min(values), max(values))


def _tally_score(dimension: str, tally: Tally | None) -> DimensionScore:
    if tally is None or tally.n == 0:
        return DimensionScore(dimension, None, 0, None, None)
    mean = Fraction(tally.total, tally.n)
    return DimensionScore(dimension, mean, tally.n, Fraction(tally.lowest), Fraction(tally.highest))


def _score(dimensions: tuple[DimensionScore, ...], weights: Sequence[Weight], minimum: Fraction) -> Score:
    missing = tuple(d.dimension for d in dimensions if d.mean is None)
    missing_must = tuple(w.dimension for w in weights if w.must and w.dimension in missing)
    covered = sum((w.weight for w in weights if w.dimension not in missing), Fraction(0))
    coverage = covered / sum(w.weight for w in weights)
    why = _refusal(coverage, minimum, missing_must)
    value = None if why else _weighted_mean(dimensions, weights, covered)
    return Score(value, why is None, why, coverage, missing, missing_must, dimensions)


def _refuse_unweighted(dimension: str) -> NoReturn:
    message = f"{dimension!r} has a rating but no weight"
    raise ValueError(message)


def _refusal(coverage: Fraction, minimum: Fraction, missing_must: tuple[str, ...]) -> str | None:
    if coverage == 0:
        return "nothing assessed"
    if missing_must:
        return "a must-have dimension was not assessed"
    if coverage < minimum:
        return "too little of the scorecard was assessed"
    return None


def _weighted_mean(dimensions: Sequence[DimensionScore], weights: Sequence[Weight], covered: Fraction) -> Fraction:
    heavy = {w.dimension: w.weight for w in weights}
    return sum((heavy[d.dimension] * d.mean for d in dimensions if d.mean is not None), Fraction(0)) / covered
