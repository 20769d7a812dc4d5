"""What an installation asks people about themselves, and what of it may be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_ANSWER = "I prefer not to say"
"""Offered with every question; kept as no answer at all."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what can be chosen; who does not choose is counted as unknown."""

    title: str
    choices: tuple[str, ...]


DEFAULT = (
    Question("Sex", ("Female", "Male", "Another")),
    Question(
        "Race or ethnicity",
        (
            "Hispanic or Latino", "White", "Black or African American", "Native Hawaiian or Pacific Islander", "Asian",
            "Native American or Alaska Native", "Two or more races",
        ),
    ),
)  # fmt: skip
"""The categories that New York City's audits are printed in, with one more for people who are neither."""


def kept(asked: tuple[Question, ...], given: Mapping[str, str]) -> dict[str, str]:
    """What of the given answers is kept: by question, only what it offers, and nothing for who prefers not to say."""
    return {one.title: given[one.title] for one in asked if given.get(one.title) in one.choices}
