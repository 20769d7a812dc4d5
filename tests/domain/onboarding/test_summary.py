"""Figures over many first years, and when there are too few to tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.onboarding.summary import Share, wait


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([1, 2, 3, 4, 5], "Less than a day"),
        ([24] * 5, "1 day"),
        ([24, 36, 60, 60, 100], "2.5 days"),
        ([240, 250, 300, 330, 900], "12 days"),
        ([24, 48, 48, 72, 24 * 300], "2 days"),
        ([24] * 4, "Too few to tell: 4 so far"),
        ([], "Too few to tell: 0 so far"),
    ],
)
def test_the_median_wait_in_words(hours: list[int], words: str) -> None:
    assert wait([timedelta(hours=one) for one in hours]).words == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(5, 6, "83 %, 5 of 6"), (0, 5, "0 %, 0 of 5"), (4, 4, "Too few to tell: 4 so far")],
)
def test_a_share_in_words(part: int, whole: int, words: str) -> None:
    assert Share(part, whole).words == words
