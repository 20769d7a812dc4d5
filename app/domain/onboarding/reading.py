"""Readings of a metric: where it stands against its baseline and target, in words.

Values are exact decimals, as they were typed. A target may be a level to reach, a band to stay in, or only a
direction; where the blueprint gives no bound there is nothing to reach, and the words say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.domain.metric import Direction

MOST_WHOLE, MOST_PLACES = 9, 6
_MINUS = "\N{MINUS SIGN}"
_NUMBER = re.compile(rf"[-+{_MINUS}]?([0-9]+)(?:[.,]([0-9]+))?")
_AMBIGUOUS = re.compile(rf"[-+{_MINUS}]?[1-9][0-9]{{0,2}},[0-9]{{3}}")


class Standing(StrEnum):
    """Where the newest reading stands."""

    NO_READING = "no_reading"
    NO_TARGET = "no_target"
    ON_TARGET = "on_target"
    TOWARDS = "towards"
    UNCHANGED = "unchanged"
    AWAY = "away"
    OFF_TARGET = "off_target"
    BREACHED = "breached"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "no_reading": "No reading yet",
            "no_target": "No target to compare with",
            "towards": "Moving towards the target",
            "unchanged": "Where it began",
            "away": "Moving away from the target",
            "breached": "Guardrail breached",
        }.get(self.value, self.value.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Aim:
    """What a plan aims at with one metric; bounds are in the metric's own unit, either may be open."""

    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    direction: Direction | None = None
    guardrail: bool = False

    def within(self, value: Decimal) -> bool:
        """Tell whether a value lies in the band, its ends included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def bounded(self) -> bool:
        """Whether there is a bound at all."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """One measured value on a day."""

    day: date
    value: Decimal


def parse(field: str, written: str) -> tuple[Decimal | None, tuple[Fault, ...]]:
    """Read a typed number, with a point or a comma as its decimal mark, or say what is wrong with it.

    `1,250` is refused: half of the world reads it as one and a quarter, the other half as more than a thousand.
    """
    text = written.strip()
    if _AMBIGUOUS.fullmatch(text):
        plain = text.replace(",", "").replace(".", "")
        message = f"“{text}” can be read in two ways. Write {plain}, or give the decimals a point and fewer digits."
        return None, (Fault(field, message),)
    number = _NUMBER.fullmatch(text)
    if number is None:
        return None, (Fault(field, f"“{text[:40]}” is not a number. Write it like 0.85 or 12."),)
    if len(number[1]) > MOST_WHOLE or len(number[2] or "") > MOST_PLACES:
        message = f"At most {MOST_WHOLE} digits before the decimal point and {MOST_PLACES} after it."
        return None, (Fault(field, message),)
    return Decimal(text.replace(",", ".").replace(_MINUS, "-")), ()


def standing(aim: Aim, readings: Sequence[Reading]) -> Standing:
    """Say where the newest reading stands; `readings` in any order.

    On target means within the bounds. Outside them, a guardrail is breached; any other metric moves towards or away
    from the nearest bound, measured from its baseline, or from its first reading where there is none.
    """
    if not readings:
        return Standing.NO_READING
    newest = max(readings).value
    if not aim.bounded:
        return _directed(aim, readings, newest)
    if aim.within(newest):
        return Standing.ON_TARGET
    return Standing.BREACHED if aim.guardrail else _approach(aim, readings, newest)


def _approach(aim: Aim, readings: Sequence[Reading], newest: Decimal) -> Standing:
    began = _began(aim, readings)
    if began is None:
        return Standing.OFF_TARGET
    before, now = _distance(aim, began), _distance(aim, newest)
    if now == before:
        return Standing.UNCHANGED
    return Standing.TOWARDS if now < before else Standing.AWAY


def _directed(aim: Aim, readings: Sequence[Reading], newest: Decimal) -> Standing:
    began = _began(aim, readings)
    if aim.direction is None or began is None:
        return Standing.NO_TARGET
    holds = aim.direction == "hold"
    if newest == began:
        return Standing.ON_TARGET if holds else Standing.UNCHANGED
    if not holds and (newest > began) == (aim.direction == "up"):
        return Standing.TOWARDS
    return Standing.BREACHED if aim.guardrail else Standing.AWAY


def _began(aim: Aim, readings: Sequence[Reading]) -> Decimal | None:
    if aim.baseline is not None:
        return aim.baseline
    return min(readings).value if len(readings) > 1 else None


def _distance(aim: Aim, value: Decimal) -> Decimal:
    if aim.low is not None and value < aim.low:
        return aim.low - value
    if aim.high is not None and value > aim.high:
        return value - aim.high
    return Decimal(0)
