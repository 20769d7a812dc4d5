"""The words and numbers of a report, on counts that agencies and audits have published."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.domain.fairness.cohort import Standing, counted
from app.domain.fairness.questions import Question
from app.domain.fairness.release import Figures
from app.domain.fairness.report import GroupLine, Section
from app.domain.fairness.withholding import told
from app.formats.impact_layout import HEADER, impact_rows
from app.queries.impact_sections import OVERALL, SCORING, sections
from tests.factories.impact_paper import impact_document

SEX = Question("Sex", ("Female", "Male"))
HIRED = 4


def _sections(*groups: tuple[str, int, int]) -> tuple[Section, ...]:
    """A report of groups: name, people, hired."""
    people = [
        Standing({"Sex": name}, HIRED if number < hired else 0)
        for name, count, hired in groups
        for number in range(count)
    ]
    return sections(Figures((SEX,), told(counted((SEX,), people)), 0))


def _overall(*groups: tuple[str, int, int]) -> dict[str, GroupLine]:
    step = _sections(*groups)[0].steps[0]
    assert step.title == OVERALL
    return {one.group: one for one in step.groups}


def test_48_of_80_against_12_of_40() -> None:
    women = _overall(("Male", 80, 48), ("Female", 40, 12))["Female"]
    assert (women.ratio, women.percent, women.below) == (Fraction(1, 2), "30 %", True)
    assert women.chance == pytest.approx(0.00341, abs=5e-6)
    assert women.verdict == "Below four fifths, unlikely to be chance"
    assert women.flips == "8 more people to four fifths"


def test_48_of_255_against_52_of_395() -> None:
    women = _overall(("Male", 255, 48), ("Female", 395, 52))["Female"]
    assert float(women.ratio or 0) == pytest.approx(0.699, abs=5e-4)
    assert women.chance == pytest.approx(0.0584, abs=5e-5)
    assert women.verdict == "Below four fifths, may be chance"


def test_exactly_four_fifths_is_not_below() -> None:
    women = _overall(("Male", 30, 25), ("Female", 30, 20))["Female"]
    assert (women.ratio, women.below, women.flips) == (Fraction(4, 5), False, "")
    assert women.verdict == "No sign of a difference"


def test_a_small_cell_takes_no_part_in_any_comparison() -> None:
    found = _overall(("Male", 20, 3), ("Female", 10, 1))
    assert {name: (one.people, one.passed, one.ratio, one.verdict) for name, one in found.items()} == {
        "Male": (20, None, None, ""), "Female": (10, None, None, ""),
    }  # fmt: skip


def test_too_few_people_come_with_how_many_it_would_take() -> None:
    found = _overall(("Male", 20, 8), ("Female", 20, 5))
    assert found["Female"].verdict == "Too few people to tell. About 145 in each group would be needed."
    assert found["Male"].verdict == "Highest rate"


def test_nobody_hired_is_said_and_nothing_compared() -> None:
    step = _sections(("Male", 20, 0), ("Female", 20, 0))[0].steps[0]
    assert (step.passed, step.line) == (0, None)
    assert {one.verdict for one in step.groups} == {"Nobody went on"}


def test_official_rates_of_a_scored_sample() -> None:
    """Above the median: 50 of 92 men, 34 of 76 women (New York City's own example)."""
    people = [
        Standing({"Sex": name}, 3, Fraction(2 if number < above else 1))
        for name, count, above in (("Male", 92, 50), ("Female", 76, 34))
        for number in range(count)
    ]
    people += [Standing({"Sex": name}, 0) for name in ("Male", "Female") for _ in range(20)]
    step = sections(Figures((SEX,), told(counted((SEX,), people)), 0))[0].steps[-1]
    rates = {one.group: (one.rate, one.ratio) for one in step.groups}
    assert step.title == SCORING
    assert rates["Male"] == (Fraction(50, 92), Fraction(1))
    assert round(float(rates["Female"][1] or 0), 2) == 0.82


def test_findings_are_only_those_with_enough_people() -> None:
    report = impact_document().report
    assert [(section.title, step.title, group.group) for section, step, group in report.findings] == [
        ("Sex", OVERALL, "Female"),
        ("Race or ethnicity", OVERALL, "White"),
        ("Sex and race or ethnicity", OVERALL, "Female, White"),
    ]
    assert impact_document(few=True).report.findings == []


def test_the_table_has_every_category_of_the_law_and_says_what_is_left_out() -> None:
    rows = list(impact_rows(impact_document(unscored=True).report))
    assert {len(row) for row in rows} == {len(HEADER)}
    overall = [row for row in rows if row[0] == OVERALL]
    assert [row[2] for row in overall if row[1] == "Sex categories"] == ["Female", "Male", "Another", "Unknown"]
    assert sum(row[1] == "Sex and race or ethnicity categories" for row in overall) == 21
    assert overall[-1][1:6] == ("All", "Everybody", 170, 44, "0.2588")
    assert [row[2:4] for row in rows if row[0] == "Exclusions"] == [
        ("Withdrawn applications", 3),
        ("Scoring rates", ""),
    ]


def test_an_answer_that_nobody_gave_leaves_no_combination_to_withhold() -> None:
    both = impact_document().report.sections[2].steps[0]
    assert [one.group for one in both.told] == ["Female, White", "Male, White", "Male, Asian"]
