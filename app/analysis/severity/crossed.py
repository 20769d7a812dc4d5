"""The crossed model: a card is a mean, its target's standing, its rater's strictness, and a rest.

With lambda_a = sqrt(va / ve) and lambda_b = sqrt(vb / ve) the mixed-model equations of Henderson (1975), Biometrics 31,
423-447, are scaled so that only the two lambdas are searched. The factor with more levels is absorbed: its block is
diagonal, so only a matrix the size of the smaller factor is factorised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.analysis.estimate import Cards, FloatArray

_DENSE_CARDS = 5_000
_LARGEST_BLOCK = 1_500


@dataclass(frozen=True, slots=True)
class Solved:
    """The equations solved at several pairs of lambdas, one row a pair.

    ``log_det`` is ln|C|, ``penalised`` the penalised sum of squares; ``targets`` and ``raters`` are effects in scale
    points, ``mean`` the intercept. ``spread`` holds what uncertainty needs, where it was asked for.
    """

    log_det: FloatArray
    penalised: FloatArray
    targets: FloatArray
    raters: FloatArray
    mean: FloatArray
    spread: Spread | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """Variances over the residual variance: of each rater's effect, and of each target's mean plus effect."""

    raters: FloatArray
    standings: FloatArray


class Crossed:
    """The counts of one set of cards, made once and solved at as many lambdas as wanted."""

    def __init__(self, cards: Cards) -> None:
        """Count who met whom."""
        self.n = len(cards)
        self.centre = float(cards.score.mean())
        y = cards.score - self.centre
        self.squares = float(y @ y)
        self._targets_absorbed = cards.n_targets >= cards.n_raters
        big, small = (cards.target, cards.rater) if self._targets_absorbed else (cards.rater, cards.target)
        n_big, n_small = max(cards.n_targets, cards.n_raters), min(cards.n_targets, cards.n_raters)
        self.big = np.bincount(big, minlength=n_big).astype(np.float64)
        self.small = np.bincount(small, minlength=n_small).astype(np.float64)
        self.sum_big = np.bincount(big, y, minlength=n_big)
        self.sum_small = np.bincount(small, y, minlength=n_small)
        self.dense = len(cards) <= _DENSE_CARDS
        self.ties = self._ties(big, small, (n_big, n_small))

    def _ties(self, big: Any, small: Any, shape: tuple[int, int]) -> Any:  # noqa: ANN401  an array, or a sparse matrix
        if self.dense:
            counts = np.zeros(shape)
            np.add.at(counts, (big, small), 1)
            return counts
        from scipy.sparse import coo_array

        return coo_array((np.ones(self.n), (big, small)), shape=shape).tocsr()

    def solve(self, target: float, rater: float) -> Solved:
        """Solve at lambda_a ``target`` and lambda_b ``rater``, both at least 0: one row."""
        if len(self.small) > _LARGEST_BLOCK:
            return self._solve_sparse(target, rater)
        absorbed, kept = (target, rater) if self._targets_absorbed else (rater, target)
        return self._solve_row(absorbed, np.array([kept]), spread=False)

    def grid(self, targets: FloatArray, raters: FloatArray) -> tuple[Solved, FloatArray]:
        """Solve at every pair, with spreads; the second array holds the pairs (lambda_a, lambda_b), one row each."""
        absorbed, kept = (targets, raters) if self._targets_absorbed else (raters, targets)
        rows = [self._solve_row(float(one), kept, spread=True) for one in absorbed]
        pairs = np.array([(one, other) for one in absorbed for other in kept])
        return _stacked(rows), pairs if self._targets_absorbed else pairs[:, ::-1]

    def _solve_row(self, lb: float, ls: FloatArray, *, spread: bool) -> Solved:
        """Solve at one lambda of the absorbed factor and several of the other, which share what absorbing costs."""
        size, diagonal = len(self.small), lb**2 * self.big + 1
        cross, column = self._reduced(lb, diagonal)
        block = np.empty((len(ls), size + 1, size + 1))
        block[:, :size, :size] = -(ls[:, None, None] ** 2) * cross
        block[:, np.arange(size), np.arange(size)] += ls[:, None] ** 2 * self.small + 1
        block[:, :size, size] = block[:, size, :size] = ls[:, None] * (self.small - column)
        block[:, size, size] = self.n - float((lb**2 * self.big**2 / diagonal).sum())
        scaled = lb * self.sum_big / diagonal
        right = np.empty((len(ls), size + 1))
        right[:, :size] = ls[:, None] * (self.sum_small - lb * (self.ties.T @ scaled))
        right[:, size] = -float((lb * self.big * scaled).sum())
        log_det, solved, inverse = _factorised(block, right, inverted=spread)
        small, mean = ls[:, None] * solved[:, :size], solved[:, size]
        big = lb * (scaled - lb * ((self.ties @ small.T).T + np.outer(mean, self.big)) / diagonal)
        penalised = self.squares - big @ self.sum_big - small @ self.sum_small
        wanted = self._spread(lb, ls, diagonal, inverse) if inverse is not None else None
        log_det = log_det + np.log(diagonal).sum()
        return Solved(log_det, penalised, *self._named(big, small), self.centre + mean, wanted)

    def _reduced(self, lb: float, diagonal: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What absorbing the larger factor takes from the smaller one's block and from its column of the mean."""
        weights = lb**2 / diagonal
        if self.dense:
            cross = self.ties.T @ (self.ties * weights[:, None])
        else:
            from scipy.sparse import diags_array

            cross = (self.ties.T @ (diags_array(weights) @ self.ties)).toarray()
        return cross, self.ties.T @ (weights * self.big)

    def _named(self, big: FloatArray, small: FloatArray) -> tuple[FloatArray, FloatArray]:
        return (big, small) if self._targets_absorbed else (small, big)

    def _spread(self, lb: float, ls: FloatArray, diagonal: FloatArray, inverse: FloatArray) -> Spread:
        """Diagonal blocks of the inverse of C, brought back to scale points; ``grid`` is for dense data only."""
        size = len(self.small)
        absorbed = np.empty((len(ls), len(self.big), size + 1))
        absorbed[:, :, :size] = lb * ls[:, None, None] * self.ties
        absorbed[:, :, size] = lb * self.big
        absorbed /= diagonal[:, None]
        through = absorbed @ inverse
        var_big = lb**2 * (1 / diagonal + (through * absorbed).sum(axis=2))
        var_small = ls[:, None] ** 2 * np.diagonal(inverse, axis1=1, axis2=2)[:, :size]
        var_mean = inverse[:, size, size][:, None]
        if self._targets_absorbed:
            return Spread(var_small, var_big + var_mean - 2 * lb * through[:, :, size])
        return Spread(var_big, var_small + var_mean + 2 * ls[:, None] * inverse[:, :size, size])

    def _solve_sparse(self, target: float, rater: float) -> Solved:
        """The whole system at once, for data in which both factors have many levels."""
        from scipy.sparse import block_array, csc_array, diags_array
        from scipy.sparse.linalg import splu

        lb, ls = (target, rater) if self._targets_absorbed else (rater, target)
        ties = self.ties if not self.dense else csc_array(self.ties)
        column_big, column_small = csc_array((lb * self.big)[:, None]), csc_array((ls * self.small)[:, None])
        whole = block_array(
            [
                [diags_array(lb**2 * self.big + 1), lb * ls * ties, column_big],
                [lb * ls * ties.T, diags_array(ls**2 * self.small + 1), column_small],
                [column_big.T, column_small.T, csc_array(np.array([[float(self.n)]]))],
            ],
            format="csc",
        )
        factors = splu(whole, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}, diag_pivot_thresh=0.0)
        log_det = np.log(np.abs(factors.U.diagonal())).sum(keepdims=True)
        right = np.concatenate([lb * self.sum_big, ls * self.sum_small, [0.0]])
        solved = factors.solve(right)
        size = len(self.big)
        found = self._named(lb * solved[None, :size], ls * solved[None, size:-1])
        penalised = np.array([self.squares - float(right @ solved)])
        return Solved(log_det, penalised, *found, self.centre + solved[-1:])


def _factorised(
    block: FloatArray, right: FloatArray, *, inverted: bool
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Log determinants, solutions, and where they are wanted the inverses, of positive definite blocks."""
    if inverted:
        inverse = np.asarray(np.linalg.inv(block), dtype=np.float64)
        return np.asarray(np.linalg.slogdet(block)[1]), (inverse @ right[:, :, None])[:, :, 0], inverse
    from scipy.linalg import cho_factor, cho_solve

    factors = [cho_factor(one, lower=True, check_finite=False) for one in block]
    log_det = np.array([2 * np.log(np.diag(factor)).sum() for factor, _ in factors])
    solved = [cho_solve(factor, one, check_finite=False) for factor, one in zip(factors, right, strict=True)]
    return log_det, np.array(solved), None


def _stacked(rows: list[Solved]) -> Solved:
    spreads = [row.spread for row in rows if row.spread is not None]
    return Solved(
        np.concatenate([row.log_det for row in rows]),
        np.concatenate([row.penalised for row in rows]),
        np.concatenate([row.targets for row in rows]),
        np.concatenate([row.raters for row in rows]),
        np.concatenate([row.mean for row in rows]),
        Spread(np.concatenate([one.raters for one in spreads]), np.concatenate([one.standings for one in spreads])),
    )
