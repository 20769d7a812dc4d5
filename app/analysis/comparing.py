"""Everything that is said around the composites of one opening: bars, chances, bands, and the adjusted score beside.

The human score alone decides where anybody stands; what is fitted says how sure that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.analysis import ranking
from app.analysis.severity.adjusting import adjusted, may_show_adjusted

if TYPE_CHECKING:
    from app.analysis.estimate import FloatArray, IntArray
    from app.analysis.severity.fit import Posterior
    from app.analysis.severity.panels import Panels


@dataclass(frozen=True, slots=True)
class Compared:
    """One entry a target, in the order given; ``ahead`` is targets x targets and ``places`` targets x places.

    ``half`` is half a 90 % bar and ``adjusted`` a score, both in scale points; ``adjusted`` is None where ``hidden``
    says why. ``reliability`` is the share of the composites' differences that is the targets.
    """

    half: FloatArray
    reliability: float
    ahead: FloatArray
    places: FloatArray
    bands: IntArray
    adjusted: FloatArray | None
    hidden: str | None


def compared(
    composite: FloatArray,
    shares: FloatArray,
    found: Posterior,
    parts: Panels,
    *,
    best: Literal["high", "low"] = "high",
    seed: int = 0,
) -> Compared:
    """Compare targets on their composites; ``shares`` is targets x raters, its rows sum to 1, its raters are the fit's.

    ``found`` and ``parts`` are of the cards that strictness was learned from, which may be more than these targets'.
    """
    better = composite if best == "high" else -composite
    noise = ranking.panel_noise(shares, found.components)
    rho = ranking.reliability(noise, found.components)
    ahead = ranking.chance_ahead(better, noise, rho)
    shown, hidden = may_show_adjusted(found, parts)
    return Compared(
        ranking.half_widths(noise),
        rho,
        ahead,
        ranking.rank_chances(better, noise, rho, seed=seed),
        ranking.bands(better, ahead),
        np.asarray(adjusted(composite, shares, found.raters)) if shown else None,
        hidden,
    )
