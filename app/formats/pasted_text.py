"""Texts as people paste them into a form, made fit for a blueprint file without a word to them."""

from __future__ import annotations

import unicodedata

from app.formats.plain_text import unwanted


def tidy(text: str) -> str:
    """Return the text with plain blanks and line ends and without invisible characters, as its author meant it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    characters = list(plain)
    for place in unwanted(plain):
        characters[place] = " " if unicodedata.category(plain[place]).startswith("Z") else ""
    return "".join(characters).strip()
