"""E-mail addresses as people type or paste them: one a line, or several with commas, semicolons or blanks between."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[,;]")
_NAMED = re.compile(r"<([^<>]*)>")


def read_addresses(text: str) -> tuple[tuple[int, str], ...]:
    """Each address with the number of its line, from 1; what is no address is kept, so that it can be named.

    Of ``Mira Okafor <mira@example.org>``, as mail programs write it, the part in brackets counts.
    """
    return tuple(
        (number, one)
        for number, line in enumerate(text.splitlines(), start=1)
        for part in _BETWEEN.split(line)
        for one in _in_part(part.strip())
    )


def _in_part(part: str) -> tuple[str, ...]:
    named = _NAMED.findall(part)
    if named:
        return tuple(one.strip() for one in named)
    words = part.split()
    if all("@" in word for word in words):
        return tuple(words)
    return (part,)
