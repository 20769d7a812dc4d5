"""Where a metric's readings lie in a small drawing: days across, values up, the aimed-at band behind them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.figure import Sparkline, SparkPoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from app.domain.onboarding.reading import Aim, Reading

_MARGIN = Fraction(1, 10)
"""Air above the highest and below the lowest value, as a share of what lies between."""


def sparkline(aim: Aim, readings: Sequence[Reading], said: Callable[[date], str]) -> Sparkline | None:
    """The drawing of a metric's readings, in any order; ``None`` without a reading. ``said`` words a day."""
    if not readings:
        return None
    ordered = sorted(readings)
    low, high = _range(aim, ordered)
    first, days = ordered[0].day, (ordered[-1].day - ordered[0].day).days

    def up(value: Decimal) -> Fraction:
        return (Fraction(value) - low) / (high - low)

    return Sparkline(
        points=tuple(
            SparkPoint(
                said(one.day),
                f"{one.value:f}",
                Fraction((one.day - first).days, days) if days else Fraction(1, 2),
                up(one.value),
                within=aim.within(one.value) if aim.bounded else None,
            )
            for one in ordered
        ),
        low=None if aim.low is None else up(aim.low),
        high=None if aim.high is None else up(aim.high),
        baseline=None if aim.baseline is None else up(aim.baseline),
        guardrail=aim.guardrail,
    )


def _range(aim: Aim, readings: Sequence[Reading]) -> tuple[Fraction, Fraction]:
    marks = [one.value for one in readings]
    marks += [mark for mark in (aim.baseline, aim.low, aim.high) if mark is not None]
    low, high = Fraction(min(marks)), Fraction(max(marks))
    margin = (high - low) * _MARGIN or Fraction(1)
    return low - margin, high + margin
