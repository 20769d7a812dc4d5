"""Openings drawn by chance, in which who is truly best is known.

A candidate's standing is N(0, 1), an interviewer's strictness N(0, sigma^2), the rest of a card N(0, 1). A card shows
3 + 0.75 of their sum, rounded to half points and kept between 1 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.estimate import Cards, FloatArray, IntArray

CANDIDATES, INTERVIEWERS = 8, 10


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening: true standings of its candidates, and the cards of it and of earlier ones, its own first."""

    truth: FloatArray
    cards: Cards

    @property
    def own(self) -> Cards:
        """The cards of this opening alone."""
        mine = self.cards.target < CANDIDATES
        return Cards(
            self.cards.target[mine], self.cards.rater[mine], self.cards.score[mine], CANDIDATES, INTERVIEWERS
        )  # fmt: skip

    def shares(self) -> FloatArray:
        """How much of each mean each interviewer carries, candidates x interviewers."""
        found = np.zeros((CANDIDATES, INTERVIEWERS))
        found[self.own.target, self.own.rater] = 1
        return np.asarray(found / found.sum(axis=1, keepdims=True))


def drawn(
    chance: np.random.Generator, strictness: float, earlier: int, each: int = 4, *, one_panel: bool = False
) -> Opening:
    """An opening after ``earlier`` ones with the same interviewers, ``each`` of whom see every candidate.

    They are drawn anew for each candidate, or with ``one_panel`` once for each opening.
    """
    effects = chance.normal(0, strictness, INTERVIEWERS)
    truth = chance.normal(0, 1, CANDIDATES * (earlier + 1))
    rater = _panels(chance, len(truth), each, one_panel=one_panel)
    target = np.repeat(np.arange(len(truth)), each)
    shown = shown_as(truth[target] + effects[rater] + chance.normal(0, 1, len(target)))
    return Opening(truth[:CANDIDATES], Cards(target, rater, shown, len(truth), INTERVIEWERS))


def shown_as(value: FloatArray) -> FloatArray:
    """What a scale of half points from 1 to 5 shows of a value."""
    return np.asarray(np.clip(np.round(2 * (3 + 0.75 * value)) / 2, 1, 5), dtype=np.float64)


def picked(scores: FloatArray, truth: FloatArray) -> tuple[float, float]:
    """The chance of picking the best, and the standing that is missed, when one of the highest scores is picked."""
    highest = scores >= scores.max() - 1e-9
    best = int(np.argmax(truth))
    return float(highest[best]) / int(highest.sum()), float(truth[best] - truth[highest].mean())


def _panels(chance: np.random.Generator, candidates: int, each: int, *, one_panel: bool) -> IntArray:
    orders = chance.random((candidates, INTERVIEWERS)).argsort(axis=1)
    if one_panel:
        orders = np.repeat(orders[::CANDIDATES], CANDIDATES, axis=0)
    return np.asarray(orders[:, :each].ravel(), dtype=np.int64)
