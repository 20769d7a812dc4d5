"""Readings: what may be typed, and where a metric stands."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.metric import Direction
from app.domain.onboarding.reading import Aim, Reading, Standing, parse, standing

D = Decimal


def _readings(*values: str) -> list[Reading]:
    return [Reading(date(2026, 3, 2) + timedelta(weeks=week), D(value)) for week, value in enumerate(values)]


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.85", "0.85"), (" 12 ", "12"), ("-3,5", "-3.5"), ("\N{MINUS SIGN}4", "-4"), ("+7", "7"), ("0,125", "0.125")],
)
def test_numbers_are_read_exactly(written: str, value: str) -> None:
    assert parse("value", written) == (D(value), ())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("abc", "“abc” is not a number. Write it like 0.85 or 12."),
        ("", "“” is not a number"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
        ("1e9", "is not a number"),
        ("1_000", "is not a number"),
        ("1,234.5", "is not a number"),
        ("1,250", "can be read in two ways. Write 1250"),
        ("1234567890", "At most 9 digits before"),
        ("0.1234567", "6 after it"),
    ],
)
def test_what_is_no_number_is_refused_in_words(written: str, said: str) -> None:
    value, faults = parse("value", written)

    assert value is None
    assert [fault.field for fault in faults] == ["value"]
    assert said in faults[0].message


@given(value=st.decimals(min_value=-(10**8), max_value=10**8, places=3, allow_nan=False))
def test_what_is_printed_can_be_typed(value: Decimal) -> None:
    assert parse("value", f"{value:f}") == (value, ())


@pytest.mark.parametrize(
    ("aim", "values", "expected"),
    [
        (Aim(low=D("0.85")), (), Standing.NO_READING),
        (Aim(low=D("0.85")), ("0.85",), Standing.ON_TARGET),
        (Aim(low=D("0.85")), ("0.80",), Standing.OFF_TARGET),
        (Aim(low=D("0.85"), baseline=D("0.70")), ("0.80",), Standing.TOWARDS),
        (Aim(low=D("0.85"), baseline=D("0.80")), ("0.80",), Standing.UNCHANGED),
        (Aim(low=D("0.85")), ("0.80", "0.75"), Standing.AWAY),
        (Aim(low=D(10), high=D(20)), ("25", "15"), Standing.ON_TARGET),
        (Aim(low=D(10), high=D(20), baseline=D(5)), ("30",), Standing.AWAY),
        (Aim(low=D(10), high=D(20), baseline=D(5)), ("22",), Standing.TOWARDS),
        (Aim(high=D(2), guardrail=True), ("1.9", "2.1"), Standing.BREACHED),
        (Aim(high=D(2), guardrail=True), ("2.1", "2.0"), Standing.ON_TARGET),
        (Aim(direction="up"), ("4",), Standing.NO_TARGET),
        (Aim(direction="up", baseline=D(3)), ("4",), Standing.TOWARDS),
        (Aim(direction="down", baseline=D(3)), ("4",), Standing.AWAY),
        (Aim(direction="down", baseline=D(3), guardrail=True), ("4",), Standing.BREACHED),
        (Aim(direction="hold", baseline=D(3)), ("3",), Standing.ON_TARGET),
        (Aim(direction="hold", baseline=D(3)), ("2",), Standing.AWAY),
        (Aim(direction="up", baseline=D(3)), ("3",), Standing.UNCHANGED),
        (Aim(baseline=D(3)), ("3", "9"), Standing.NO_TARGET),
    ],
)
def test_where_a_metric_stands(aim: Aim, values: tuple[str, ...], expected: Standing) -> None:
    assert standing(aim, _readings(*values)) is expected


@given(values=st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True), seed=st.randoms())
def test_the_order_of_entry_does_not_matter(values: list[int], seed: object) -> None:
    readings = _readings(*map(str, values))
    aim = Aim(low=D(0), high=D(10), direction="up")
    shuffled = readings[:]
    seed.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert standing(aim, shuffled) is standing(aim, readings)


@given(value=st.integers(-100, 100), direction=st.sampled_from(["up", "down", "hold", None]))
def test_inside_the_band_is_on_target_whatever_the_direction(value: int, direction: Direction | None) -> None:
    aim = Aim(low=D(-100), high=D(100), direction=direction, guardrail=True)

    assert standing(aim, _readings(str(value))) is Standing.ON_TARGET
