"""What a case cites and what that amounts to in words; what refuses a text, a target and a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import (
    BRIEF_LIMIT,
    LEAST_AGAINST,
    CaseTexts,
    Feedback,
    against_problems,
    counts,
    feedback_problems,
    gaps_from,
    gaps_text,
    higher,
    lacks,
    target_fault,
    text_problems,
)
from app.domain.growth.log import Visibility, Word
from app.domain.growth.support import Backing, Cited, Said, ago, support, time_in, within
from app.domain.ladder import Criterion, Evidence, Ladder, Level
from app.domain.milestone import Offset
from app.domain.onboarding.goal import EvidenceKind

ON = date(2026, 11, 22)
CRITERION = Criterion("impact", "Shows impact", ("judgment",), Evidence("Two results", 2, Offset(months=12)))
LADDER = Ladder((Level("senior", "Senior", "ic", 4), Level("staff", "Staff", "ic", 5), Level("pm", "PM", "ic", 3)))
WHOLE = CaseTexts("Brief", "Plan", "None at present")
AGAINST = "x" * LEAST_AGAINST


def piece(number: int = 1, day: date = ON, **changes: object) -> Cited:
    """A piece that counts."""
    plain = Cited(UUID(int=number), EvidenceKind.TEXT, f"Piece {number}", "", day, "")
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def test_nothing_cited_is_empty_and_says_what_is_asked_for() -> None:
    found = support(CRITERION, (), ON)

    assert (found.backing, found.words) == (Backing.EMPTY, "Nothing is cited. The blueprint asks for at least 2.")


def test_the_first_day_of_the_horizon_counts_and_the_day_before_does_not() -> None:
    found = support(CRITERION, [piece(1, date(2025, 11, 22)), piece(2, date(2025, 11, 21))], ON)

    assert ([one.entry_id.int for one in found.recent], [one.entry_id.int for one in found.older]) == ([1], [2])
    assert found.backing is Backing.SOME
    assert found.words == (
        "1 of at least 2 that the blueprint asks for, the newest 12 months ago. 1 more from before the time that "
        "counts. Nobody has corroborated it yet."
    )


def test_closed_and_withdrawn_pieces_are_there_and_count_for_nothing() -> None:
    closed = [piece(1, visibility=Visibility.MANAGER), piece(2, withdrawn=True)]
    found = support(CRITERION, closed, ON)

    assert (found.backing, len(found.cited), len(found.recent)) == (Backing.SOME, 2, 0)
    assert "2 can no longer be read." in found.words


def test_whoever_confirms_is_named_once_and_whoever_denies_is_not() -> None:
    said = (Said("Petra", Word.YES), Said("Oskar", Word.NO), Said("Sena", Word.CANNOT_SAY))
    found = support(CRITERION, [piece(1, said=said), piece(2, said=(Said("Petra", Word.PARTLY),))], ON)

    assert found.corroborators == ("Petra",)
    assert found.words.endswith("Corroborated by Petra.")
    assert piece(said=said).doubted == ("Oskar",)


def test_two_who_confirm_are_joined_with_and() -> None:
    said = (Said("Petra", Word.YES), Said("Sena", Word.PARTLY))

    assert support(CRITERION, [piece(1, said=said)], ON).words.endswith("Corroborated by Petra and Sena.")


def test_a_criterion_without_a_number_asks_for_one_piece() -> None:
    bare = replace(CRITERION, evidence=None)

    assert support(bare, [piece(1, date(1999, 1, 1))], ON).backing is Backing.ENOUGH
    assert within([support(bare, (), ON), support(bare, [piece()], ON)]) == (1, 2)


@given(st.lists(st.dates(date(2020, 1, 1), date(2027, 1, 1)), max_size=9))
def test_no_piece_is_lost_and_none_counts_twice(days: list[date]) -> None:
    given_ones = [piece(number, day) for number, day in enumerate(days, 1)]
    found = support(CRITERION, given_ones, ON)

    assert sorted(one.entry_id.int for one in found.cited) == [one.entry_id.int for one in given_ones]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (-3, "today"), (1, "yesterday"), (13, "13 days ago"), (14, "2 weeks ago"), (59, "8 weeks ago"),
     (61, "2 months ago"), (364, "12 months ago"), (800, "2 years ago")],
)  # fmt: skip
def test_how_long_ago(days: int, words: str) -> None:
    assert ago(ON - timedelta(days=days), ON) == words


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2024, 8, 22), "2 years and 3 months"),
        (date(2024, 11, 22), "2 years"),
        (date(2025, 11, 23), "11 months"),
        (date(2026, 10, 22), "1 month"),
        (date(2026, 11, 1), "less than a month"),
        (date(2026, 12, 1), "not yet"),
    ],
)
def test_time_in_a_level(since: date, words: str) -> None:
    assert time_in(since, ON) == words


def test_only_levels_above_are_targets() -> None:
    assert [one.id for one in higher(LADDER, "pm")] == ["senior", "staff"]
    assert target_fault(LADDER, "senior", "staff") is None
    for target, word in (
        ("pm", "not above the current level"),
        ("senior", "is the current level"),
        ("x", "Choose one"),
    ):
        fault = target_fault(LADDER, "senior", target)
        assert fault is not None
        assert word in fault.message
    gone = target_fault(LADDER, "gone", "staff")
    assert gone is not None
    assert "not on this ladder" in gone.message


def test_a_whole_case_lacks_nothing_and_an_empty_one_everything() -> None:
    assert lacks(WHOLE, AGAINST, 1, readable=1) == ()
    assert [one.part for one in lacks(CaseTexts(), "", 0, readable=0)] == [
        "brief", "criteria", "against", "development", "need"
    ]  # fmt: skip
    assert [one.part for one in lacks(WHOLE, AGAINST[:-1], 2, readable=0)] == ["criteria", "against"]


def test_texts_are_refused_where_they_are_too_long() -> None:
    assert text_problems(CaseTexts()) == ()
    assert [one.field for one in text_problems(CaseTexts(brief="x" * (BRIEF_LIMIT + 1)))] == ["brief"]
    assert against_problems(AGAINST) == ()
    assert [one.field for one in against_problems(" ")] == ["case_against"]


def test_feedback_has_three_parts_once_it_is_given() -> None:
    half = Feedback("In May", "", "Calm")

    assert feedback_problems(half, sending=False) == ()
    assert [one.field for one in feedback_problems(half, sending=True)] == ["behaviour"]


def test_votes_are_counted_for_every_outcome() -> None:
    votes = [CaseOutcome.PROMOTE, CaseOutcome.NOT_YET, CaseOutcome.PROMOTE]

    assert counts(votes) == ((CaseOutcome.PROMOTE, 2), (CaseOutcome.POSTPONE, 0), (CaseOutcome.NOT_YET, 1))


def test_gaps_are_stored_and_read_back() -> None:
    assert gaps_from(gaps_text(["b", "a", "b"])) == ("a", "b")
