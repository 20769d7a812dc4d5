"""An answer as it is kept for good, and whether asking again gives the same one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.certainty import Spread, Standing

if TYPE_CHECKING:
    from app.domain.certainty import Certainty, Places, Sensitivity

_CLOSE = 1e-6
_DRAWN = 0.02
"""Shares that come from draws: another release of a library may draw otherwise from the same seed."""
_LONGEST = 60
_DRAWS = ("places", "sensitivity.first")


@dataclass(frozen=True, slots=True)
class KeptSummary:
    """What a kept analysis says of the candidate who was decided on, and of nobody else.

    ``why`` is the reason where nothing could be said; ``spread`` is then None.
    """

    analysis_id: UUID
    method: str
    data_sha256: str
    seed: int
    libraries: str
    standing: Standing | None
    spread: Spread | None
    why: str | None


def summary_of(analysis_id: UUID, stamp: tuple[str, str, int, str], answer: str, application_id: UUID) -> KeptSummary:
    """Read a kept answer; ``stamp`` holds method, digest of the data, seed and libraries."""
    told = json.loads(answer)["certainty"]
    mine = next((one for one in told["standings"] if one["target"] == application_id.hex), None)
    standing = (
        None
        if mine is None
        else Standing(**{**mine, "value": _fraction(mine["value"]), "coverage": Fraction(mine["coverage"])})
    )
    spread = None if told["spread"] is None else Spread(**told["spread"])
    return KeptSummary(analysis_id, *stamp, standing, spread, told["why"] if standing is None else standing.why)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def answer_text(certainty: Certainty, places: Places, sensitivity: Sensitivity) -> str:
    """Everything that was answered, as JSON: exact values as "a/b", sorted keys, no number that is none."""
    whole = {"certainty": asdict(certainty), "places": asdict(places), "sensitivity": asdict(sensitivity)}
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_exact)


def differences(kept: str, again: str) -> tuple[str, ...]:
    """The places at which two answers are not the same, in words; numbers may differ in the seventh decimal.

    What draws gave may differ by two in a hundred.
    """
    try:
        one = json.loads(kept)
    except ValueError:
        return ("the kept answer is no JSON",)
    return tuple(_apart("", one, json.loads(again)))


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    message = f"{type(value).__name__} is not kept"
    raise TypeError(message)


def _apart(path: str, one: object, other: object) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        found: list[str] = []
        for key in sorted(one.keys() | other.keys()):
            found += _apart(f"{path}.{key}".strip("."), one.get(key), other.get(key))
        return found
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            text
            for place, (a, b) in enumerate(zip(one, other, strict=True))
            for text in _apart(f"{path}[{place}]", a, b)
        ]
    if _number(one) and _number(other):
        return [] if abs(float(str(one)) - float(str(other))) <= _room(path) else [f"{path}: {one} is now {other}"]
    return [] if one == other else [f"{path}: {_short(one)} is now {_short(other)}"]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _room(path: str) -> float:
    return _DRAWN if path.startswith(_DRAWS) else _CLOSE


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
