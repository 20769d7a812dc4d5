"""How documents say numbers, instants and people: the filters of their templates, one for each kind of value."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.domain import scoring
from app.domain.blueprint import Scale

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_STEPS = 5
SIGNAL_TITLES = {"strong": "Strong signals", "weak": "Weak signals", "red_flag": "Red flags"}
SIGNAL_WORDS = {"strong": "strong", "weak": "weak", "red_flag": "red flag"}
DUTY_TITLES = {"owed": "Not in yet", "released": "Released without scoring"}


def points(value: Fraction | int) -> str:
    """A mean or composite with one decimal, half up from the exact fraction."""
    return scoring.display(Fraction(value))


def whole(value: Fraction | int) -> str:
    """A rating or a spread between ratings, which are steps of the scale."""
    return scoring.display(Fraction(value), 0)


def hundredths(value: Fraction) -> str:
    """A part of a composite with two decimals, where one would hide how the parts add up."""
    return scoring.display(value, 2)


def percent(value: Fraction) -> str:
    """A share as whole percent."""
    return f"{scoring.display(value * 100, 0)} %"


def day(at: datetime, zone: str) -> str:
    """A date in words, which reads the same in every country: 9 November 2026."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def moment(at: datetime, zone: str) -> str:
    """Date and time with the zone's own abbreviation, or its distance: 9 November 2026, 14:05 CET."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(at, zone)}, {local:%H:%M} {_zone_name(local)}"


def _zone_name(local: datetime) -> str:
    """CET, or UTC+5:45 in a zone that has only figures for a name: -03 and +0545 read as part of the time."""
    name = local.tzname() or ""
    if not name.startswith(("+", "-")):
        return name
    sign = "+" if name.startswith("+") else "\N{MINUS SIGN}"
    minutes = f":{name[3:]}" if name[3:].strip("0") else ""
    return f"UTC{sign}{int(name[1:3])}{minutes}"


def stamp(at: datetime) -> str:
    """The instant as document metadata wants it: W3C date and time in UTC."""
    return f"{at.astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"


def step(value: Fraction | int, scale: Scale) -> int:
    """The depth of tint for a value, 1 (the poor end) to 5 (the good end), whatever the length of the scale."""
    place = (Fraction(value) - scale.lowest) / (scale.highest - scale.lowest)
    if scale.best == "low":
        place = 1 - place
    return 1 + int(place * (_STEPS - 1) + Fraction(1, 2))


def of_scale(scale: Scale) -> str:
    """What a composite is out of: the highest point, or which end is best where that is the lowest."""
    return f"of {scale.highest}" if scale.best == "high" else f"where {scale.lowest} is best"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 scorecard, 3 scorecards."""
    return f"{number} {one if number == 1 else many}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """Names in a sentence: A, B and C."""
    if len(names) < 2:  # noqa: PLR2004 - one name needs no "and"
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def cut(text: str, most: int) -> str:
    """A text for one line of small print: what is longer ends in three dots."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def from_right(text: str) -> bool:
    """Whether a text runs from the right: its first letter of a direction decides, as in a browser's dir=auto."""
    strong = next((way for way in map(unicodedata.bidirectional, text) if way in {"L", "R", "AL"}), "L")
    return strong != "L"


def said(value: object, zone: str) -> str:
    """Any value in words: times in the zone, days, yes and no, the words of a choice, and texts as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, date):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, Enum):
        return str(getattr(value, "words", "") or str(value.value).replace("_", " "))
    return str(value)


FILTERS = {
    "said": said,
    "points": points,
    "of_scale": of_scale,
    "whole": whole,
    "percent": percent,
    "day": day,
    "moment": moment,
    "stamp": stamp,
    "step": step,
    "counted": counted,
    "cut": cut,
    "listed": listed,
    "from_right": from_right,
}
