"""Bars, chances of places, bands and their words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.analysis.components import Components
from app.analysis.ranking import (
    bands,
    chance_ahead,
    half_widths,
    in_words,
    natural,
    panel_noise,
    rank_chances,
    reliability,
)

FOUND = Components(target=1.0, rater=0.25, residual=0.8, mean=3.0)


def test_people_whom_the_same_panel_saw_share_its_strictness() -> None:
    shares = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    noise = panel_noise(shares, FOUND)
    assert np.diag(noise) == pytest.approx([0.525, 0.525, 1.05])
    assert noise[0, 1] == pytest.approx(0.125)
    assert noise[0, 2] == 0
    assert half_widths(noise) == pytest.approx(1.6448536 * np.sqrt(np.diag(noise)))
    assert reliability(noise, FOUND) == pytest.approx(1 / (1 + 0.7))


def test_the_chance_of_being_ahead_is_written_out() -> None:
    noise = np.array([[0.5, 0.1], [0.1, 0.3]])
    z = math.sqrt(0.6) * 0.4 / math.sqrt(0.6)
    expected = 0.5 * (1 + math.erf(z / math.sqrt(2)))
    assert chance_ahead(np.array([3.4, 3.0]), noise, 0.6)[0, 1] == pytest.approx(expected)


def test_panels_that_see_everything_leave_no_doubt_but_ties() -> None:
    ahead = chance_ahead(np.array([3.0, 3.0, 2.0]), np.zeros((3, 3)), 1.0)
    assert ahead.tolist() == [[0.5, 0.5, 1.0], [0.5, 0.5, 1.0], [0.0, 0.0, 0.5]]


def test_chances_of_two_places_are_the_chance_of_being_ahead() -> None:
    scores, noise = np.array([3.4, 3.0]), np.array([[0.5, 0.1], [0.1, 0.3]])
    expected = chance_ahead(scores, noise / 0.6, 1.0)[0, 1]
    found = rank_chances(scores, noise, 0.6, draws=200_000, seed=4)
    assert found[0, 0] == pytest.approx(expected, abs=0.004)
    assert found[0, 1] == found[1, 0]


def test_chances_are_the_same_for_the_same_seed_only() -> None:
    scores, noise = np.array([3.4, 3.0, 3.1]), np.eye(3) * 0.3
    one, again, other = (rank_chances(scores, noise, 0.6, seed=seed) for seed in (1, 1, 2))
    assert one.tolist() == again.tolist()
    assert one.tolist() != other.tolist()
    assert one == pytest.approx(other, abs=0.02)


@pytest.mark.parametrize("n", [60, 70])
def test_few_and_many_are_counted_alike(n: int) -> None:
    """Beyond 64 places are sorted, not compared one with one: equal standings have equal chances of every place."""
    found = rank_chances(np.zeros(n), np.eye(n), 1.0, draws=20_000)
    assert found == pytest.approx(np.full((n, n), 1 / n), abs=0.012)
    apart = rank_chances(np.arange(n, 0, -1.0), np.eye(n) * 1e-6, 1.0, draws=100)
    assert apart.tolist() == np.eye(n).tolist()


def test_bands_begin_anew_below_whom_the_head_is_surely_ahead_of() -> None:
    ahead = np.full((4, 4), 0.5)
    ahead[0] = [0.5, 0.79, 0.80, 0.99]
    ahead[2] = [0.2, 0.3, 0.5, 0.81]
    assert bands(np.array([4.0, 3.5, 3.0, 2.0]), ahead).tolist() == [1, 1, 2, 3]


def test_a_tie_joins_a_band_together() -> None:
    ahead = np.full((3, 3), 0.5)
    ahead[0] = [0.5, 0.79, 0.85]
    assert bands(np.array([4.0, 3.5, 3.5]), ahead).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.5, "too close to call"),
        (0.649, "too close to call"),
        (0.65, "leaning"),
        (0.80, "probably ahead"),
        (0.95, "clearly ahead"),
        (0.05, "clearly ahead"),
        (0.3, "leaning"),
    ],
)
def test_words_of_certainty(chance: float, words: str) -> None:
    assert in_words(chance) == words


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "fewer than 1 in 10"),
        (0.049, "fewer than 1 in 10"),
        (0.05, "about 1 time in 10"),
        (0.73, "about 7 times in 10"),
        (0.949, "about 9 times in 10"),
        (0.951, "more than 9 in 10"),
    ],
)
def test_chances_as_natural_frequencies(chance: float, words: str) -> None:
    assert natural(chance) == words
