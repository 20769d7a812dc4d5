"""Strictness: the model against its dense form, and what is refused in words."""

from __future__ import annotations

from random import Random
from uuid import UUID

import numpy as np
import pytest

from app.domain.growth.strictness import Card, beside, in_counts, leaning

ME, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))


def _person(number: int) -> UUID:
    return UUID(int=1000 + number)


def _simulated(seed: int, people: int, shifts: dict[UUID, float]) -> list[Card]:
    random = Random(seed)
    cards = []
    for number in range(people):
        truth = random.gauss(2.0, 0.8)
        cards += [
            Card(_person(number), rater, float(round(truth + shift + random.gauss(0, 0.3))))
            for rater, shift in shifts.items()
        ]
    return cards


def _dense(cards: list[Card], rater: UUID) -> tuple[float, float]:
    """The same posterior from whole matrices, without eliminating anybody."""
    targets, raters = sorted({card.target for card in cards}), sorted({card.rater for card in cards})
    y = np.array([card.score for card in cards])
    y = y - y.mean()
    z = np.zeros((len(cards), len(targets) + len(raters)))
    for row, card in enumerate(cards):
        z[row, targets.index(card.target)] = 1
        z[row, len(targets) + raters.index(card.rater)] = 1
    x = np.linspace(-2.6, 2.6, 9)
    found = []
    for log_a in 0.7 * x:
        for log_b in np.log(0.5) + 0.7 * x:
            scale = np.array([np.exp(log_a)] * len(targets) + [np.exp(log_b)] * len(raters))
            design = np.hstack([z * scale, np.ones((len(cards), 1))])
            whole = design.T @ design + np.diag([1.0] * len(scale) + [0.0])
            inverse = np.linalg.inv(whole)
            t = inverse @ design.T @ y
            pen = y @ y - (design.T @ y) @ t
            prior = log_a**2 / 0.98 + (log_b - np.log(0.5)) ** 2 / 0.98
            weight = -(np.linalg.slogdet(whole)[1] + (len(cards) - 1) * np.log(pen)) / 2 - prior
            place = len(targets) + raters.index(rater)
            variance = pen / (len(cards) - 3) * scale[place] ** 2 * inverse[place, place]
            found.append((weight, scale[place] * t[place], variance))
    weights = np.exp([one[0] - max(w for w, _, _ in found) for one in found])
    weights /= weights.sum()
    mean = float(weights @ np.array([one[1] for one in found]))
    square = float(weights @ np.array([one[2] + one[1] ** 2 for one in found]))
    return mean, (square - mean**2) ** 0.5


@pytest.mark.parametrize("seed", range(3))
def test_eliminating_people_changes_no_digit(seed: int) -> None:
    cards = _simulated(seed, 12, {ME: -0.5, OTHER: 0.3, THIRD: 0.0})[:-1]
    found = leaning(cards, ME)
    mean, deviation = _dense(cards, ME)

    assert found.effect == pytest.approx(mean, abs=1e-9)
    assert found.low == pytest.approx(mean - 1.645 * deviation, abs=1e-9)
    assert found.high == pytest.approx(mean + 1.645 * deviation, abs=1e-9)


def test_a_strict_voter_is_told_so_and_by_how_much() -> None:
    rest = {UUID(int=number): 0.0 for number in range(3, 9)}
    cards = _simulated(5, 24, {ME: -1.0, OTHER: 1.0, **rest})

    assert leaning(cards, ME).words.endswith("of a level lower than others' for the same people.")
    assert leaning(cards, OTHER).words.endswith("of a level higher than others' for the same people.")


def test_voters_alike_show_no_sign() -> None:
    cards = _simulated(6, 12, {ME: 0.0, OTHER: 0.0, THIRD: 0.0})

    assert leaning(cards, ME).words.startswith("No sign of strictness")


def _cards(*rows: tuple[int, UUID, float]) -> list[Card]:
    return [Card(_person(number), rater, score) for number, rater, score in rows]


def test_too_little_is_said_in_words_and_never_as_a_zero() -> None:
    few = leaning(_simulated(1, 9, {ME: 0.0, OTHER: 0.0}), ME)
    alone = leaning(_cards(*((n, ME, float(n % 2)) for n in range(12))), ME)
    same = leaning(_cards(*((n, rater, 2.0) for n in range(12) for rater in (ME, OTHER))), ME)
    islands = leaning(
        _cards(*((n, ME, float(n % 3)) for n in range(12)), *((n + 20, OTHER, 1.0) for n in (0, 0, 1, 1, 2))), ME
    )

    assert few.effect is None
    assert few.words == "You have voted on 9 so far; from 10 on there may be something to tell."
    assert (alone.effect, alone.words) == (None, "One voter or one person: strictness cannot be told.")
    assert (same.effect, same.words) == (None, "Everybody gave the same vote: strictness cannot be told.")
    assert islands.effect is None
    assert islands.words.startswith("People were seen by different voters")


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [(0, [1, 2], -1), (2, [0, 1], 1), (1, [0, 2], 0), (1, [1, 1, 2], 0), (0, [0, 1, 1], -1), (1, [], 0)],
)
def test_a_vote_on_a_case_is_beside_most_others(own: int, others: list[int], said: int) -> None:
    assert beside(own, others) == said


def test_cases_are_counted_and_small_ones_left_out() -> None:
    words = in_counts([(0, [2, 2]), (2, [2, 0]), (2, [0])])

    assert words.startswith(
        "On 2 cases with three votes or more: stricter than most on 1, more generous than most on 0"
    )
    assert in_counts([(1, [2])]) == "No case with three votes or more yet, so nothing can be said."
