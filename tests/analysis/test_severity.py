"""The crossed model against a slow one that writes every matrix down, and what is done with its answers."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.analysis.agreement.icc import mean_squares
from app.analysis.components import Components
from app.analysis.estimate import Cards
from app.analysis.severity import crossed as crossed_module
from app.analysis.severity.adjusting import NOTHING_LEARNED, UNCONNECTED, adjusted, may_show_adjusted
from app.analysis.severity.crossed import Crossed
from app.analysis.severity.fit import ONCE_EACH, at_variances, cannot_tell_strictness, posterior, reml
from app.analysis.severity.panels import panels
from tests.analysis import published

if TYPE_CHECKING:
    from app.analysis.estimate import FloatArray


def drawn(seed: int, targets: int = 14, raters: int = 6, each: int = 3, strictness: float = 0.6) -> Cards:
    chance = np.random.default_rng(seed)
    target = np.repeat(np.arange(targets), each)
    rater = np.array([chance.choice(raters, each, replace=False) for _ in range(targets)]).ravel()
    score = 3 + chance.normal(0, 1, targets)[target] + chance.normal(0, strictness, raters)[rater]
    return Cards(target, rater, score + chance.normal(0, 0.8, len(target)), targets, raters)


class Written:
    """The same model with V, its inverse and the covariance of the predictions written down in full."""

    def __init__(self, cards: Cards, va: float, vb: float, ve: float) -> None:
        n, a = len(cards), cards.n_targets
        z = np.zeros((n, a + cards.n_raters))
        z[np.arange(n), cards.target] = 1
        z[np.arange(n), a + cards.rater] = 1
        prior = np.diag([va] * a + [vb] * cards.n_raters)
        v = z @ prior @ z.T + ve * np.eye(n)
        inverse = np.linalg.inv(v)
        ones = np.ones((n, 1))
        information = float((ones.T @ inverse @ ones)[0, 0])
        self.mean = float((ones.T @ inverse @ cards.score)[0]) / information
        rest = cards.score - self.mean
        self.effects = prior @ z.T @ inverse @ rest
        projected = inverse - inverse @ ones @ ones.T @ inverse / information
        error = prior - prior @ z.T @ projected @ z @ prior
        across = -(ones.T @ inverse @ z @ prior)[0] / information
        self.rater_variance = np.diag(error)[a:]
        self.standing_variance = 1 / information + np.diag(error)[:a] + 2 * across[:a]
        self.penalised = float(rest @ inverse @ rest) * ve
        self.log_likelihood = -0.5 * (np.linalg.slogdet(v)[1] + np.log(information) + rest @ inverse @ rest)
        self.log_det = np.linalg.slogdet(v)[1] - n * np.log(ve) + np.log(information * ve)


@pytest.mark.parametrize("cards", [drawn(1), drawn(2, targets=5, raters=9, each=4)], ids=["people", "raters"])
@pytest.mark.parametrize(("target", "rater"), [(1.0, 0.5), (0.3, 1.7), (0.0, 0.8), (1.2, 0.0)])
def test_solving_is_what_the_written_model_gives(cards: Cards, target: float, rater: float) -> None:
    solved = Crossed(cards).solve(target, rater)
    written = Written(cards, target**2, rater**2, 1.0)
    assert solved.mean[0] == pytest.approx(written.mean, abs=1e-10)
    assert np.concatenate([solved.targets[0], solved.raters[0]]) == pytest.approx(written.effects, abs=1e-10)
    assert solved.log_det[0] == pytest.approx(written.log_det, abs=1e-9)
    assert solved.penalised[0] == pytest.approx(written.penalised, abs=1e-9)


@pytest.mark.parametrize("cards", [drawn(1), drawn(2, targets=5, raters=9, each=4)], ids=["people", "raters"])
def test_solving_large_data_gives_what_small_data_gives(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    dense = Crossed(cards).solve(0.9, 0.4)
    monkeypatch.setattr(crossed_module, "_DENSE_CARDS", 1)
    sparse = Crossed(cards).solve(0.9, 0.4)
    monkeypatch.setattr(crossed_module, "_LARGEST_BLOCK", 1)
    whole = Crossed(cards).solve(0.9, 0.4)
    for other in (sparse, whole):
        assert other.log_det == pytest.approx(dense.log_det, abs=1e-9)
        assert other.penalised == pytest.approx(dense.penalised, abs=1e-9)
        assert other.raters[0] == pytest.approx(dense.raters[0], abs=1e-10)
        assert other.targets[0] == pytest.approx(dense.targets[0], abs=1e-10)


@pytest.mark.parametrize("cards", [drawn(3), drawn(4, targets=5, raters=9, each=4)], ids=["people", "raters"])
def test_variances_that_are_known_give_the_written_bars(cards: Cards) -> None:
    known = Components(1.1, 0.3, 0.7, 3.0)
    found, written = at_variances(cards, known), Written(cards, 1.1, 0.3, 0.7)
    assert found.basis == "stored"
    assert found.raters == pytest.approx(written.effects[cards.n_targets :], abs=1e-10)
    assert found.standings == pytest.approx(written.mean + written.effects[: cards.n_targets], abs=1e-10)
    assert found.rater_sd == pytest.approx(np.sqrt(written.rater_variance), abs=1e-10)
    assert found.standing_sd == pytest.approx(np.sqrt(written.standing_variance), abs=1e-10)


def test_the_grid_is_the_average_of_written_models() -> None:
    cards, n = drawn(5), 42
    steps = 0.7 * np.linspace(-2.6, 2.6, 9)
    pairs = np.array(list(product(np.exp(steps), np.exp(np.log(0.5) + steps))))
    models = [Written(cards, la**2, lb**2, 1.0) for la, lb in pairs]
    away = ((np.log(pairs) - (0, np.log(0.5))) ** 2).sum(axis=1) / (2 * 0.49)
    logs = np.array([-(one.log_det + (n - 1) * np.log(one.penalised)) / 2 for one in models]) - away
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    effects = np.array([one.effects[14:] for one in models])
    variances = np.array([one.penalised / (n - 3) * one.rater_variance for one in models])
    mean = weights @ effects
    found = posterior(cards)
    assert found.raters == pytest.approx(mean, abs=1e-9)
    assert found.rater_sd == pytest.approx(np.sqrt(weights @ (variances + effects**2) - mean**2), abs=1e-9)
    assert found.components.residual == pytest.approx(weights @ [one.penalised / (n - 3) for one in models], abs=1e-9)


def test_complete_tables_have_the_components_of_their_mean_squares() -> None:
    """For balanced data without negative estimates REML is what the expected mean squares give."""
    squares = mean_squares(published.SHROUT_FLEISS)
    found = reml(published.cards(published.SHROUT_FLEISS)).components
    assert found.target == pytest.approx((squares.bms - squares.ems) / 4, abs=1e-4)
    assert found.rater == pytest.approx((squares.jms - squares.ems) / 6, abs=1e-4)
    assert found.residual == pytest.approx(squares.ems, abs=1e-4)
    assert found.mean == pytest.approx(published.SHROUT_FLEISS.mean(), abs=1e-9)


def test_the_criterion_is_twice_the_restricted_likelihood() -> None:
    cards = drawn(6)
    found = reml(cards).components
    written = Written(cards, found.target, found.rater, found.residual)
    assert found.criterion == pytest.approx(-2 * written.log_likelihood + 41 * np.log(2 * np.pi), abs=1e-6)


def test_raters_who_do_not_differ_have_no_variance() -> None:
    table = np.array([[1.0, 1.2, 0.9], [3.1, 2.8, 3.0], [4.9, 5.1, 5.0], [2.0, 2.0, 2.1]])
    assert reml(published.cards(table)).components.rater == 0


def test_positive_effects_are_generous() -> None:
    table = np.array([[1.0, 2.0, 3.0], [2.0, 3.1, 4.0], [3.0, 4.0, 5.2], [2.5, 3.4, 4.5]])
    strict, middle, generous = posterior(published.cards(table)).raters
    assert strict < middle < generous
    assert strict < 0 < generous


def test_panels_are_the_parts_of_who_met_whom() -> None:
    cards = Cards(
        np.array([0, 0, 1, 2, 2, 3]), np.array([0, 1, 1, 2, 3, 3]), np.arange(6.0), n_targets=5, n_raters=4
    )  # fmt: skip
    found = panels(cards)
    assert found.sizes == ((2, 2), (2, 2))
    assert found.of_target.tolist() == [0, 0, 1, 1, -1]
    assert found.of_rater.tolist() == [0, 0, 1, 1]
    assert not found.connected


def test_panels_with_nobody_in_common_hide_the_adjusted_score() -> None:
    one, other = drawn(7), drawn(8)
    both = Cards(
        np.concatenate([one.target, other.target + 14]), np.concatenate([one.rater, other.rater + 6]),
        np.concatenate([one.score, other.score]), 28, 12,
    )  # fmt: skip
    assert may_show_adjusted(posterior(both), panels(both)) == (False, UNCONNECTED)


def test_little_history_hides_the_adjusted_score_and_much_shows_it() -> None:
    few = drawn(9, targets=4, each=2, raters=5, strictness=0.1)
    assert panels(few).connected
    assert may_show_adjusted(posterior(few), panels(few)) == (False, NOTHING_LEARNED)
    much = drawn(9, targets=80, raters=6)
    assert may_show_adjusted(posterior(much), panels(much)) == (True, None)


def test_raters_who_appear_once_have_no_strictness() -> None:
    table = np.full((3, 6), np.nan)
    table[np.repeat(np.arange(3), 2), np.arange(6)] = [1, 2, 3, 4, 5, 3]
    assert cannot_tell_strictness(published.cards(table)) == ONCE_EACH


def test_an_adjusted_score_takes_away_what_each_rater_carries() -> None:
    shares: FloatArray = np.array([[0.5, 0.5, 0.0], [0.25, 0.25, 0.5]])
    found = adjusted(np.array([3.0, 4.0]), shares, np.array([-0.4, 0.2, 0.6]))
    assert found == pytest.approx([3.1, 3.75])
