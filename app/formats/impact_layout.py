"""A report on groups as a table, in the parts and the order in which New York City has audits printed.

For each step: sex, then race or ethnicity, then both together; each with people, people who went on, rate and impact
ratio, then people whose group is unknown, and what was left out and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.fairness.report import NOT_SHOWN

if TYPE_CHECKING:
    from fractions import Fraction

    from app.domain.fairness.report import GroupLine, ImpactReport, Step

HEADER = (
    "Step", "Categories", "Category", "Applicants", "Selected or above median", "Rate", "Impact ratio", "95 % from",
    "95 % to", "Fisher p", "Below four fifths", "Finding", "Note",
)  # fmt: skip
Row = tuple[str | int, ...]
_WITHHELD = "Withheld: under 5 people, or another small number would follow from it"
_UNKNOWN = "Chose nothing; not in any rate"


def impact_rows(report: ImpactReport) -> Iterator[Row]:
    """Every category at every step, withheld counts as words, and the exclusions at the end."""
    names = [step.title for section in report.sections[:1] for step in section.steps]
    for place, name in enumerate(names):
        for section in report.sections:
            step = section.steps[place]
            yield from (_row(name, f"{section.title} categories", one) for one in step.groups)
            if place == 0 and section.answered:
                unknown = NOT_SHOWN if section.unknown is None else section.unknown
                yield (name, f"{section.title} categories", "Unknown", unknown, *[""] * 8, _UNKNOWN)
        yield (name, "All", "Everybody", *_whole(report.sections[0].steps[place]))
    yield _exclusion(
        "Withdrawn applications", report.withdrawn, "Left out of every step: nobody judged them to the end"
    )
    if report.unscored:
        yield _exclusion("Scoring rates", "", report.unscored)


def _row(step: str, categories: str, one: GroupLine) -> Row:
    withheld = one.people is None or (bool(one.people) and one.passed is None)
    passed = NOT_SHOWN if withheld else (one.passed or 0)
    return (
        step, categories, one.group, NOT_SHOWN if one.people is None else one.people, passed,
        _decimal(one.rate), _decimal(one.ratio), _decimal(one.low),
        _decimal(one.high), _decimal(one.chance), "" if one.below is None else ("yes" if one.below else "no"),
        one.verdict, "; ".join(filter(None, (_WITHHELD if withheld else "", one.flips))),
    )  # fmt: skip


def _whole(step: Step) -> Row:
    rate = _decimal(step.passed / step.people) if step.people else ""
    return (step.people, step.passed, rate, *[""] * 7)


def _exclusion(what: str, people: str | int, why: str) -> Row:
    return ("Exclusions", "", what, people, *[""] * 8, why)


def _decimal(value: float | Fraction | None) -> str:
    return "" if value is None else f"{float(value):.4f}"
