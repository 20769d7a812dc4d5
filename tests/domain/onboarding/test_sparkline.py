"""Where readings, target and baseline lie in the drawing of a metric."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.onboarding.reading import Aim, Reading
from app.domain.onboarding.sparkline import sparkline

DAYS = (date(2026, 11, 1), date(2026, 11, 11), date(2026, 11, 21))


def readings(*values: str) -> list[Reading]:
    return [Reading(day, Decimal(value)) for day, value in zip(DAYS, values, strict=False)]


def test_without_readings_there_is_nothing_to_draw() -> None:
    assert sparkline(Aim(), [], str) is None


def test_days_lie_across_and_values_up_within_a_tenth_of_air() -> None:
    drawn = sparkline(Aim(low=Decimal(10)), readings("0", "5", "10")[::-1], str)

    assert drawn is not None
    assert [point.across for point in drawn.points] == [0, Fraction(1, 2), 1]
    assert [point.up for point in drawn.points] == [Fraction(1, 12), Fraction(1, 2), Fraction(11, 12)]
    assert [point.within for point in drawn.points] == [False, False, True]
    assert (drawn.low, drawn.high, drawn.baseline) == (Fraction(11, 12), None, None)
    assert drawn.points[0].day == "2026-11-01"


@pytest.mark.parametrize("value", ["0", "-3.5", "999999999.999999"])
def test_a_single_reading_lies_in_the_middle(value: str) -> None:
    drawn = sparkline(Aim(), readings(value), str)

    assert drawn is not None
    (point,) = drawn.points
    assert (point.across, point.up, point.within, point.shown) == (Fraction(1, 2), Fraction(1, 2), None, value)


@pytest.mark.parametrize(
    "aim",
    [
        Aim(Decimal(50), Decimal(-4), Decimal(4)),
        Aim(high=Decimal("0.001"), guardrail=True),
        Aim(low=Decimal(7), high=Decimal(7)),
    ],
)
def test_everything_lies_inside_the_drawing(aim: Aim) -> None:
    drawn = sparkline(aim, readings("1", "2", "3"), str)

    assert drawn is not None
    heights = [point.up for point in drawn.points] + [drawn.low, drawn.high, drawn.baseline]
    assert all(0 < height < 1 for height in heights if height is not None)
    assert drawn.guardrail is aim.guardrail
