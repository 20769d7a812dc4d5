"""How strict somebody's votes are beside those of others on the same people: with its uncertainty, or in words.

Levels are places on a scale, so their votes are modelled: a vote is the mean, the person, the voter's own leaning and
chance; leanings and people are drawn towards nothing by how much they vary, over a grid of what that might be. Outcomes
of cases are names, not numbers: of them only counts are said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from uuid import UUID

from app.domain.growth.calibration import LEAST_RATERS

LEAST_CARDS = 6
LEAST_OWN = 10
_NINETY = 1.645
_STEPS = tuple(-2.6 + 0.65 * step for step in range(9))
_SPREAD = 0.7
_PRIOR = 2 * 0.49
_HALF = log(0.5)
_LEAST_REST = 1e-12
Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Card:
    """One vote that was given apart: on whom, by whom, and its place on the scale."""

    target: UUID
    rater: UUID
    score: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """What somebody's votes lie above (+) or below the others', in levels, with a bar of 90 %; ``why`` where None."""

    votes: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def words(self) -> str:
        """What may be said of it."""
        if self.effect is None or self.low is None or self.high is None:
            return self.why
        if self.high < 0:
            return f"Your votes are about {abs(self.effect):.1f} of a level lower than others' for the same people."
        if self.low > 0:
            return f"Your votes are about {self.effect:.1f} of a level higher than others' for the same people."
        return f"No sign of strictness or generosity: with {self.votes} votes the difference may be chance."


def leaning(cards: Sequence[Card], rater: UUID) -> Leaning:
    """Somebody's leaning from every vote on the same scale, or why it cannot be told."""
    own = sum(card.rater == rater for card in cards)
    why = _refusal(cards, own)
    if why:
        return Leaning(own, why=why)
    effect, deviation = _posterior(cards, rater)
    reach = _NINETY * deviation
    return Leaning(own, effect, effect - reach, effect + reach)


def beside(own: int, others: Sequence[int]) -> int:
    """-1 where more than half of the others chose something higher, 1 where lower, 0 otherwise; places on the scale."""
    higher, lower = sum(other > own for other in others), sum(other < own for other in others)
    if 2 * higher > len(others):
        return -1
    return 1 if 2 * lower > len(others) else 0


def in_counts(pairs: Sequence[tuple[int, Sequence[int]]]) -> str:
    """Own votes on cases, each with the others', in words; cases with fewer than three votes are left out."""
    told = [beside(own, others) for own, others in pairs if len(others) + 1 >= LEAST_RATERS]
    if not told:
        return "No case with three votes or more yet, so nothing can be said."
    number = f"{len(told)} {'case' if len(told) == 1 else 'cases'}"
    return (
        f"On {number} with three votes or more: stricter than most on {told.count(-1)}, more generous than most on "
        f"{told.count(1)}, with the others on {told.count(0)}. With few cases this may be chance."
    )


def _refusal(cards: Sequence[Card], own: int) -> str:
    raters, targets = {card.rater for card in cards}, {card.target for card in cards}
    twice = sum(sum(card.target == target for card in cards) > 1 for target in targets)
    reasons = (
        (own < LEAST_OWN, f"You have voted on {own} so far; from {LEAST_OWN} on there may be something to tell."),
        (len(raters) < 2 or len(targets) < 2, "One voter or one person: strictness cannot be told."),  # noqa: PLR2004  two of each
        (len(cards) < LEAST_CARDS or twice < 2, "Too few votes to tell chance from difference."),  # noqa: PLR2004  two of each
        (len({card.score for card in cards}) == 1, "Everybody gave the same vote: strictness cannot be told."),
        (not _connected(cards), "People were seen by different voters with nobody in common: it cannot be told."),
    )
    return next((why for holds, why in reasons if holds), "")


def _connected(cards: Sequence[Card]) -> bool:
    reached, left = {cards[0].rater, cards[0].target}, list(cards[1:])
    while left:
        near = [card for card in left if card.rater in reached or card.target in reached]
        if not near:
            return False
        left = [card for card in left if card.rater not in reached and card.target not in reached]
        reached |= {end for card in near for end in (card.rater, card.target)}
    return True


@dataclass(frozen=True, slots=True)
class _Table:
    """Votes as numbers: rows of (target, rater, score less the mean), how many of each, and whose leaning is asked."""

    rows: tuple[tuple[int, int, float], ...]
    targets: int
    raters: int
    asked: int


def _posterior(cards: Sequence[Card], rater: UUID) -> tuple[float, float]:
    """Mean and standard deviation of one leaning over the grid."""
    table = _table(cards, rater)
    points = [_point(table, _SPREAD * a, _HALF + _SPREAD * b) for a in _STEPS for b in _STEPS]
    highest = max(point[0] for point in points)
    weights = [exp(point[0] - highest) for point in points]
    total = sum(weights)
    mean = sum(weight * point[1] for weight, point in zip(weights, points, strict=True)) / total
    square = sum(weight * (point[2] + point[1] ** 2) for weight, point in zip(weights, points, strict=True)) / total
    return mean, sqrt(max(0.0, square - mean**2))


def _table(cards: Sequence[Card], rater: UUID) -> _Table:
    targets = {target: place for place, target in enumerate(sorted({card.target for card in cards}))}
    raters = {one: place for place, one in enumerate(sorted({card.rater for card in cards}))}
    centre = sum(card.score for card in cards) / len(cards)
    rows = tuple((targets[card.target], raters[card.rater], card.score - centre) for card in cards)
    return _Table(rows, len(targets), len(raters), raters[rater])


@dataclass(slots=True)
class _System:
    """The equations of one point: people's own lines (`seen`, `sums`, `cross`), then the voters' and the mean."""

    seen: list[float]
    sums: list[float]
    cross: Matrix
    lower: Matrix
    right: list[float]


def _point(table: _Table, log_a: float, log_b: float) -> tuple[float, float, float]:
    """Log weight, effect and variance of the asked leaning where people and leanings vary by e^a and e^b of chance."""
    a, b = exp(log_a), exp(log_b)
    system = _system(table, a, b)
    people, explained = _eliminated(system, a)
    inverse, voters = _inverted(system.lower)
    answer = [sum(value * known for value, known in zip(row, system.right, strict=True)) for row in inverse]
    explained += sum(value * known for value, known in zip(answer, system.right, strict=True))
    cards = len(table.rows)
    rest = max(sum(score * score for _target, _rater, score in table.rows) - explained, _LEAST_REST)
    weight = -(people + voters + (cards - 1) * log(rest)) / 2 - log_a**2 / _PRIOR - (log_b - _HALF) ** 2 / _PRIOR
    return weight, b * answer[table.asked], rest / (cards - 3) * b * b * inverse[table.asked][table.asked]


def _system(table: _Table, a: float, b: float) -> _System:
    size = table.raters + 1
    system = _System(
        [0.0] * table.targets,
        [0.0] * table.targets,
        [[0.0] * size for _ in range(table.targets)],
        [[float(row == column < table.raters) for column in range(size)] for row in range(size)],
        [0.0] * size,
    )
    for target, rater, score in table.rows:
        system.seen[target] += 1
        system.sums[target] += a * score
        for place, share in ((rater, b), (-1, 1.0)):
            system.cross[target][place] += a * share
            system.lower[rater][place] += b * share
            system.right[place] += share * score
        system.lower[-1][rater] += b
        system.lower[-1][-1] += 1
    return system


def _eliminated(system: _System, a: float) -> tuple[float, float]:
    """Take people out one at a time, so that what is left is as large as the voters are many.

    Returns their part of the logarithm of the determinant and of what is explained.
    """
    determinant, explained = 0.0, 0.0
    for line, number, total in zip(system.cross, system.seen, system.sums, strict=True):
        pivot = a * a * number + 1
        determinant += log(pivot)
        explained += total * total / pivot
        filled = [place for place, value in enumerate(line) if value]
        for row in filled:
            system.right[row] -= line[row] * total / pivot
            for column in filled:
                system.lower[row][column] -= line[row] * line[column] / pivot
    return determinant, explained


def _inverted(matrix: Matrix) -> tuple[Matrix, float]:
    """The inverse of a positive definite matrix and the logarithm of its determinant."""
    size = len(matrix)
    work = [[*row, *(1.0 if column == place else 0.0 for column in range(size))] for place, row in enumerate(matrix)]
    determinant = 0.0
    for place in range(size):
        pivot = work[place][place]
        determinant += log(pivot)
        work[place] = [value / pivot for value in work[place]]
        for other in range(size):
            factor = work[other][place]
            if other != place and factor:
                work[other] = [one - factor * two for one, two in zip(work[other], work[place], strict=True)]
    return [row[size:] for row in work], determinant
