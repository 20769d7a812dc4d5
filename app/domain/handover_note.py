"""A note to the next interviewers holds no ratings: what it may not say, where it says so, and what to write instead.

The rule looks for three things that carry a judgement on: a number of the scale where it rates, a point's title where
it judges, and words of recommendation. Years, percentages and team sizes are no ratings. It cannot read minds: it
stops a rating that slips in, not one that somebody is set on passing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from app.domain.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.blueprint import Scorecard

FIELD = "handover"
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ASKS = r"(?:i|we)(?:'d| would| do| will)?(?: not| never| strongly| clearly| definitely)*"
_RECOMMENDING = re.compile(
    r"\bstrong (?:yes|no|hire)\b"
    r"|\b(?:clear|definite|definitely|easy|firm|lean|leaning|soft|weak) (?:a )?(?:yes|no|hire)\b"
    r"|\b(?:a|my|say|said|vote|voted|voting) (?:yes|no)\b(?! \w)"
    r"|\bno[- ]hire\b|\bthumbs (?:up|down)\b"
    r"|\b(?:would|should|must|not|n't|let us|let's|lets) (?:\w+ )?(?:hire|reject)\b"
    r"|\b(?:hire|reject) (?:her|him|them)\b"
    rf"|\b{_ASKS} recommend\b|\b(?:my|overall|final) recommendation\b"
)
_JUDGING = r"(?:is|was|are|were|be|seems?|seemed|looks?|looked|felt|found|rated?|rates|scored?|scores|gave|call|called)"
_RATING = r"(?:rat(?:e|es|ed|ing|ings)|scor(?:e|es|ed|ing)|gave|giv(?:e|es|en|ing)|grad(?:e|es|ed)|level|mark(?:s|ed)?)"
_STARS = re.compile(r"[★☆⭐]+|(?<![\w.,])[+-]1(?![\w.,])")


def note_faults(text: str, scorecard: Scorecard) -> tuple[Fault, ...]:
    """What in a note rates the candidate: one fault, which names the first place and says what to write instead."""
    patterns = _patterns(scorecard)
    for number, line in enumerate(text.splitlines(), start=1):
        # Letter for letter as long as the line, so that the place found is the place quoted.
        plain = _folded(line)
        hit = min((found for pattern in patterns if (found := pattern.search(plain))), key=re.Match.start, default=None)
        if hit is not None:
            return (Fault(FIELD, _message(number, line[hit.start() : hit.end()].strip())),)
    return ()


def _message(number: int, words: str) -> str:
    return (
        f"Line {number}: “{words}” reads like a rating, and others have not scored yet. "
        "Write what the next interviewer should ask about; ratings belong on your scorecard."
    )


def _folded(line: str) -> str:
    """Small letters without accents, one for each letter of the line."""
    return "".join(_letter(one) for one in line)


def _letter(one: str) -> str:
    if one.isspace():
        return " "
    if one in "\u2018\u2019":
        return "'"
    if one in "\u2010\u2011\u2012\u2013\u2014":
        return "-"
    plain = unicodedata.normalize("NFKD", one)[0].lower()
    return plain if len(plain) == 1 else one


@lru_cache(maxsize=64)
def _patterns(scorecard: Scorecard) -> tuple[re.Pattern[str], ...]:
    titles = [_folded(point.title) for point in scorecard.scale.points]
    dimensions = _any({_folded(dimension.title) for dimension in scorecard.dimensions})
    return (
        _RECOMMENDING,
        _STARS,
        *_of_titles([title for title in titles if title.strip()], dimensions),
        *_of_numbers(scorecard.scale.values, dimensions),
    )


def _of_titles(titles: Iterable[str], dimensions: str) -> Iterable[re.Pattern[str]]:
    """Titles of several words wherever they stand; one word only where it judges, for “solid” is also a solid."""
    several = {title for title in titles if " " in title}
    single = set(titles) - several
    if several:
        yield re.compile(rf"\b{_any(several)}\b")
    if single:
        word = _any(single)
        yield re.compile(
            rf"\b{_JUDGING} (?:a |an |as |very |quite |rather |clearly |just |really )*{word}\b"
            rf"|[:=] ?{word}\b|^ *{word} *[.!]? *$|\b{dimensions}[ ,:=-]+{word}\b|\b{word} (?:on|in|at) {dimensions}"
        )


def _of_numbers(values: Iterable[int], dimensions: str) -> Iterable[re.Pattern[str]]:
    """Numbers of the scale, in digits or words, where they rate and do not count something."""
    named = [_NUMBERS[value] for value in values if 0 <= value < len(_NUMBERS)]
    value = rf"(?<![\w.,+-]){_any({*(str(one) for one in values), *named})}(?![\w%]|[.,]\d)"
    counts_nothing = r"(?= *(?:$|[.,;:!?)/+]|-|(?:on|in|for|at|out|to|and|or|from)\b))"
    yield re.compile(rf"{value} ?/ ?\d+|{value} (?:out )?of (?:a )?(?:possible )?{value}")
    yield re.compile(rf"\b{_RATING}\b(?:\W+\w+){{0,4}}?\W+{value}{counts_nothing}")
    yield re.compile(rf"\ban? (?:\w+ )?{value}{counts_nothing}|{value} (?:points?|stars?)\b")
    yield re.compile(rf"\b{dimensions}(?: is| was)?[ ,:=(-]+{value}{counts_nothing}")
    yield re.compile(rf"{value} (?:on|in|for|at) {dimensions}")
    yield re.compile(rf"^ *{value} *(?:- ?\d+ *)?[.!]? *$|[:=] ?{value} *(?:$|[.,;])")


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in longest_first) + ")"
