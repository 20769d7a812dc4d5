"""How many interviewers: the reliability of panels of other sizes, and whether another panel would decide the same.

Sources: Brennan (2001), Generalizability Theory; Peng & Subkoviak (1980), Journal of Educational Measurement 17,
359-368, for two normal scores that cross a cut together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.components import Components

ASSUMED = Components(target=1.0, rater=0.25, residual=1.0, mean=0.0)
"""Before there is any history: one interview has .44, the published figure for separate interviews."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of ``k`` interviewers; the reliabilities are None where candidates do not differ at all."""

    k: int
    e_rho2: float | None
    phi: float | None
    same_decision: float | None


def d_study(found: Components, sizes: Sequence[int]) -> tuple[Panel, ...]:
    """For each size the reliability for comparing (E rho2), that against a bar (Phi), and :func:`same_decision`."""
    return tuple(_panel(found, k) for k in sizes)


def raters_needed(found: Components, phi: float) -> int | None:
    """The smallest panel whose Phi is at least ``phi`` (between 0 and 1); None when no number of raters gets there."""
    if not 0 < phi < 1:
        message = "phi lies between 0 and 1"
        raise ValueError(message)
    if found.target <= 0:
        return None
    exact = phi / (1 - phi) * (found.rater + found.residual) / found.target
    # What comes out a hair above a whole number is that number.
    return max(1, math.ceil(exact - 1e-9))


def same_decision(reliability: float, cut_z: float = 0.0) -> float:
    """How often a second panel like the first would put somebody on the same side of a bar.

    ``reliability`` lies in [0, 1]; ``cut_z`` is the bar's distance from the mean in standard deviations of observed
    scores. P = 1 - 4 T(z, sqrt((1 - rho) / (1 + rho))) with Owen's T; at the mean 1/2 + asin(rho) / pi.
    """
    if not 0 <= reliability <= 1:
        message = "a reliability lies between 0 and 1"
        raise ValueError(message)
    if cut_z == 0:
        return 0.5 + math.asin(reliability) / math.pi
    from app.analysis.quantiles import owens_t

    return 1 - 4 * owens_t(abs(cut_z), math.sqrt((1 - reliability) / (1 + reliability)))


def _panel(found: Components, k: int) -> Panel:
    if found.target <= 0:
        return Panel(k, None, None, None)
    e_rho2 = found.target / (found.target + found.residual / k)
    phi = found.target / (found.target + (found.rater + found.residual) / k)
    return Panel(k, e_rho2, phi, same_decision(phi))
