"""A report on groups as it is printed."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.fairness.cohort import Standing
from app.domain.fairness.release import OTHER_VERSIONS
from app.domain.fairness.report import ImpactDocument, ImpactReport
from app.queries.impact_sections import sections
from tests.factories.fairness import RACE, SEX, figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MANY = (({SEX: "Female", RACE: "White"}, 60), ({SEX: "Male", RACE: "Asian"}, 60), ({SEX: "Male", RACE: "White"}, 44))
"""People by what they said; each third of them came to another level, women less far."""


def impact_document(*, few: bool = False, unscored: bool = False) -> ImpactDocument:
    """A report of 170 applications; ``few`` leaves too little to tell anything."""
    crowds = [(answers, people // (20 if few else 1)) for answers, people in MANY]
    people = [one for answers, count in crowds for one in _people(answers, count)]
    people += [Standing({}, 0)] * 6
    figures = figures_of(people, withdrawn=3, unscored=OTHER_VERSIONS if unscored else "")
    report = ImpactReport(
        UUID(int=9), "Senior Product Manager", ("Product Manager, Ports", "Product Manager, Rail and Roads"),
        datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "Amara Nwosu", "5e" * 32, figures.people, figures.withdrawn,
        sections(figures), figures.unscored,
    )  # fmt: skip
    return ImpactDocument("Harrow & Vale", report, "Europe/London")


def _people(answers: Mapping[str, str], count: int) -> list[Standing]:
    slow = answers[SEX] == "Female"
    found = []
    for number in range(count):
        level = (0, 0, 1, 2, 3, 4)[number % 6] if slow else (0, 1, 2, 3, 4, 4)[number % 6]
        score = Fraction(20 + number % 25, 10) if level > 2 else None
        found.append(Standing(answers, level, score))
    return found
