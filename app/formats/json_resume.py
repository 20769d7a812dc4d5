"""Reading a JSON Resume: every fault is told by its place in the file, unknown keys are left out and named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from app.domain.errors import Fault, InvalidError
from app.domain.resume import BASICS, LOCATION, PROFILES, SECTIONS, Held, is_day
from app.domain.text import is_email, unfit

SIZE_LIMIT = 200_000
TEXT_LIMIT, MOST_ENTRIES, MOST_FAULTS = 5_000, 100, 20
_SCHEMES = ("https://", "http://")
_PASSED = frozenset({"$schema", "meta"})


@dataclass(slots=True)
class Reading:
    """What a file held: the ``body`` with known keys, and the places of what was ``left`` out."""

    body: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, place: str, message: str) -> None:
        """Note what is wrong at a place such as ``work[2].startDate``."""
        self.faults.append(Fault("file", f"{place}: {message}"))


def read(data: bytes) -> Reading:
    """A résumé from the bytes of a file; :class:`InvalidError` with up to twenty faults by place."""
    if len(data) > SIZE_LIMIT:
        _refuse(f"This file has {len(data) // 1000} kB. A JSON Resume has at most {SIZE_LIMIT // 1000} kB.")
    found = Reading()
    whole = _parsed(data)
    for key, value in whole.items():
        if key == "basics":
            found.body["basics"] = _basics(found, value)
        elif key in SECTIONS:
            found.body[key] = _entries(found, key, value, SECTIONS[key])
        elif key not in _PASSED:
            found.left.append(_shown(key))
    if found.faults:
        raise InvalidError(tuple(found.faults[:MOST_FAULTS]))
    found.body = {key: value for key, value in found.body.items() if value}
    if not found.body:
        _refuse("This file holds nothing of a résumé: neither basics nor work, education or skills.")
    return found


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        whole = json.loads(
            data.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_no_number, object_pairs_hook=_single
        )
    except UnicodeDecodeError as error:
        _refuse("This file is not UTF-8 text. Save it again as UTF-8.", error)
    except json.JSONDecodeError as error:
        _refuse(f"Line {error.lineno}, column {error.colno}: this is not JSON. {error.msg}.", error)
    except (ValueError, RecursionError) as error:
        _refuse("This file is not a JSON Resume: a key stands twice, or it is nested too deeply.", error)
    if not isinstance(whole, dict):
        _refuse("A JSON Resume is one object that begins with a brace.")
    return whole


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _value in pairs}) < len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return dict(pairs)


def _no_number(_text: str) -> int:
    """Every number is the same here, infinite ones among them: the shape refuses it by its place."""
    return 0


def _basics(found: Reading, value: object) -> dict[str, Any]:
    basics = _fields(found, "basics", value, BASICS, beside=("location", "profiles", "image"))
    if not isinstance(value, dict):
        return basics
    if value.get("image"):
        found.left.append("basics.image")
    if (location := value.get("location")) is not None:
        basics["location"] = _fields(found, "basics.location", location, LOCATION)
    if (profiles := value.get("profiles")) is not None:
        basics["profiles"] = _entries(found, "basics.profiles", profiles, PROFILES)
    return {key: kept for key, kept in basics.items() if kept}


def _entries(found: Reading, place: str, value: object, shape: Mapping[str, Held]) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        found.wrong(place, "this has to be a list.")
        return []
    if len(value) > MOST_ENTRIES:
        found.wrong(place, f"this has {len(value)} entries; at most {MOST_ENTRIES} are read.")
    kept = [_fields(found, f"{place}[{number}]", one, shape) for number, one in enumerate(value[:MOST_ENTRIES])]
    return [one for one in kept if one]


def _fields(
    found: Reading, place: str, value: object, shape: Mapping[str, Held], *, beside: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        found.wrong(place, "this has to be an object in braces.")
        return {}
    found.left += [f"{place}.{_shown(key)}" for key in value if key not in shape and key not in beside]
    kept = {
        key: _held(found, f"{place}.{key}", value[key], held)
        for key, held in shape.items()
        if value.get(key) is not None
    }
    return {key: one for key, one in kept.items() if one}


def _held(found: Reading, place: str, value: object, held: Held) -> str | list[str]:
    if held is Held.TEXTS:
        if not isinstance(value, list):
            found.wrong(place, "this has to be a list of texts.")
            return []
        return [
            text for number, one in enumerate(value[:MOST_ENTRIES]) if (text := _text(found, f"{place}[{number}]", one))
        ]
    text = _text(found, place, value)
    if text and (message := _form_fault(text, held)):
        found.wrong(place, message)
    return text


def _text(found: Reading, place: str, value: object) -> str:
    if not isinstance(value, str):
        found.wrong(place, "this has to be a text in quotation marks.")
        return ""
    if len(value) > TEXT_LIMIT:
        found.wrong(place, f"shorten this to at most {TEXT_LIMIT} characters; it has {len(value)}.")
    elif unfit(value):
        found.wrong(place, "this holds characters that cannot be shown.")
    return value.strip()


def _form_fault(text: str, held: Held) -> str:
    if held is Held.DAY and not is_day(text):
        return "write a day as 2024-05-31, a month as 2024-05 or a year as 2024."
    if held is Held.EMAIL and not is_email(text):
        return "this is not an e-mail address."
    if held is Held.LINK and not text.lower().startswith(_SCHEMES):
        return "write a whole address that begins with https:// or http://."
    return ""


def _shown(key: str) -> str:
    """A key of the file as far as it can be shown."""
    return "".join(letter for letter in key[:40] if letter.isprintable())


def _refuse(message: str, error: Exception | None = None) -> NoReturn:
    raise InvalidError((Fault("file", message),)) from error
