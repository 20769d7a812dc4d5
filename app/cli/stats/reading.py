"""Ratings of a file as cards: one dimension's scores, or one value a card over all of them."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.analysis.estimate import Cards, Estimate, FloatArray, IntArray
from app.domain.scoring import parse
from app.formats.ratings_csv import Ratings, Scale, read_ratings
from app.formats.tidy_csv import TidyFaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW_OF_THE_HEADER = 1


def add_file(parser: argparse.ArgumentParser) -> None:
    """The file, and what to do with a rating that is given twice."""
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a header with target,rater,dimension,score")
    parser.add_argument("--repeats", choices=["mean"], help="average ratings that are given more than once")


def add_dimension(parser: argparse.ArgumentParser) -> None:
    """One dimension instead of all."""
    parser.add_argument("--dimension", metavar="D", help="look at this dimension alone")


def scale(written: str) -> Scale:
    """Read ``LOW:HIGH`` or ``LOW:HIGH:STEP``."""
    try:
        low, high, *step = (parse(part) for part in written.split(":"))
        (only,) = step or [Fraction(1)]
        return Scale(low, high, only)
    except ValueError as error:
        message = f"{written!r} is no scale; write it like 1:5, or 1:5:0.5 with a step"
        raise argparse.ArgumentTypeError(message) from error


def ratings_of(arguments: argparse.Namespace, *, names: bool = False, points: Scale | None = None) -> Ratings:
    """Read the file, and refuse a dimension that it does not have."""
    ratings = read_ratings(arguments.file, names=names, scale=points, mean=arguments.repeats == "mean")
    wanted = getattr(arguments, "dimension", None)
    if wanted is not None and wanted not in ratings.dimensions:
        message = f"no rating is on {wanted!r}"
        raise TidyFaultError(str(arguments.file), ROW_OF_THE_HEADER, "dimension", message)
    if wanted is not None and not len(on_dimension(ratings, wanted)):
        message = f"not a single score is given on {wanted}"
        raise TidyFaultError(str(arguments.file), ROW_OF_THE_HEADER + 1, "score", message)
    return ratings


def codes(values: Sequence[int]) -> IntArray:
    """Codes as an array."""
    return np.array(values, dtype=np.int64)


def on_dimension(ratings: Ratings, dimension: str) -> IntArray:
    """Which ratings are on a dimension, as places."""
    return np.flatnonzero(codes(ratings.dimension) == ratings.dimensions.index(dimension))


def numbers(ratings: Ratings) -> FloatArray:
    """What each score is worth; names are worth their place among the names in order."""
    if ratings.names:
        order = {name: place for place, name in enumerate(sorted(str(value) for value in ratings.values))}
        worth = np.array([float(order[str(value)]) for value in ratings.values])
    else:
        worth = np.array([float(value) for value in ratings.values])
    return worth[codes(ratings.score)]


def cards_of(ratings: Ratings, dimension: str | None) -> Cards:
    """Cards of one dimension, or of all: with several, each card stands for its ratings less their dimensions' means.

    Card = g + mean over its dimensions of (y - m_d), m_d the mean of all ratings on d, g the mean of the m_d; exact
    until the last step.
    """
    if dimension is not None or len(ratings.dimensions) == 1:
        rows = on_dimension(ratings, dimension or ratings.dimensions[0])
        target, rater = codes(ratings.target)[rows], codes(ratings.rater)[rows]
        return Cards(target, rater, numbers(ratings)[rows], len(ratings.targets), len(ratings.raters))
    means = dimension_means(ratings)
    middle = sum(means.values(), Fraction()) / len(means)
    # A dimension that nobody assessed has no mean, and no rating asks for it.
    by_code = [means.get(name, Fraction()) for name in ratings.dimensions]
    sums: dict[tuple[int, int], tuple[Fraction, int]] = {}
    apart: dict[tuple[int, int], Fraction] = {}
    for who, whose, place, score in zip(ratings.target, ratings.rater, ratings.dimension, ratings.score, strict=True):
        away = apart.get((place, score))
        if away is None:
            away = apart[place, score] = _exact(ratings, score) - by_code[place]
        total, n = sums.get((who, whose), (Fraction(), 0))
        sums[who, whose] = (total + away, n + 1)
    ordered = sorted(sums)
    values = [float(middle + sums[key][0] / sums[key][1]) for key in ordered]
    return Cards(
        codes([target for target, _ in ordered]), codes([rater for _, rater in ordered]), np.array(values),
        len(ratings.targets), len(ratings.raters),
    )  # fmt: skip


def dimension_means(ratings: Ratings, only: str | None = None) -> dict[str, Fraction]:
    """The exact mean of all ratings on each dimension that has any."""
    counts: dict[tuple[int, int], int] = {}
    for place, score in zip(ratings.dimension, ratings.score, strict=True):
        counts[place, score] = counts.get((place, score), 0) + 1
    sums = [Fraction()] * len(ratings.dimensions)
    sizes = [0] * len(ratings.dimensions)
    for (place, score), n in counts.items():
        sums[place] += n * _exact(ratings, score)
        sizes[place] += n
    return {
        name: sums[place] / sizes[place]
        for place, name in enumerate(ratings.dimensions)
        if sizes[place] and only in {None, name}
    }


def estimate(found: Estimate) -> dict[str, Any]:
    """An estimate as it is printed."""
    return {"value": found.value, "low": found.low, "high": found.high, "why": found.why}


def _exact(ratings: Ratings, score: int) -> Fraction:
    value = ratings.values[score]
    assert isinstance(value, Fraction)  # noqa: S101  names have no mean, and nobody asks for one
    return value
