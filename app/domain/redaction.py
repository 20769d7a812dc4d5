"""Finding in a résumé's text what tells who its writer is, so that somebody can decide what readers will see.

A proposal only: a person reads it beside the original before anybody else does. It looks for forms, not for meaning,
and rather takes too much than too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Told(StrEnum):
    """What a piece of text tells of its writer."""

    NAME = "name"
    EMAIL = "e-mail"
    PHONE = "phone"
    LINK = "link"
    ADDRESS = "address"
    SCHOOL = "school"
    BIRTH = "date of birth"
    PRONOUN = "pronoun"


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece from ``start`` to before ``end``, what it tells, and what stands in its place."""

    start: int
    end: int
    told: Told
    instead: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the writer: every word of ``name`` is looked for, and the other texts as they are written."""

    name: str
    schools: Sequence[str] = ()
    places: Sequence[str] = ()


_FLAGS = re.IGNORECASE
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})+")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+"
    r"|\b(?:linkedin|github|gitlab|twitter|facebook|instagram|xing|behance|dribbble|medium|x)\.com/[^\s<>\"']*"
    r"|\b[\w\-]{1,63}\.(?:github\.io|dev|me)\b(?:/[^\s<>\"']*)?",
    _FLAGS,
)
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d[\d ()/.\-]{6,20}\d(?!\w)")
_DAY = r"(?:(?:\d\d?[./\-]){0,2}(?:19|20)\d\d|(?:19|20)\d\d(?:[./\-]\d\d?){1,2})"
_YEARS = re.compile(rf"{_DAY}(?:\s*[\-/]\s*{_DAY}?)?")
_CAPITAL = r"\b[A-ZÀ-ÖØ-Þ][\w\u2019'\-]{0,40}"
_SCHOOL_WORD = (
    r"(?:Universit(?:y|ät|é|à|eit|et|at)|Universidade?|College|Polytechnic|Polytechnique|Politecnico|Hochschule"
    r"|Fachhochschule|Gymnasium|Lyc[ée]e|[ÉE]cole|Academy|(?:High|Grammar|Business|Medical|Law) School"
    r"|Institute of Technology|School of [A-Z]\w+)"
)
_SCHOOL = re.compile(
    rf"(?:{_CAPITAL}\s+(?:of\s+|de\s+|di\s+)?){{0,4}}{_SCHOOL_WORD}"
    rf"(?:\s+(?:of|de|di|della|do|du|für|at|in)(?:\s+the)?\s+{_CAPITAL}(?:\s+{_CAPITAL}){{0,3}}|(?:\s+{_CAPITAL}){{1,3}})?"
    r"|\b(?:MIT|ETH(?:\s+Zürich|\s+Zurich)?|EPFL|UCLA|UCL|LSE|KTH|IIT(?:\s+[A-Z]\w+)?|INSEAD|Caltech|Oxford|Cambridge"
    r"|Harvard|Stanford|Yale|Princeton)\b"
)
_STREET = re.compile(
    rf"\b\d{{1,5}}[a-zA-Z]?,?\s+(?:{_CAPITAL}\s+){{1,3}}(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Boulevard|Way"
    rf"|Square|Court|Place|Terrace|Close|Row|Walk|Grove|Gardens|Crescent|Mews|Quay|Wharf)\b(?:,[^\n.;|·]{{0,40}})?"
    rf"|\b(?:{_CAPITAL}\s+)?{_CAPITAL}(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee)\s+\d{{1,4}}\s?[a-z]?\b"
    r"(?:,[^\n.;|·]{0,40})?"
    rf"|\b(?:Rue|Avenue|Via|Calle)\s+[^\n,]{{2,40}},?\s+\d{{1,4}}\b"
    rf"|\b\d{{1,4}},?\s+(?:rue|avenue|boulevard)\s+[^\n,]{{2,40}}"
)
_POSTCODE = re.compile(
    # What stands before a postcode up to the last sign that parts one thing from another.
    r"(?:[^\n.;|·]{0,80}[ ,]|\b)"
    r"(?:[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b"
    rf"|(?<=,\s)(?!(?:19|20)\d\d\s)(?:\d{{4}}(?:\s?[A-Z]{{2}})?|\d{{5}})\s{_CAPITAL}(?<=[a-zß-ÿ])"
    r"|(?<=,\s)[A-Z]{2}\s\d{5}\b)"
)
_LINE = re.compile(
    r"^[ \t]*(?:address|adresse|lives? (?:in|at)|residence|location)\s*[:\-][^\n]*", _FLAGS | re.MULTILINE
)
_BIRTH = re.compile(
    r"\b(?:date of birth|birth ?date|birthday|d\.?o\.?b\.?|born(?: on| in)?|geboren(?: am)?|née?(?= le| en| \d)"
    r"|age|aged"
    r"|nationality|marital status|gender|sex)\b[ :]*[^\n;|.]{0,40}(?:\.\d{1,4}){0,2}"
    r"|\b\d{2} years? old\b",
    _FLAGS,
)
_PRONOUNS = {
    "he": "they", "she": "they", "him": "them", "his": "their", "her": "their", "hers": "theirs",
    "himself": "themself", "herself": "themself",
}  # fmt: skip
_PRONOUN = re.compile(
    r"\(?\b(?:he|she|they|xe|ze)\s*/\s*(?:him|her|them|xem|zir)(?:\s*/\s*(?:his|hers|theirs))?\b\)?"
    r"|\b(?:mr|mrs|ms|miss|mx|herr|frau|sir|madam)\b\.?(?=\s+[A-ZÀ-ÖØ-Þ\[])"
    rf"|\b(?:{'|'.join(_PRONOUNS)})\b",
    _FLAGS,
)
_SHORTEST, _SHORTEST_NUMBER = 2, 9


def find(text: str, known: Known) -> tuple[Finding, ...]:
    """Every piece that tells something, in the order of the text; where two meet, the earlier and longer one stands."""
    found = [
        Finding(match.start(), match.end(), told, _instead(told, match.group()))
        for told, pattern, keep in _forms(known)
        for match in pattern.finditer(_folded(text) if told is Told.NAME else text)
        if match.end() > match.start() and keep(match.group())
    ]
    apart: list[Finding] = []
    for one in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return tuple(apart)


def without(text: str, findings: Sequence[Finding]) -> str:
    """The text with each piece replaced; the findings are those of this text, in its order."""
    parts, place = [], 0
    for one in findings:
        parts += [text[place : one.start], one.instead]
        place = one.end
    return "".join([*parts, text[place:]])


def proposed(text: str, known: Known) -> str:
    """The text as it is proposed for readers who may not know its writer."""
    tidy = unicodedata.normalize("NFC", text)
    return without(tidy, find(tidy, known))


_Form = tuple[Told, re.Pattern[str], Callable[[str], bool]]


def _forms(known: Known) -> tuple[_Form, ...]:
    every = _always
    return (
        (Told.EMAIL, _EMAIL, every),
        (Told.LINK, _LINK, every),
        (Told.NAME, _names(known.name), every),
        (Told.SCHOOL, _texts(known.schools), every),
        (Told.SCHOOL, _SCHOOL, every),
        (Told.ADDRESS, _texts(known.places), every),
        (Told.ADDRESS, _STREET, every),
        (Told.ADDRESS, _POSTCODE, every),
        (Told.ADDRESS, _LINE, every),
        (Told.BIRTH, _BIRTH, every),
        (Told.PHONE, _PHONE, _is_phone),
        (Told.PRONOUN, _PRONOUN, every),
    )


def _always(_piece: str) -> bool:
    return True


def _is_phone(piece: str) -> bool:
    """Whether digits are a number to call: years and days of work look alike and stay."""
    return not _YEARS.fullmatch(piece.strip()) and sum(map(str.isdigit, piece)) >= _SHORTEST_NUMBER


def _names(name: str) -> re.Pattern[str]:
    """The whole name and each word of it, in letters without accents; a word must be written as a name is."""
    words = [re.escape(word) for word in re.split(r"[\s\-]+", _folded(name)) if len(word) >= _SHORTEST]
    if not words:
        return re.compile(r"(?!)")
    alone = "|".join(f"{word[:1].upper()}(?i:{word[1:]})" for word in words)
    # A name of one word is often a word too, so in small letters it stays.
    whole = r"[\s_.\-]*".join(words) if len(words) > 1 else r"(?!)"
    return re.compile(rf"\b(?:(?i:{whole})|{alone})\b(?:['\u2019]s)?")


def _texts(texts: Sequence[str]) -> re.Pattern[str]:
    wanted = sorted({text.strip() for text in texts if len(text.strip()) > _SHORTEST}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in wanted) or r"(?!)", _FLAGS)


def _folded(text: str) -> str:
    """The text in letters without accents, as long as it was: places in one are places in the other."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def _instead(told: Told, piece: str) -> str:
    if told is not Told.PRONOUN:
        return f"[{told.value}]"
    plain = _PRONOUNS.get(piece.lower())
    if plain is None:
        return ""
    return plain.capitalize() if piece[0].isupper() else plain
