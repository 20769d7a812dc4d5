"""Text that people wrote and that others must see as it is: decoding it, and finding what the eye cannot."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_REPORTED = 100
"""A file full of unwanted characters is described by this many: nobody reads on."""

_JOINERS = "\u200c\u200d"
_NEVER = "\ufffe\uffff"
_PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|(?i:\blorem ipsum\b)|\?\?\?|\A\s*(?:\.{2,}|…)\s*\Z")


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A message about one line of a file; lines count from 1."""

    line: int
    message: str


def decode(raw: bytes) -> tuple[str | None, tuple[Spot, ...]]:
    """Return UTF-8 bytes as text with plain line ends and a blank for each unwanted character, and what is wrong.

    The text is None when the bytes are not UTF-8.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, (Spot(line, "not UTF-8 text: save the file as UTF-8"),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    places = unwanted(text)
    characters = list(text)
    for place in places:
        characters[place] = " "
    said = sorted({Spot(text.count("\n", 0, place) + 1, describe(text[place])) for place in places[:MOST_REPORTED]})
    return "".join(characters), tuple(said)


def unwanted(text: str) -> list[int]:
    """Return the places of characters that look like nothing, or like a common blank without being one."""
    suspects = {character for character in set(text) if _hidden(character)}
    if not suspects:
        return []
    return [place for place, character in enumerate(text) if character in suspects and not _joins(text, place)]


def describe(character: str) -> str:
    """Say which unwanted character this is and what to do about it."""
    name = unicodedata.name(character, "a control character")
    return f"invisible or unusual blank U+{ord(character):04X} ({name}): replace it with a plain blank or remove it"


def placeholder(text: str) -> str | None:
    """Return the first word that stands for text still to be written, or None."""
    found = _PLACEHOLDER.search(text)
    return found.group() if found else None


def _hidden(character: str) -> bool:
    if character in " \t\n":
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs") or character in _NEVER


def _joins(text: str, place: int) -> bool:
    """Joiners belong to some scripts and to emoji: they are wanted after a character outside ASCII."""
    return text[place] in _JOINERS and place > 0 and not text[place - 1].isascii()
