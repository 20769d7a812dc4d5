"""Work without its author's name: what people write of themselves is covered before a grader reads it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

COVERED = "[name]"
"""What stands where a name, an address or a number stood."""

_SHORTEST_PART, _SHORTEST_LOCAL, _FEWEST_DIGITS = 3, 5, 6


@dataclass(frozen=True, slots=True)
class Author:
    """What would tell whose work it is; the phone may be empty."""

    name: str
    email: str
    phone: str = ""


def without_name(text: str, author: Author) -> str:
    """The text with the author's name, mail address and phone number covered wherever they stand as words.

    Parts of a name are covered only as they are written, with a capital: somebody called Mark still marks things.
    """
    plain = unicodedata.normalize("NFC", text)
    for pattern in _patterns(author):
        plain = pattern.sub(COVERED, plain)
    return plain


def _patterns(author: Author) -> list[re.Pattern[str]]:
    name = unicodedata.normalize("NFC", author.name)
    local = author.email.partition("@")[0]
    whole = [author.email, name, *([local] if len(local) >= _SHORTEST_LOCAL else [])]
    found = [_words(r"\s+".join(map(re.escape, one.split())), re.IGNORECASE) for one in whole if one.strip()]
    parts = [part for part in re.split(r"[\s\-]+", name) if len(part) >= _SHORTEST_PART]
    found += [_words(f"(?:{re.escape(part)}|{re.escape(part.upper())})") for part in parts]
    digits = [character for character in author.phone if character.isdigit()]
    if len(digits) >= _FEWEST_DIGITS:
        found.append(re.compile(r"\+?" + r"[\s()./-]*".join(digits)))
    return found


def _words(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", flags)
