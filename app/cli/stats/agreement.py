"""How far raters agree: coefficients by name, since the same ratings give very different ones."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from app.analysis.agreement.alpha import LEVELS, Level, krippendorff_alpha
from app.analysis.agreement.concordance import kendall_w, null_variance, percent_agreement, rwg
from app.analysis.agreement.icc import Icc, icc, icc1_unbalanced, icc_from_components, no_icc, stepped
from app.analysis.agreement.kappa import Weighting, cohen_kappa, fleiss_kappa
from app.analysis.agreement.planning import d_study, raters_needed
from app.analysis.estimate import ALL_EQUAL, NO_NUMBERS, ONE_RATER, ONE_TARGET, UNPAIRED, Estimate, unknown
from app.analysis.severity.fit import ONCE_EACH, variances
from app.cli.stats import reading
from app.formats.tidy_csv import TidyFaultError

if TYPE_CHECKING:
    import argparse

    from app.analysis.agreement.kappa import Kappa
    from app.analysis.components import Components
    from app.analysis.estimate import Cards, FloatArray
    from app.formats.ratings_csv import Ratings, Scale

HELP = "how far raters agree, by every usual coefficient"
NO_ORDER = "names have no order"
NO_SCALE = "no scale was given"
MOST_RATERS_IN_PAIRS = 12
PANELS = range(1, 9)
GOOD_ENOUGH = 0.8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare file, dimension, level and scale."""
    reading.add_file(parser)
    reading.add_dimension(parser)
    parser.add_argument("--level", choices=LEVELS, default="interval", help="what a score measures; interval")
    parser.add_argument("--scale", metavar="LOW:HIGH[:STEP]", type=reading.scale, help="the points there are")


def answer(arguments: argparse.Namespace) -> dict[str, Any]:
    """Every coefficient of one dimension, or of cards and then of each dimension."""
    names = arguments.level == "nominal"
    ratings = reading.ratings_of(arguments, names=names, points=arguments.scale)
    several = len(ratings.dimensions) > 1 and arguments.dimension is None
    if several and names:
        message = "names of several dimensions do not mix; choose one with --dimension"
        raise TidyFaultError(str(arguments.file), reading.ROW_OF_THE_HEADER, "dimension", message)
    cards = reading.cards_of(ratings, arguments.dimension)
    warnings: list[str] = []
    found = _Asked(ratings, cards, arguments.level, arguments.scale, warnings, whole=not several).all()
    by_dimension = {}
    if several:
        for name in ratings.dimensions:
            one = reading.cards_of(ratings, name)
            if len(one):
                by_dimension[name] = _Asked(ratings, one, arguments.level, arguments.scale, warnings, whole=True).all()
    rows = ratings.score if arguments.dimension is None else reading.on_dimension(ratings, arguments.dimension)
    return {
        "command": "agreement",
        "file": ratings.file,
        "sha256": ratings.sha256,
        "level": arguments.level,
        "dimension": arguments.dimension,
        "dimensions": list(ratings.dimensions),
        "n_missing": ratings.n_missing,
        "n_dimensions": len(ratings.dimensions),
        **found,
        "n_ratings": len(rows),
        "n_cards": len(cards),
        "by_dimension": by_dimension,
        "warnings": list(dict.fromkeys(warnings)),
    }


class _Asked:
    """One set of cards, and everything that is asked of it."""

    def __init__(
        self, ratings: Ratings, cards: Cards, level: Level, scale: Scale | None, warnings: list[str], *, whole: bool
    ) -> None:
        self.ratings, self.cards, self.level, self.warnings = ratings, cards, level, warnings
        self.names = level == "nominal"
        # A card over several dimensions is a mean, which is no point of the scale.
        self.scale = scale if whole else None
        self.per_target = cards.per_target()
        self.raters = np.flatnonzero(cards.per_rater())
        self.complete = np.flatnonzero(self.per_target == len(self.raters))

    def all(self) -> dict[str, Any]:
        seen = self.per_target[self.per_target > 0]
        components = self._components()
        coefficients = self._icc(components)
        holes = len(self.complete) < len(seen)
        return {
            "n_targets": len(seen),
            "n_raters": len(self.raters),
            "n_targets_complete": len(self.complete),
            "n_targets_paired": int((seen >= 2).sum()),
            "complete": not holes,
            "ratings_per_target": {
                "min": int(seen.min()), "max": int(seen.max()), "harmonic_mean": float(len(seen) / (1 / seen).sum()),
            },
            "icc_basis": self._basis(coefficients),
            "icc": {name: reading.estimate(one) for name, one in coefficients.named().items()},
            "mean_squares": self._squares(coefficients),
            "icc_complete": self._of_complete() if holes else None,
            "components": self._variances(components),
            "krippendorff_alpha": self._alpha(),
            "kappa": {"fleiss": self._fleiss(), "cohen": self._cohen()},
            "kendall_w": self._kendall(),
            "percent_agreement": self._percent(),
            "rwg": self._rwg(),
            "d_study": self._planned(components),
        }  # fmt: skip

    def _why(self) -> str | None:
        if self.names:
            return NO_NUMBERS
        if len(self.raters) < 2:
            return ONE_RATER
        if int((self.per_target > 0).sum()) < 2:
            return ONE_TARGET
        if float(np.ptp(self.cards.score)) <= 0:
            return ALL_EQUAL
        return UNPAIRED if int((self.per_target >= 2).sum()) < 2 else None

    def _components(self) -> Components | None:
        targets = int((self.per_target > 0).sum())
        if self._why() is not None or len(self.cards) <= max(targets, len(self.raters)):
            return None
        return variances(self.cards)

    def _icc(self, components: Components | None) -> Icc:
        why = self._why()
        if why is not None:
            return no_icc(why)
        if len(self.complete) == int((self.per_target > 0).sum()):
            return icc(self._table())
        if components is None:
            return no_icc(ONCE_EACH)
        seen = self.per_target[self.per_target > 0]
        k = float(len(seen) / (1 / seen).sum())
        one, _ = icc1_unbalanced(self.cards)
        mean = math.nan if one.value is None else stepped(one.value, k)
        one_k = unknown(one.why or ALL_EQUAL) if math.isnan(mean) else Estimate(mean)
        return replace(icc_from_components(components, k), icc1=one, icc1k=one_k)

    def _basis(self, coefficients: Icc) -> str | None:
        if coefficients.mean_squares is not None:
            return "mean_squares"
        return "components" if coefficients.icc2.value is not None else None

    def _squares(self, coefficients: Icc) -> dict[str, float] | None:
        found = coefficients.mean_squares
        return {"BMS": found.bms, "WMS": found.wms, "JMS": found.jms, "EMS": found.ems} if found else None

    def _of_complete(self) -> dict[str, Any] | None:
        if len(self.complete) < 3 or self._why() is not None:
            return None
        found = icc(self._table()).named()
        return {"n_targets": len(self.complete), **{name: reading.estimate(one) for name, one in found.items()}}

    def _table(self) -> FloatArray:
        """Complete targets by raters."""
        table = np.full((self.cards.n_targets, self.cards.n_raters), np.nan)
        table[self.cards.target, self.cards.rater] = self.cards.score
        return table[np.ix_(self.complete, self.raters)]

    def _variances(self, components: Components | None) -> dict[str, Any] | None:
        if components is None:
            return None
        return {
            "target": components.target, "rater": components.rater, "residual": components.residual,
            "mean": components.mean, "criterion": components.criterion,
        }  # fmt: skip

    def _alpha(self) -> dict[str, Any]:
        values = {level: self._alpha_at(level) for level in LEVELS}
        mine = krippendorff_alpha(self.cards, self.level)
        if mine.value is not None and mine.low is None:
            self.warnings.append("Too many different values for an interval of alpha.")
        found = reading.estimate(mine) | {"level": self.level}
        return found | {level: None if one is None else one.value for level, one in values.items()}

    def _alpha_at(self, level: Level) -> Estimate | None:
        if self.names and level != "nominal":
            return None
        return krippendorff_alpha(self.cards, level, resamples=0)

    def _fleiss(self) -> dict[str, Any]:
        sizes = Counter(self.per_target[self.per_target >= 2].tolist())
        if not sizes:
            return {"value": None, "z": None, "n_targets": 0, "ratings_per_target": None, "why": UNPAIRED}
        n = min(sizes, key=lambda size: (-sizes[size], -size))
        rows = np.flatnonzero(self.per_target == n)
        counts = np.zeros((self.cards.n_targets, len(self._levels())), dtype=np.int64)
        np.add.at(counts, (self.cards.target, np.searchsorted(self._levels(), self.cards.score)), 1)
        found = fleiss_kappa(counts[rows])
        return {
            "value": found.value, "z": found.z, "n_targets": len(rows), "ratings_per_target": n, "why": found.why,
        }  # fmt: skip

    def _levels(self) -> FloatArray:
        if self.scale is not None and not self.names:
            return np.array([float(point) for point in self.scale.points()])
        return np.unique(self.cards.score)

    def _cohen(self) -> dict[str, Any]:
        raters = len(self.raters)
        if not 2 <= raters <= MOST_RATERS_IN_PAIRS:
            why = ONE_RATER if raters < 2 else f"more than {MOST_RATERS_IN_PAIRS} raters"
            return {"pairs": [], "mean": dict.fromkeys(("unweighted", *_WEIGHTED)), "why": why}
        pairs = [self._pair(int(a), int(b)) for a, b in combinations(self.raters, 2)]
        means = {kind: _mean([pair[kind]["value"] for pair in pairs]) for kind in ("unweighted", *_WEIGHTED)}
        return {"pairs": pairs, "mean": means, "why": None}

    def _pair(self, a: int, b: int) -> dict[str, Any]:
        levels = self._levels()
        places = np.searchsorted(levels, self.cards.score)
        both = np.full((2, self.cards.n_targets), -1)
        for row, rater in enumerate((a, b)):
            mine = self.cards.rater == rater
            both[row, self.cards.target[mine]] = places[mine]
        shared = both[:, (both >= 0).all(axis=0)]
        table = np.zeros((len(levels), len(levels)), dtype=np.int64)
        np.add.at(table, (shared[0], shared[1]), 1)
        kinds = {"unweighted": _kappa(cohen_kappa(table))}
        for kind in _WEIGHTED:
            kinds[kind] = _kappa(cohen_kappa(table, kind)) if not self.names else _no_kappa(NO_ORDER)
        names = self.ratings.raters
        return {"a": names[a], "b": names[b], "n": shared.shape[1], **kinds}

    def _kendall(self) -> dict[str, Any]:
        n = len(self.complete)
        if self.names or len(self.raters) < 2 or n < 3:
            why = (
                NO_NUMBERS if self.names else ONE_RATER if len(self.raters) < 2 else "fewer than three complete targets"
            )
            return {"value": None, "corrected": None, "n_targets": n, "why": why}
        plain, corrected = kendall_w(self._table())
        return {"value": plain.value, "corrected": corrected.value, "n_targets": n, "why": plain.why}

    def _percent(self) -> dict[str, Any] | None:
        paired = int((self.per_target >= 2).sum())
        if not paired:
            return None
        within = None if self.names else percent_agreement(self.cards, within=1).value
        return {"exact": percent_agreement(self.cards).value, "within_one": within, "n_targets": paired}

    def _rwg(self) -> dict[str, Any]:
        if self.names or self.scale is None:
            why = NO_NUMBERS if self.names else NO_SCALE
            return {"scale_points": None, "null_variance": None, "targets": [], "mean": None, "why": why}
        points = len(self.scale.points())
        null = null_variance(points, float(self.scale.step))
        paired = np.flatnonzero(self.per_target >= 2)
        values = [rwg(self.cards.score[self.cards.target == code], null).value for code in paired]
        rows = [
            {"target": self.ratings.targets[code], "n": int(self.per_target[code]), "value": value}
            for code, value in zip(paired, values, strict=True)
        ]
        missing = None if rows else UNPAIRED
        return {"scale_points": points, "null_variance": null, "targets": rows, "mean": _mean(values), "why": missing}

    def _planned(self, components: Components | None) -> dict[str, Any] | None:
        if components is None:
            return None
        panels = [
            {"k": one.k, "e_rho2": one.e_rho2, "phi": one.phi, "same_decision": one.same_decision}
            for one in d_study(components, PANELS)
        ]
        return {"panels": panels, "raters_for_phi_80": raters_needed(components, GOOD_ENOUGH)}


_WEIGHTED: tuple[Weighting, ...] = ("linear", "quadratic")


def _kappa(found: Kappa) -> dict[str, Any]:
    return {"value": found.value, "se": found.se, "why": found.why}


def _no_kappa(why: str) -> dict[str, Any]:
    return {"value": None, "se": None, "why": why}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
