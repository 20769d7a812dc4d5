"""Writes plain values as the YAML that blueprint files are written in: easy to read, and read back exactly alike.

Texts that anything might take for a number, a date or a truth value stand in quotes; long ones are folded.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WIDTH = 116
"""The longest line that is not a single long word."""

_SHORT = 24
"""Lists of texts up to this long, such as ids, stand on one line."""

_TALL = 3
"""A list with an item of more lines than this has blank lines between its items."""

_STEP = "  "
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"))
_LIKE_A_NUMBER = re.compile(r"[-+.]?[0-9][-+.:_/0-9a-fA-FxXoOtTzZ ]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)
_PLAIN = re.compile(r"[^\W_](?:[^\t\n:#]|:(?=[^\s])|(?<=\S)#)*")
_FLOW_SIGNS = re.compile(r"[\[\]{},:]")
_JOINERS = "\u200c\u200d"
_BREAK = re.compile(r"(?<=\S) (?=\S)")


def yaml_text(top: Mapping[str, object] | Mapping[str | int, object]) -> str:
    """Return a map of texts, whole numbers, truth values, lists and maps as a YAML document."""
    lines: list[str] = []
    for key, value in top.items():
        block = _pair(key, value, "", spaced=True)
        if lines and (len(block) > 1 or _is_long(lines)):
            lines.append("")
        lines += block
    return "\n".join(lines) + "\n"


def _is_long(lines: Sequence[str]) -> bool:
    """Tell whether the last value took more than its key's line."""
    return lines[-1].startswith(" ") or lines[-1].startswith("-")


def _pair(key: object, value: object, indent: str, *, spaced: bool = False) -> list[str]:
    """Return a key and its value; `spaced` puts a blank line between the items of a list that take several lines."""
    head = f"{indent}{_scalar(key)}:"
    room = WIDTH - len(head) - 1
    inline = _inline(value, room)
    if inline is not None:
        return [f"{head} {inline}"]
    if isinstance(value, str):
        first, *rest = _block_text(value, indent + _STEP)
        return [f"{head} {first}", *rest]
    return [head, *_block(value, indent + _STEP, spaced=spaced)]


def _block(value: object, indent: str, *, spaced: bool = False) -> list[str]:
    if isinstance(value, dict):
        return [line for key, held in value.items() for line in _pair(key, held, indent)]
    items = [_item(held, indent) for held in value] if isinstance(value, list) else []
    gap = [""] if spaced and any(len(item) > _TALL for item in items) else []
    return [line for place, item in enumerate(items) for line in (*(gap if place else ()), *item)]


def _item(value: object, indent: str) -> list[str]:
    inline = _inline(value, WIDTH - len(indent) - 2)
    if inline is not None:
        return [f"{indent}- {inline}"]
    if isinstance(value, str):
        first, *rest = _block_text(value, indent + _STEP)
        return [f"{indent}- {first}", *rest]
    first, *rest = _block(value, indent + _STEP)
    return [f"{indent}- {first[len(indent) + 2 :]}", *rest]


def _block_text(text: str, indent: str) -> list[str]:
    """Return a long text as a block: its sign, then its lines."""
    lines, room = text.split("\n"), WIDTH - len(indent)
    if "\n" in text and (all(len(line) <= room for line in lines) or any(line != line.strip() for line in lines)):
        return ["|-", *(f"{indent}{line}" if line else "" for line in lines)]
    # In a folded block a line end of the text is an empty line.
    folded = [part for line in lines for part in ("", *(_folded(line, room) if line else ()))][1:]
    return [">-", *(f"{indent}{part}" if part else "" for part in folded)]


def _folded(text: str, room: int) -> Iterator[str]:
    """Yield lines that read as the text when they are joined by blanks; only single blanks are places to break."""
    line = ""
    for word in _BREAK.split(text):
        if line and len(line) + 1 + len(word) > room:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _inline(value: object, room: int) -> str | None:
    """Return the value on one line, or None when it needs more room than there is."""
    written = _flow(value) if isinstance(value, dict | list) else _scalar(value)
    lines = isinstance(value, str) and "\n" in value
    fits = written is not None and len(written) <= room and not lines
    return written if fits or not _has_block(value) else None


def _has_block(value: object) -> bool:
    """Tell whether the value can be spread over lines: a number or an empty list cannot."""
    return _is_foldable(value) if isinstance(value, str) else isinstance(value, dict | list) and bool(value)


def _is_foldable(text: str) -> bool:
    """Tell whether a block holds this text exactly: quotes are for all others."""
    return _is_shown(text.replace("\n", "")) and ("\n" in text or _BREAK.search(text) is not None)


def _is_shown(text: str) -> bool:
    """Tell whether every character can be seen, or joins others as some scripts need it."""
    return text == text.strip() and all(character.isprintable() or character in _JOINERS for character in text)


def _flow(value: object) -> str | None:
    """Return a small map or a list of short texts between brackets, or None where a block reads better."""
    if isinstance(value, list):
        parts = [_flow_scalar(held) for held in value if not isinstance(held, dict | list)]
        short = [part for part in parts if part is not None and len(part) <= _SHORT]
        return f"[{', '.join(short)}]" if len(short) == len(value) else None
    if not isinstance(value, dict):
        return None
    written = {key: _flow(held) if isinstance(held, list) else _flow_scalar(held) for key, held in value.items()}
    if None in written.values() or any(isinstance(held, dict) for held in value.values()):
        return None
    return "{" + ", ".join(f"{_bracketed(key)}: {part}" for key, part in written.items()) + "}"


def _flow_scalar(value: object) -> str | None:
    """Return the value as it stands between brackets; None for a text of several lines, which a block shows better."""
    lines = isinstance(value, str) and "\n" in value and _is_foldable(value)
    return None if lines else _bracketed(value)


def _bracketed(value: object) -> str:
    """Return the value with quotes where brackets would otherwise misread it."""
    written = _scalar(value)
    return _quoted(str(value)) if isinstance(value, str) and _FLOW_SIGNS.search(written) else written


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _plain(value) if isinstance(value, str) else str(value)


def _plain(text: str) -> str:
    fits = _PLAIN.fullmatch(text) and text == text.strip() and not text.endswith(":") and _is_shown(text)
    doubtful = text.lower() in _WORDS or _LIKE_A_NUMBER.fullmatch(text)
    return text if fits and not doubtful else _quoted(text)


def _quoted(text: str) -> str:
    """Return the text in double quotes; JSON's escapes are YAML's."""
    return json.dumps(text, ensure_ascii=False)
