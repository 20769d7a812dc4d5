"""What every analysis returns and takes: an estimate or the reason why there is none; cards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ONE_RATER = "one rater"
ONE_TARGET = "one target"
ALL_EQUAL = "every rating is the same"
NO_NUMBERS = "names have no numbers"
UNPAIRED = "fewer than two targets with two ratings"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with the limits of its interval, or the reason why it cannot be told: one of the two, always."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str | None = None

    def __post_init__(self) -> None:
        """:class:`ValueError` when there is both a number and a reason, or neither, or a number that is none."""
        if (self.value is None) != (self.why is not None):
            message = "an estimate is a number or a reason"
            raise ValueError(message)
        if any(one is not None and not np.isfinite(one) for one in (self.value, self.low, self.high)):
            message = "an estimate is finite"
            raise ValueError(message)


def unknown(why: str) -> Estimate:
    """An estimate that cannot be told."""
    return Estimate(None, why=why)


@dataclass(frozen=True, slots=True)
class Cards:
    """One row a card: who was rated, by whom, and the score. Targets and raters are codes from 0, ``score`` is finite.

    The three arrays have one length; ``n_targets`` and ``n_raters`` also count codes without a card.
    """

    target: IntArray
    rater: IntArray
    score: FloatArray
    n_targets: int
    n_raters: int

    def __post_init__(self) -> None:
        """:class:`ValueError` when the arrays do not fit each other, or a code or a score is out of range."""
        if not (self.target.shape == self.rater.shape == self.score.shape) or self.score.ndim != 1:
            message = "targets, raters and scores are three arrays of one length"
            raise ValueError(message)
        if not np.isfinite(self.score).all():
            message = "a card without a score is no card: leave it out"
            raise ValueError(message)
        for codes, most in ((self.target, self.n_targets), (self.rater, self.n_raters)):
            if len(codes) and not (codes.min() >= 0 and codes.max() < most):
                message = "codes count from 0"
                raise ValueError(message)

    def __len__(self) -> int:
        """How many cards there are."""
        return len(self.score)

    def per_target(self) -> IntArray:
        """How many cards each target has."""
        return np.bincount(self.target, minlength=self.n_targets)

    def per_rater(self) -> IntArray:
        """How many cards each rater wrote."""
        return np.bincount(self.rater, minlength=self.n_raters)
