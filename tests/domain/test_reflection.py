"""What is said to interviewers of how they score: words that follow from the number and its bar."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain import reflection as words
from app.domain.reflection import Reflection, Told

SURE = "with 12 interviews this is more than chance would do."
NONE = Told(None, why="how strict interviewers are is not known")
USUAL = Reflection(
    rater_id=UUID(int=1), name="Hannelore", n_cards=12, strictness=Told(-0.3, -0.7, 0.1), spread=Told(1.0),
    halo=Told(0.0), fit=Told(1.0), drift=(0.1, -0.2), drift_limit=1.0, order=Told(None, why="2 cards"),
    distance=Told(0.8), within_one=Told(0.84), on_time=11, timed=12,
)  # fmt: skip


@pytest.mark.parametrize(
    ("strictness", "word", "sentence"),
    [
        (
            Told(-0.3, -0.7, 0.1),
            "No sign",
            "Your scores are 0.3 lower than colleagues' for the same people; with 12 interviews this may be chance.",
        ),
        (
            Told(-0.6, -0.9, -0.3),
            "Strict",
            f"Your scores are 0.6 lower than colleagues' for the same people; {SURE}",
        ),
        (
            Told(0.5, 0.1, 0.9),
            "Generous",
            f"Your scores are 0.5 higher than colleagues' for the same people; {SURE}",
        ),
        (
            Told(0.04, -0.3, 0.4),
            "No sign",
            "Your scores are where colleagues' are for the same people, as far as 12 interviews can tell.",
        ),
        (Told(-0.3), "No sign", "Your scores are 0.3 lower than colleagues' for the same people."),
        (NONE, NONE.why, NONE.why),
    ],
)
def test_strictness_in_a_word_and_in_a_sentence(strictness: Told, word: str, sentence: str) -> None:
    found = replace(USUAL, strictness=strictness)
    assert found.word == word
    assert words.in_your_words(found) == sentence


def test_one_interview_is_one() -> None:
    said = words.in_your_words(replace(USUAL, n_cards=1))
    assert said.startswith("So far 1 interview with candidates who are decided;")


def test_below_ten_cards_no_number_is_said() -> None:
    found = replace(USUAL, n_cards=9)
    assert found.word == "Too few scorecards: 9 of 10"
    assert "0.3" not in words.in_your_words(found)
    assert found.scale_use == "Cannot be told"


@pytest.mark.parametrize(
    ("spread", "cards", "use"),
    # Twelve cards tell a deviation to about a fifth; two hundred to a twentieth.
    [(0.8, 12, "As usual"), (0.6, 12, "Narrow"), (1.3, 12, "As usual"), (1.5, 12, "Wide"), (0.8, 200, "Narrow"),
     (0.0, 12, "Narrow: hardly any difference")],
)  # fmt: skip
def test_use_of_the_scale_allows_for_chance(spread: float, cards: int, use: str) -> None:
    assert replace(USUAL, spread=Told(spread), n_cards=cards).scale_use == use


def test_the_other_questions_have_an_answer_each_way() -> None:
    assert words.your_halo(USUAL).startswith("No sign")
    assert "with 12 scorecards this may be chance" in words.your_halo(replace(USUAL, halo=Told(0.5)))
    many = replace(USUAL, n_cards=103)
    assert "more than those of others (+0.3)" in words.your_halo(replace(many, halo=Told(0.3)))
    assert "less than" in words.your_halo(replace(many, halo=Told(-0.3)))
    assert [replace(one, halo=Told(0.3)).together for one in (USUAL, many)] == ["+0.3, may be chance", "+0.3"]
    assert replace(USUAL, halo=NONE).together == "Cannot be told"
    assert "cannot be told" in words.your_halo(replace(USUAL, halo=NONE))
    assert words.your_drift(USUAL) == "No sign that your marks moved over time."
    assert "further to one side" in words.your_drift(replace(USUAL, drift=(0.2, 1.1)))
    assert "cannot be told" in words.your_drift(replace(USUAL, drift=()))
    assert "0.8 from what others gave" in words.your_agreement(USUAL)
    assert "about 8 in 10" in words.your_agreement(USUAL)
    assert words.your_agreement(replace(USUAL, distance=NONE)).startswith("Too few")
    assert words.your_order(USUAL).endswith("cannot be told: 2 cards.")
    assert words.your_order(replace(USUAL, order=Told(0.2, -0.1, 0.5))).startswith("No sign")
    assert "higher (+0.4 a point)" in words.your_order(replace(USUAL, order=Told(0.4, 0.2, 0.6)))
    assert "hardly differ" in words.your_scale(replace(USUAL, spread=Told(0.0)))
    assert "closer together" in words.your_scale(replace(USUAL, spread=Told(0.5)))


def test_numbers_are_written_with_a_real_minus() -> None:
    assert [words.signed(value) for value in (-0.31, -0.04, 0.0, 0.25, 1.0)] == [
        "\N{MINUS SIGN}0.3", "0.0", "0.0", "+0.2", "+1.0",
    ]  # fmt: skip
    assert words.with_bar(Told(-0.3, -0.7, 0.1)) == "\N{MINUS SIGN}0.3 (\N{MINUS SIGN}0.7 to +0.1)"
    assert words.with_bar(Told(0.5)) == "+0.5"
    assert words.with_bar(NONE) == NONE.why


@pytest.mark.parametrize(
    "why", ["one rater", "one target", "fewer than six cards", "every rating is the same", "each rater appears once"]
)
def test_every_refusal_is_a_sentence(why: str) -> None:
    said = words.refusal(why)
    assert said.endswith(".")
    assert said != why


def test_without_a_reason_the_night_brings_it() -> None:
    assert words.refusal(None) == words.NOT_YET
    assert words.refusal(words.UNCONNECTED).startswith("Candidates were met by different interviewers")


def test_punctuality_is_counted() -> None:
    assert USUAL.punctual == "11 of 12"
    assert replace(USUAL, on_time=0, timed=0).punctual == "No dated interview"
