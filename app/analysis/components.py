"""Variance components, apart from arrays: a debrief needs them, and loading numpy takes longer than its page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Components:
    """Variances of targets, raters and the rest, in squared scale points; ``criterion`` is that of REML, if any."""

    target: float
    rater: float
    residual: float
    mean: float
    criterion: float | None = None
