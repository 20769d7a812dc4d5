"""Did the interviews tell? Scores against later outcomes, departures from the order, and self against manager.

Sources: Fisher (1921), Metron 1, 3-32, for the interval; Thorndike (1949), Personnel Selection, case II, for the
restriction of range. Only people who were hired have outcomes; that is said wherever a number is.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.analysis.estimate import Estimate, FloatArray, unknown
from app.analysis.quantiles import t_quantile

LEAST_SHOWN, LEAST_CORRECTED, LEAST_OVERRIDES, LEAST_PAIRS = 20, 50, 5, 10
CONSTANT = "everybody has the same"


@dataclass(frozen=True, slots=True)
class Validity:
    """The correlation as it is, with ``n``; the two corrections only where they are allowed, each on its own line."""

    n: int
    r: Estimate
    range_corrected: float | None = None
    outcome_corrected: float | None = None


@dataclass(frozen=True, slots=True)
class GapReport:
    """The usual gap between self and manager, and how far from it a person must be to be unusual, in scale points."""

    n: int
    usual: Estimate
    unusual_beyond: float | None = None

    def unusual(self, gap: float) -> bool | None:
        """Whether one person's gap, self less manager, is unusual in this group; None when that cannot be told."""
        if self.usual.value is None or self.unusual_beyond is None:
            return None
        return abs(gap - self.usual.value) > self.unusual_beyond


@dataclass(frozen=True, slots=True)
class Override:
    """A choice against the order: the outcome of whoever was hired, None while nobody knows it."""

    outcome: float | None


@dataclass(frozen=True, slots=True)
class OverrideTally:
    """How choices against the order turned out beside hires that followed it; counts are None where ``why`` is given.

    ``better``, ``same`` and ``worse`` are against the median outcome of those hires.
    """

    n: int
    better: int | None = None
    same: int | None = None
    worse: int | None = None
    unknown: int | None = None
    why: str | None = None


def predictive(
    score: FloatArray,
    outcome: FloatArray,
    *,
    applicant_sd: float | None = None,
    outcome_reliability: float | None = None,
) -> Validity:
    """Correlate scores with outcomes of the same people, from 20 on; 95 % interval by Fisher's z.

    From 50 on the correction for restriction of range, where the SD of all applicants is given; and the correction for
    an unreliable outcome, where somebody gives its reliability.
    """
    n = len(score)
    if n < LEAST_SHOWN:
        return Validity(n, unknown(f"{n} people have both; from {LEAST_SHOWN} on a correlation is shown"))
    if float(np.ptp(score)) <= 0 or float(np.ptp(outcome)) <= 0:
        return Validity(n, unknown(CONSTANT))
    r = float(np.clip(np.corrcoef(score, outcome)[0, 1], -1, 1))
    found = _with_interval(r, n)
    corrected = n >= LEAST_CORRECTED
    wide = applicant_sd / float(score.std(ddof=1)) if corrected and applicant_sd else None
    return Validity(
        n,
        found,
        range_corrected=case_two(r, wide) if wide else None,
        outcome_corrected=r / math.sqrt(outcome_reliability) if corrected and outcome_reliability else None,
    )


def case_two(r: float, u: float) -> float:
    """Thorndike's case II: r u / sqrt(1 + r^2 (u^2 - 1)), u the SD of applicants over the SD of those hired."""
    return r * u / math.sqrt(1 + r**2 * (u**2 - 1))


def overrides(rows: Sequence[Override], followed: Sequence[float]) -> OverrideTally:
    """Count how departures from the order turned out, from five on; ``followed`` are outcomes of the other hires.

    Outcomes are on one scale with the better higher. Without outcomes of other hires everything is unknown.
    """
    n = len(rows)
    if n < LEAST_OVERRIDES:
        return OverrideTally(n, why=f"{n} choices against the order; from {LEAST_OVERRIDES} on they are counted")
    known = [one.outcome for one in rows if one.outcome is not None] if followed else []
    middle = statistics.median(followed) if followed else 0.0
    better, worse = sum(one > middle for one in known), sum(one < middle for one in known)
    return OverrideTally(n, better, len(known) - better - worse, worse, n - len(known))


def self_manager_gap(self_ratings: FloatArray, manager_ratings: FloatArray) -> GapReport:
    """The usual gap, self less manager, with its 95 % interval; from ten pairs on. The two are never averaged."""
    gaps = self_ratings - manager_ratings
    n = len(gaps)
    if n < LEAST_PAIRS:
        return GapReport(n, unknown(f"{n} pairs; from {LEAST_PAIRS} on the usual gap is shown"))
    mean, deviation = float(gaps.mean()), float(gaps.std(ddof=1))
    half = t_quantile(0.975, n - 1) * deviation / math.sqrt(n)
    return GapReport(n, Estimate(mean, mean - half, mean + half), 1.645 * deviation * math.sqrt(1 + 1 / n))


def _with_interval(r: float, n: int) -> Estimate:
    if abs(r) >= 1:
        return Estimate(r)
    half = 1.96 / math.sqrt(n - 3)
    return Estimate(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))
