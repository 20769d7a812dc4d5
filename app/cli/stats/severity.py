"""How strict or generous each rater is, and what each target would stand at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.analysis.ranking import Z90
from app.analysis.severity.adjusting import may_show_adjusted
from app.analysis.severity.fit import Posterior, Reml, cannot_tell_strictness, posterior, reml
from app.analysis.severity.panels import Panels, panels
from app.cli.stats import reading

if TYPE_CHECKING:
    import argparse

    from app.analysis.estimate import Cards, FloatArray
    from app.formats.ratings_csv import Ratings

HELP = "how strict or generous raters are"
FEW_CARDS_OF_A_RATER = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare file and dimension."""
    reading.add_file(parser)
    reading.add_dimension(parser)


def answer(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything that the method says of raters and targets of one file."""
    ratings = reading.ratings_of(arguments)
    cards = reading.cards_of(ratings, arguments.dimension)
    means = reading.dimension_means(ratings, arguments.dimension)
    why, parts = cannot_tell_strictness(cards), panels(cards)
    fitted = reml(cards) if why is None else None
    found = posterior(cards, fitted=fitted) if why is None else None
    shown, hidden = may_show_adjusted(found, parts) if found else (False, why)
    return {
        "command": "severity",
        "file": ratings.file,
        "sha256": ratings.sha256,
        "dimension": arguments.dimension,
        "dimensions": list(ratings.dimensions),
        "n_targets": int((cards.per_target() > 0).sum()),
        "n_raters": int((cards.per_rater() > 0).sum()),
        "n_ratings": _ratings(ratings, arguments.dimension),
        "n_missing": ratings.n_missing,
        "n_cards": len(cards),
        "dimension_means": {name: float(mean) for name, mean in means.items()},
        "panels": _panels(parts),
        "reml": _reml(fitted, why),
        "basis": found.basis if found else None,
        "posterior": _posterior(found),
        "raters": _raters(ratings, cards, fitted, found),
        "targets": _targets(ratings, cards, fitted, found),
        "adjusted_shown": {"shown": shown, "why": hidden},
        "warnings": _warnings(ratings, arguments.dimension),
    }


def _ratings(ratings: Ratings, dimension: str | None) -> int:
    return len(ratings.score) if dimension is None else len(reading.on_dimension(ratings, dimension))


def _panels(parts: Panels) -> dict[str, Any]:
    sizes = [{"targets": targets, "raters": raters} for targets, raters in parts.sizes]
    return {"n": len(sizes), "connected": parts.connected, "sizes": sizes}


def _reml(fitted: Reml | None, why: str | None) -> dict[str, Any]:
    if fitted is None:
        return {"target": None, "rater": None, "residual": None, "mean": None, "criterion": None, "why": why}
    one = fitted.components
    return {
        "target": one.target, "rater": one.rater, "residual": one.residual, "mean": one.mean,
        "criterion": one.criterion, "why": None,
    }  # fmt: skip


def _posterior(found: Posterior | None) -> dict[str, Any] | None:
    if found is None:
        return None
    one = found.components
    return {"target": one.target, "rater": one.rater, "residual": one.residual, "mean": one.mean}


def _raters(ratings: Ratings, cards: Cards, fitted: Reml | None, found: Posterior | None) -> list[dict[str, Any]]:
    counts = cards.per_rater()
    rows = []
    for code in np.flatnonzero(counts):
        effect, sd = _pair(found.raters if found else None, found.rater_sd if found else None, int(code))
        low, high = _limits(effect, sd)
        rows.append(
            {
                "rater": ratings.raters[code], "n_cards": int(counts[code]), "effect": effect, "sd": sd, "low": low,
                "high": high, "reml_effect": float(fitted.raters[code]) if fitted else None,
                "word": _word(int(counts[code]), low, high),
            }
        )  # fmt: skip
    return rows


def _targets(ratings: Ratings, cards: Cards, fitted: Reml | None, found: Posterior | None) -> list[dict[str, Any]]:
    counts = cards.per_target()
    raw = np.bincount(cards.target, cards.score, minlength=cards.n_targets)
    level = cards.score - found.raters[cards.rater] if found else cards.score
    adjusted = np.bincount(cards.target, level, minlength=cards.n_targets)
    rows = []
    for code in np.flatnonzero(counts):
        value, sd = _pair(found.standings if found else None, found.standing_sd if found else None, int(code))
        low, high = _limits(value, sd)
        rows.append(
            {
                "target": ratings.targets[code], "n_cards": int(counts[code]),
                "raw": float(raw[code] / counts[code]),
                "adjusted": float(adjusted[code] / counts[code]) if found else None, "estimate": value, "sd": sd,
                "low": low, "high": high, "reml_effect": float(fitted.targets[code]) if fitted else None,
            }
        )  # fmt: skip
    return rows


def _pair(values: FloatArray | None, deviations: FloatArray | None, code: int) -> tuple[float | None, float | None]:
    value = float(values[code]) if values is not None else None
    return value, float(deviations[code]) if deviations is not None else None


def _limits(value: float | None, sd: float | None) -> tuple[float | None, float | None]:
    if value is None or sd is None:
        return None, None
    return value - Z90 * sd, value + Z90 * sd


def _word(n_cards: int, low: float | None, high: float | None) -> str:
    if n_cards < FEW_CARDS_OF_A_RATER:
        return "too few cards"
    if low is None or high is None:
        return "no sign"
    if high < 0:
        return "strict"
    return "generous" if low > 0 else "no sign"


def _warnings(ratings: Ratings, dimension: str | None) -> list[str]:
    if dimension is None and len(ratings.dimensions) > 1:
        return ["Several dimensions: each card counts once, by its ratings less the means of their dimensions."]
    return []
