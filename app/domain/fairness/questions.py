"""What an installation asks people about themselves, and what of it may be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_ANSWER = "I prefer not to say"
"""Offered with every question; kept as no answer at all."""

OFF = "off"
DEFAULT = (
    "Sex: Female, Male, Another;"
    " Race or ethnicity: Hispanic or Latino, White, Black or African American, Native Hawaiian or Pacific Islander,"
    " Asian, Native American or Alaska Native, Two or more races"
)
"""The categories that New York City's audits are printed in, with one more for people who are neither."""

MOST_QUESTIONS, FEWEST_CHOICES, MOST_CHOICES, LONGEST = 2, 2, 12, 60
_PLAIN = re.compile(r"[^\x00-\x1f<>&;:,]+")


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what can be chosen; who does not choose is counted as unknown."""

    title: str
    choices: tuple[str, ...]


def questions(text: str) -> tuple[Question, ...]:
    """Read ``Question: choice, choice; Question: choice, choice``; ``off`` asks nothing.

    :class:`ValueError` says in words what is wrong.
    """
    if text.strip().lower() == OFF:
        return ()
    asked = tuple(_question(part) for part in text.split(";") if part.strip())
    if not 1 <= len(asked) <= MOST_QUESTIONS:
        message = "asks more than two questions or none"
        raise ValueError(message)
    if len({question.title.casefold() for question in asked}) < len(asked):
        message = "asks the same question twice"
        raise ValueError(message)
    return asked


def kept(asked: tuple[Question, ...], given: Mapping[str, str]) -> dict[str, str]:
    """What of the given answers is kept: by question, only what it offers, and nothing for who prefers not to say."""
    return {one.title: given[one.title] for one in asked if given.get(one.title) in one.choices}


def _question(part: str) -> Question:
    title, colon, rest = part.partition(":")
    choices = tuple(choice.strip() for choice in rest.split(","))
    words = (title.strip(), *choices)
    if not colon or any(not _PLAIN.fullmatch(word) or len(word) > LONGEST for word in words):
        message = f"is not written as Question: choice, choice in {part.strip()!r}"
        raise ValueError(message)
    if not FEWEST_CHOICES <= len(set(choices)) <= MOST_CHOICES or len(set(choices)) < len(choices):
        message = f"offers fewer than 2, more than 12 or equal choices in {title.strip()!r}"
        raise ValueError(message)
    return Question(title.strip(), choices)
