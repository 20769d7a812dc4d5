"""How far people came and what they said, counted; and reports as they are kept."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.domain.fairness.cohort import ALL, Counts, Standing, counted, level_of
from app.domain.fairness.questions import DEFAULT, Question, kept
from app.domain.fairness.rates import percent, rate_line
from app.domain.fairness.release import Figures, lines, read, written
from app.domain.fairness.withholding import told
from app.domain.hiring import Stage

SEX, RACE = Question("Sex", ("Female", "Male")), Question("Race", ("White", "Asian"))


def test_a_level_is_the_farthest_that_was_reached() -> None:
    assert level_of([Stage.APPLIED], decided=False, hired=False) == 0
    assert level_of([Stage.APPLIED, Stage.INTERVIEWING, Stage.SCREENING], decided=False, hired=False) == 2
    assert level_of([Stage.APPLIED], decided=True, hired=False) == 3
    assert level_of([Stage.DECIDED], decided=True, hired=True) == 4


def test_answers_are_counted_alone_together_and_in_all() -> None:
    people = [
        Standing({"Sex": "Female", "Race": "Asian"}, 4, Fraction(4)),
        Standing({"Sex": "Female"}, 1),
        Standing({"Sex": "Male", "Race": "Asian"}, 2, Fraction(3)),
        Standing({"Sex": "no such choice"}, 0, Fraction(3)),
    ]
    found = counted([SEX, RACE], people)
    assert found["Female", "Asian"] == Counts((1, 1, 1, 1, 1), 1, 1)
    assert found["Female", ALL] == Counts((2, 2, 1, 1, 1), 1, 1)
    assert found[ALL, "Asian"] == Counts((2, 2, 2, 1, 1), 2, 1)
    assert found[None, None] == Counts((1, 0, 0, 0, 0), 1, 0)
    assert found[ALL, ALL] == Counts((4, 3, 2, 1, 1), 3, 1)


def test_the_median_lies_between_two_and_is_not_above_itself() -> None:
    scores = (Fraction(1), Fraction(2), Fraction(3), Fraction(4))
    found = counted([SEX], [Standing({}, 3, score) for score in scores])
    assert found[ALL, ALL].above == 2
    assert counted([SEX], [Standing({}, 3, Fraction(2))] * 3)[ALL, ALL].above == 0


def test_a_report_is_read_as_it_was_written() -> None:
    figures = Figures(DEFAULT, told(counted(DEFAULT, [Standing({"Sex": "Male"}, 2)] * 30)), 2, "Why not.")
    assert read(written(figures)) == figures
    assert written(read(written(figures))) == written(figures)
    with pytest.raises(ValueError, match="newer program"):
        read(written(figures).replace('"version":1', '"version":2'))


def test_both_questions_are_laid_out_after_each() -> None:
    shown = lines(Figures((SEX, RACE), {}, 0))
    assert [title for title, _, _ in shown] == ["Sex", "Race", "Sex and race"]
    assert [name for name, _ in shown[2][1]] == ["Female, White", "Female, Asian", "Male, White", "Male, Asian"]


def test_only_what_is_offered_is_kept() -> None:
    given = {"Sex": "Female", "Race": "Martian", "Age": "40"}
    assert kept((SEX, RACE), given) == {"Sex": "Female"}
    assert kept((SEX, RACE), {"Sex": ""}) == {}


def test_a_rate_says_how_far_chance_could_move_it() -> None:
    line = rate_line("Female", 10, 19)
    assert line.shown == "10 of 19, 53 %"
    assert (round(line.low, 3), round(line.high, 3)) == (0.317, 0.727)  # statsmodels' proportion_confint, wilson
    assert rate_line("None", 0, 5).low == pytest.approx(0)
    assert percent(Fraction(1, 200)) == "1 %"
