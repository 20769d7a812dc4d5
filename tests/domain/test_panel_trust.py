"""What a panel is worth, in words: by its size, by what it rests on, and where nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.panel_trust import ASSUMED, PanelTrust

# Candidates 1, strictness .25, rest 1: the figures before there is any history.
USUAL = PanelTrust(4, (65, 71, 75, 78, 80, 81, 82, 83), 8)


def test_four_interviewers_and_a_fifth() -> None:
    assert USUAL.here == (
        "Had four other interviewers met this candidate, they would come out on the same side of the middle of all "
        "candidates about 78 times in 100."
    )
    assert USUAL.one_more == "A fifth interviewer raises agreement between panels from 78 to 80 in 100."
    assert "about eight parts in ten are the candidates" in USUAL.parts
    assert USUAL.basis == ASSUMED


@pytest.mark.parametrize(
    ("size", "one_more"),
    [
        (1, "A second interviewer raises agreement between panels from 65 to 71 in 100."),
        (7, "An eighth interviewer raises agreement between panels from 82 to 83 in 100."),
    ],
)
def test_other_sizes(size: int, one_more: str) -> None:
    found = replace(USUAL, interviewers=size)
    assert found.one_more == one_more
    assert ("Had another interviewer met" in found.here) == (size == 1)


def test_one_more_that_changes_nothing() -> None:
    found = PanelTrust(11, (*[80] * 12,), 1)
    assert found.one_more == "A further interviewer would hardly change that."
    assert "about one part in ten is the candidates" in found.parts
    assert "Had 11 other interviewers met" in found.here


def test_what_was_learned_says_from_how_much() -> None:
    found = replace(USUAL, n_cards=57, n_openings=1, fitted_at=datetime(2026, 11, 21, tzinfo=UTC))
    assert found.basis.startswith("Worked out from 57 scorecards of 1 opening on this blueprint")


def test_candidates_that_cannot_be_told_apart_give_no_number() -> None:
    found = PanelTrust(3, (), 0, n_cards=30, n_openings=2, fitted_at=datetime(2026, 11, 21, tzinfo=UTC))
    assert "nothing can be said" in found.here
    assert (found.one_more, found.parts) == ("", "")
