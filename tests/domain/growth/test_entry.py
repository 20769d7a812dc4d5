"""What an entry of an evidence log has to be, and what it says once a reading has become one."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.growth.entry import answer_faults, day_faults, shows_faults, title_faults
from app.domain.growth.log import Showing, Shown, Word
from app.domain.growth.offer import read_words
from app.domain.metric import Metric, Target

TODAY = date(2026, 11, 22)
DEPTH = Showing(Shown.COMPETENCY, "depth")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (TODAY, ""),
        (date(2026, 11, 23), "23 November 2026 has not come yet. Add it once it has happened."),
        (date(1989, 12, 31), "31 December 1989 is too long ago. Is the year right?"),
    ],
)
def test_a_day_has_come(day: date, said: str) -> None:
    assert [fault.message for fault in day_faults(day, TODAY)] == ([said] if said else [])


def test_a_title_is_needed() -> None:
    assert title_faults("Did it") == ()
    assert title_faults(" ")[0].field == "title"


def test_only_what_the_role_knows_can_be_shown() -> None:
    assert shows_faults([DEPTH], {DEPTH}) == ()
    [fault] = shows_faults([DEPTH, Showing(Shown.CRITERION, "depth")], {DEPTH})
    assert fault.message == "The role has no criterion “depth”. Choose from the list."
    many = {Showing(Shown.COMPETENCY, f"one-{number}") for number in range(21)}
    assert "at most 20" in shows_faults(many, many)[0].message


@pytest.mark.parametrize(
    ("word", "words", "right"),
    [
        (Word.YES, "", True),
        (Word.CANNOT_SAY, "", True),
        (Word.PARTLY, " ", False),
        (Word.NO, "", False),
        (Word.NO, "It was five.", True),
        (Word.YES, "x" * 2001, False),
    ],
)
def test_to_differ_needs_words(word: Word, words: str, *, right: bool) -> None:
    assert (answer_faults(word, words) == ()) is right


def test_a_reading_says_what_it_was_held_against() -> None:
    metric = Metric("p", "Precision", "Right of all", "Fewer alarms", Target("at least 85", unit="%"), ("weekly",))

    assert read_words(metric, "p", "87", "71", "After the fix") == (
        "Precision: 87 %",
        "It read 87 %. It began at 71 %. The blueprint aims at: at least 85.\nAfter the fix",
    )
    assert read_words(None, "p", "87", "", "") == ("p: 87", "It read 87.")
