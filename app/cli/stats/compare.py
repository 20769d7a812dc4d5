"""Candidates compared on their composites: how sure the order is, and whether the weights decide it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.analysis.comparing import Compared, compared
from app.analysis.ranking import Z90, in_words
from app.analysis.sensitivity import Rivalry, acceptability, rivalry
from app.analysis.severity.fit import Posterior, cannot_fit, cannot_tell_strictness, posterior
from app.analysis.severity.panels import panels
from app.cli.stats import reading
from app.domain.scoring import Place, Rating, Score, Weight, composite, display, order, shares
from app.formats.tidy_csv import TidyFaultError
from app.formats.weights_csv import read_weights

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from app.analysis.estimate import Cards, FloatArray
    from app.formats.ratings_csv import Ratings

HELP = "composites, how sure their order is, and whether the weights decide it"
FEW_ENOUGH = "fewer than two targets with enough evidence"
CONCENTRATION = 50.0
_ALL_PAIRS = 20


@dataclass(frozen=True, slots=True)
class _Chances:
    """What is said of those with a composite, in their order; None in place of it where data cannot tell."""

    names: tuple[str, ...]
    found: Compared
    adjusted: FloatArray | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare files, direction and seed."""
    reading.add_file(parser)
    parser.add_argument("--weights", metavar="W.csv", type=Path, required=True, help="dimension,weight[,must]")
    parser.add_argument("--best", choices=["high", "low"], default="high", help="which end of the scale is good")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the draws behind chances of places")


def answer(arguments: argparse.Namespace) -> dict[str, Any]:
    """Composites first; everything else stands around them and moves nothing."""
    ratings = reading.ratings_of(arguments)
    weights = read_weights(arguments.weights)
    _all_weighted(arguments, ratings, weights)
    cards = reading.cards_of(ratings, None)
    given = _given(ratings)
    scores = {name: composite(rows, weights) for name, rows in given.items()}
    places = order(scores, best=arguments.best)
    why, found = _fitted(cards, scores)
    given_shares = {name: shares(rows, weights) for name, rows in given.items()}
    chances = _chances(arguments, ratings, scores, given_shares, cards, found) if found else None
    return {
        "command": "compare",
        "file": ratings.file,
        "sha256": ratings.sha256,
        "weights_file": arguments.weights.name,
        "best": arguments.best,
        "minimum_coverage": "4/5",
        "n_targets": len(given),
        "n_raters": len(ratings.raters),
        "n_ratings": len(ratings.score),
        "n_missing": ratings.n_missing,
        "weights": _weights(weights),
        "reliability": _reliability(found, chances, why),
        "targets": _targets(scores, places, cards, ratings, chances),
        "pairs": _pairs(scores, places, chances, why),
        "sensitivity": _sensitivity(arguments, weights, scores, places),
        "warnings": _warnings(weights),
    }


def _all_weighted(arguments: argparse.Namespace, ratings: Ratings, weights: Sequence[Weight]) -> None:
    weighted = {one.dimension for one in weights}
    for line, place in zip(ratings.line, ratings.dimension, strict=True):
        if ratings.dimensions[place] not in weighted:
            message = f"{ratings.dimensions[place]} has no weight in {arguments.weights.name}"
            raise TidyFaultError(str(arguments.file), line, "dimension", message)


def _given(ratings: Ratings) -> dict[str, list[Rating]]:
    given: dict[str, list[Rating]] = {name: [] for name in ratings.targets}
    for target, rater, place, score in zip(
        ratings.target, ratings.rater, ratings.dimension, ratings.score, strict=True
    ):
        value = ratings.values[score]
        assert isinstance(value, Fraction)  # noqa: S101  this command never reads names
        given[ratings.targets[target]].append(Rating(ratings.raters[rater], ratings.dimensions[place], value))
    return given


def _fitted(cards: Cards, scores: Mapping[str, Score]) -> tuple[str | None, Posterior | None]:
    why = cannot_fit(cards)
    if why is None and sum(one.value is not None for one in scores.values()) < 2:
        why = FEW_ENOUGH
    return why, posterior(cards) if why is None else None


def _chances(  # noqa: PLR0917  what one comparison is made of
    arguments: argparse.Namespace,
    ratings: Ratings,
    scores: Mapping[str, Score],
    carried_by: Mapping[str, Mapping[str, Fraction]],
    cards: Cards,
    found: Posterior,
) -> _Chances:
    names = tuple(place.name for place in order(scores, best=arguments.best))
    raters = {name: code for code, name in enumerate(ratings.raters)}
    carried = np.zeros((len(names), len(raters)))
    for row, name in enumerate(names):
        for rater, share in carried_by[name].items():
            carried[row, raters[rater]] = float(share)
    values = np.array([float(_value(scores[name])) for name in names])
    around = compared(values, carried, found, panels(cards), best=arguments.best, seed=arguments.seed)
    return _Chances(names, around, around.adjusted if cannot_tell_strictness(cards) is None else None)


def _weights(weights: Sequence[Weight]) -> list[dict[str, Any]]:
    total = sum((one.weight for one in weights), Fraction())
    return [
        {
            "dimension": one.dimension,
            "weight": float(one.weight),
            "share": float(one.weight / total),
            "share_exact": _exact(one.weight / total),
            "must": one.must,
        }
        for one in weights
    ]


def _reliability(found: Posterior | None, chances: _Chances | None, why: str | None) -> dict[str, Any]:
    if found is None or chances is None:
        return {"target": None, "rater": None, "residual": None, "rho": None, "why": why}
    one = found.components
    rho = chances.found.reliability
    return {"target": one.target, "rater": one.rater, "residual": one.residual, "rho": rho, "why": None}


def _targets(
    scores: Mapping[str, Score],
    places: Sequence[Place],
    cards: Cards,
    ratings: Ratings,
    chances: _Chances | None,
) -> list[dict[str, Any]]:
    counts = cards.per_target()
    ranks = {place.name: place.rank for place in places}
    rows = {name: number for number, name in enumerate(chances.names)} if chances else {}
    without = [name for name in sorted(scores) if name not in ranks]
    found = []
    for name in [*ranks, *without]:
        score = scores[name]
        line = _score(name, score, int(counts[ratings.targets.index(name)]))
        row = rows.get(name)
        found.append(line | {"order": ranks.get(name)} | _uncertain(score, chances, row))
    return [{key: one[key] for key in _KEYS} for one in found]


_KEYS = (
    "target", "status", "why", "composite", "exact", "display", "coverage", "coverage_exact", "missing", "missing_must",
    "n_cards", "dimensions", "sd", "low", "high", "order", "band", "p_best", "p_rank", "adjusted",
)  # fmt: skip


def _score(name: str, score: Score, n_cards: int) -> dict[str, Any]:
    return {
        "target": name,
        "status": "ok" if score.enough else "insufficient evidence",
        "why": score.why,
        "composite": None if score.value is None else float(score.value),
        "exact": None if score.value is None else _exact(score.value),
        "display": None if score.value is None else display(score.value),
        "coverage": float(score.coverage),
        "coverage_exact": _exact(score.coverage),
        "missing": list(score.missing),
        "missing_must": list(score.missing_must),
        "n_cards": n_cards,
        "dimensions": {
            one.dimension: {
                "mean": None if one.mean is None else float(one.mean),
                "exact": None if one.mean is None else _exact(one.mean),
                "n": one.n,
                "spread": None if one.spread is None else float(one.spread),
            }
            for one in score.dimensions
        },
    }


def _uncertain(score: Score, chances: _Chances | None, row: int | None) -> dict[str, Any]:
    if chances is None or row is None or score.value is None:
        return dict.fromkeys(("sd", "low", "high", "band", "p_best", "p_rank", "adjusted"))
    value, half = float(score.value), float(chances.found.half[row])
    places = [float(one) for one in chances.found.places[row]]
    return {
        "sd": half / Z90,
        "low": value - half,
        "high": value + half,
        "band": int(chances.found.bands[row]),
        "p_best": places[0],
        "p_rank": places,
        "adjusted": float(chances.adjusted[row]) if chances.adjusted is not None else None,
    }


def _pairs(
    scores: Mapping[str, Score], places: Sequence[Place], chances: _Chances | None, why: str | None
) -> list[dict[str, Any]]:
    names = [place.name for place in places]
    heads = range(len(names)) if len(names) <= _ALL_PAIRS else range(1)
    found = []
    for first in heads:
        for second in range(first + 1, len(names)):
            apart = _value(scores[names[first]]) - _value(scores[names[second]])
            chance = float(chances.found.ahead[first, second]) if chances else None
            found.append(
                {
                    "a": names[first],
                    "b": names[second],
                    "difference": float(apart),
                    "exact": _exact(apart),
                    "p": chance,
                    "word": None if chance is None else in_words(chance),
                    "why": why,
                }
            )
    return found


def _sensitivity(
    arguments: argparse.Namespace, weights: Sequence[Weight], scores: Mapping[str, Score], places: Sequence[Place]
) -> dict[str, Any]:
    names = [place.name for place in places]
    if not names:
        return {"top": None, "smallest_move": None, "rivals": [], "acceptability": [], "concentration": CONCENTRATION}
    heavy = {one.dimension: one.weight for one in weights}
    sign = 1 if arguments.best == "high" else -1
    means = {
        name: {one.dimension: None if one.mean is None else sign * one.mean for one in scores[name].dimensions}
        for name in names
    }
    rivals = [(name, rivalry(heavy, means[names[0]], means[name])) for name in names[1:]]
    moves = [(one.smallest_move, name) for name, one in rivals if one.smallest_move is not None]
    least = min(moves) if moves else None
    return {
        "top": names[0],
        "smallest_move": {"value": float(least[0]), "rival": least[1]} if least else None,
        "rivals": [_rival(name, one) for name, one in rivals],
        "acceptability": _acceptability(heavy, means, arguments.seed),
        "concentration": CONCENTRATION,
    }


def _rival(name: str, one: Rivalry) -> dict[str, Any]:
    weights = one.tie_weights or dict.fromkeys(one.common)
    return {
        "rival": name,
        "common_dimensions": list(one.common),
        "gap": None if one.gap is None else float(one.gap),
        "smallest_move": None if one.smallest_move is None else float(one.smallest_move),
        "dominates": one.dominates,
        "tie_weights": {key: None if weight is None else float(weight) for key, weight in weights.items()},
        "why": one.why,
    }


def _acceptability(
    heavy: Mapping[str, Fraction], means: Mapping[str, Mapping[str, Fraction | None]], seed: int
) -> list[dict[str, Any]]:
    counted = [name for name, weight in heavy.items() if weight > 0]
    whole = [name for name, known in means.items() if all(known.get(one) is not None for one in counted)]
    if len(whole) < 2:
        return []
    values = np.array([[float(means[name][one] or 0) for one in counted] for name in whole])
    found = acceptability(
        values, np.array([float(heavy[one]) for one in counted]), concentration=CONCENTRATION, seed=seed
    )
    return [{"target": name, "first": float(share)} for name, share in zip(whole, found, strict=True)]


def _value(score: Score) -> Fraction:
    assert score.value is not None  # noqa: S101  only those with a composite have a place
    return score.value


def _exact(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _warnings(weights: Sequence[Weight]) -> list[str]:
    if len({one.weight for one in weights}) == 1:
        return ["Every dimension counts the same."]
    return []
