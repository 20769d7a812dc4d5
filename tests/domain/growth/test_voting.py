"""What votes say together, and below three nothing."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.growth import voting
from app.domain.growth.voting import CASE_CHOICES, Vote, counts, leading, settle_faults, shifts
from app.domain.ladder import Ladder, Level

NOT_YET, POSTPONE, PROMOTE = (choice.value for choice in CASE_CHOICES)


def _votes(*pairs: tuple[str, str]) -> list[Vote]:
    return [Vote(UUID(int=n), f"Member {n}", before, now) for n, (before, now) in enumerate(pairs)]


def _same(value: str, number: int) -> list[Vote]:
    return _votes(*([(value, value)] * number))


def test_two_votes_are_never_added_up() -> None:
    two = _same(PROMOTE, 2)

    assert counts([vote.now for vote in two], CASE_CHOICES) is None
    assert leading(two) is None
    assert all(sum(shift.now) == 0 for shift in shifts([two], CASE_CHOICES))
    assert counts([PROMOTE] * 3, CASE_CHOICES) == (0, 0, 3)


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ([PROMOTE, PROMOTE, NOT_YET], PROMOTE),
        ([PROMOTE, PROMOTE, NOT_YET, NOT_YET], None),
        ([PROMOTE, POSTPONE, NOT_YET], None),
        ([NOT_YET] * 4, NOT_YET),
    ],
)
def test_most_is_more_than_half(values: list[str], most: str | None) -> None:
    assert leading(_votes(*((value, value) for value in values))) == most


def test_a_disagreement_is_told_by_the_sealed_votes_and_stays_one() -> None:
    moved = _votes((PROMOTE, PROMOTE), (NOT_YET, PROMOTE), (POSTPONE, PROMOTE))

    assert voting.differ(moved)
    assert voting.apart(moved, CASE_CHOICES) == 2
    assert not voting.differ(_same(PROMOTE, 3))
    assert voting.apart([], CASE_CHOICES) == 0


def test_the_matrix_counts_before_against_now() -> None:
    moved = _votes((PROMOTE, PROMOTE), (NOT_YET, PROMOTE), (NOT_YET, NOT_YET))

    assert [shift.now for shift in shifts([moved, _same(POSTPONE, 3)], CASE_CHOICES)] == [
        (1, 0, 1),
        (0, 3, 0),
        (0, 0, 1),
    ]


def test_settling_on_what_most_voted_for_needs_no_words_and_anything_else_does() -> None:
    votes = _votes((PROMOTE, PROMOTE), (PROMOTE, PROMOTE), (NOT_YET, NOT_YET))

    assert settle_faults(PROMOTE, "", votes, CASE_CHOICES) == ()
    assert settle_faults(NOT_YET, " ", votes, CASE_CHOICES)[0].field == "words"
    assert settle_faults(NOT_YET, "The scope was read wrongly.", votes, CASE_CHOICES) == ()
    assert settle_faults("", "", votes, CASE_CHOICES)[0].field == "words"
    assert settle_faults("", "It comes back in March.", votes, CASE_CHOICES) == ()
    assert settle_faults("director", "x", votes, CASE_CHOICES)[0].field == "agreed"


def test_an_item_with_two_votes_can_only_be_set_aside() -> None:
    (fault,) = settle_faults(PROMOTE, "All agree.", _same(PROMOTE, 2), CASE_CHOICES)

    assert fault.field == "agreed"
    assert fault.message.startswith("Only 2 votes count here; below 3 nothing is added up.")


def test_a_draft_may_be_bare_and_a_sealed_vote_not() -> None:
    assert voting.vote_faults("", "", CASE_CHOICES, sealing=False) == ()
    assert [fault.field for fault in voting.vote_faults("", "", CASE_CHOICES, sealing=True)] == ["value", "reason"]
    assert [fault.field for fault in voting.vote_faults("maybe", "", CASE_CHOICES, sealing=False)] == ["value"]
    assert voting.vote_faults(PROMOTE, "Shown twice.", CASE_CHOICES, sealing=True) == ()


def test_a_change_needs_another_vote_and_words() -> None:
    assert [f.field for f in voting.change_faults(PROMOTE, PROMOTE, "Heard.", CASE_CHOICES)] == ["after"]
    assert [f.field for f in voting.change_faults(PROMOTE, NOT_YET, "", CASE_CHOICES)] == ["words"]
    assert [f.field for f in voting.change_faults(PROMOTE, "", "Heard.", CASE_CHOICES)] == ["after"]


def test_levels_are_choices_from_the_lowest_on() -> None:
    ladder = Ladder((Level("lead", "Lead", "pm", 2), Level("senior", "Senior", "pm", 1)))

    assert [choice.words for choice in voting.level_choices(ladder)] == ["Senior", "Lead"]
