"""Texts that people type: brought into one shape, and refused when they could not be stored or shown."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from app.domain.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

EMAIL_LIMIT = 254
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\\[\]]{1,64}@[^@\s\"<>(),;:\\\[\]]+\.[^@\s\"<>(),;:\\\[\].]{2,}")
# Characters that turn the reading direction of what follows them: a name with one could pose as another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LAYOUT = frozenset("\t\n\r")


def one_line(text: str) -> str:
    """The text without line breaks, doubled blanks and blanks at its ends."""
    return " ".join(text.split())


def first_line(text: str) -> str:
    """The first line, with an ellipsis when more follow: a name for a text that says on in points."""
    first, _, rest = text.partition("\n")
    return f"{first} …" if rest.strip() else first


def in_words(day: date) -> str:
    """A calendar day as ``3 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def listed(texts: Sequence[str]) -> str:
    """Texts within a sentence: ``A``, ``A and B``, ``A, B and C``; nothing for none."""
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else "".join(texts)


def is_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address; nobody can know more without writing to it."""
    return len(text) <= EMAIL_LIMIT and _EMAIL.fullmatch(text) is not None and not unfit(text)


def unfit(text: str) -> bool:
    """Whether a text holds a control character, half of a pair, or a character that turns the reading direction."""
    return any(
        character in _TURNING or (character not in _LAYOUT and unicodedata.category(character) in {"Cc", "Cs"})
        for character in text
    )


def text_faults(field: str, words: str, text: str, *, limit: int, required: bool = False) -> tuple[Fault, ...]:
    """What is wrong with a text: missing, too long (``limit`` in characters), or not to be shown.

    ``words`` names the field in the message, as in “a title”.
    """
    if required and not text.strip():
        return (Fault(field, f"Write {words}."),)
    if len(text) > limit:
        return (Fault(field, f"Shorten this to at most {limit} characters; it has {len(text)}."),)
    if unfit(text):
        message = "This holds characters that cannot be shown. Type it again, or paste it as plain text."
        return (Fault(field, message),)
    return ()
