"""Figures over many first years, and when there are too few to tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.onboarding.summary import Share, wait


@pytest.mark.parametrize(
    ("middle", "count", "words"),
    [
        ([3], 5, "Less than a day"),
        ([24, 24], 6, "1 day"),
        ([60], 5, "2.5 days"),
        ([300], 7, "12 days"),
        ([24, 72], 6, "2 days"),
        ([24, 24], 4, "Too few to tell: 4 so far"),
        ([], 0, "Too few to tell: 0 so far"),
    ],
)
def test_the_median_wait_in_words(middle: list[int], count: int, words: str) -> None:
    assert wait([timedelta(hours=one) for one in middle], count).words == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(5, 6, "83 %, 5 of 6"), (0, 5, "0 %, 0 of 5"), (4, 4, "Too few to tell: 4 so far")],
)
def test_a_share_in_words(part: int, whole: int, words: str) -> None:
    assert Share(part, whole).words == words
