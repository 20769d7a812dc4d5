"""What one rater is shown of his or her own cards, against sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.components import Components
from app.analysis.estimate import Cards, FloatArray
from app.analysis.severity.mirror import DAY, DRIFT_LIMIT, LEAST_CARDS, RaterMirror, ewma, mirror, residuals

FOUND = Components(target=1.0, rater=0.25, residual=0.64, mean=3.0)


def _cards(n: int, mine: FloatArray | None = None) -> Cards:
    """Rater 0 and rater 1 saw the same ``n`` targets; rater 1 gave 3 to everyone."""
    own = np.linspace(2, 4, n) if mine is None else mine
    return Cards(np.tile(np.arange(n), 2), np.repeat([0, 1], n), np.concatenate([own, np.full(n, 3.0)]), n, 2)


def _seen(
    cards: Cards, rest: FloatArray, times: np.ndarray | None = None, ratings: FloatArray | None = None
) -> RaterMirror:
    return mirror(
        cards, rest, times, rater=0, components=FOUND, effect=-0.3, deviation=0.2, ratings=ratings
    )  # fmt: skip


def test_nine_cards_show_nothing_and_ten_do() -> None:
    nine = _cards(LEAST_CARDS - 1)
    found = _seen(nine, np.zeros(18))
    assert found.n == 9
    assert {one.why for one in (found.effect, found.spread, found.halo, found.fit, found.order)} == {
        "9 cards; from 10 on there is something to see"
    }
    assert _seen(_cards(10), np.zeros(20)).effect.value == -0.3


def test_strictness_has_a_bar_of_nine_in_ten_where_its_deviation_is_known() -> None:
    cards = _cards(10)
    found = _seen(cards, np.zeros(20)).effect
    assert (found.low, found.high) == pytest.approx((-0.3 - 1.6448536 * 0.2, -0.3 + 1.6448536 * 0.2), abs=1e-6)
    bare = mirror(cards, np.zeros(20), rater=0, components=FOUND, effect=-0.3)
    assert (bare.effect.value, bare.effect.low, bare.drift) == (-0.3, None, ())


def test_spread_is_in_what_targets_and_chance_would_give() -> None:
    cards = _cards(10, np.tile([2.0, 4.0], 5))
    assert _seen(cards, np.zeros(20)).spread.value == pytest.approx(np.sqrt(10 / 9) / np.sqrt(1.64))


def test_fit_is_the_mean_square_over_its_variance() -> None:
    rest = np.concatenate([np.tile([0.8, -0.8], 5), np.full(10, 9.0)])
    assert _seen(_cards(10), rest).fit.value == pytest.approx(1.0)


def test_what_is_left_of_a_card_is_without_target_and_rater() -> None:
    cards = Cards(np.array([0, 1]), np.array([0, 0]), np.array([4.0, 3.0]), 2, 1)
    assert residuals(cards, np.array([3.5, 3.0]), np.array([0.25])) == pytest.approx([0.25, -0.25])


def test_halo_is_what_goes_together_more_than_in_others() -> None:
    up = np.linspace(1, 5, 10)
    zigzag = np.tile([2.0, 4.0], 5)
    mine = np.column_stack([up, up, np.full(10, 3.0)])
    other = np.column_stack([up, zigzag, np.full(10, 3.0)])
    found = _seen(_cards(10), np.zeros(20), ratings=np.concatenate([mine, other])).halo
    assert found.value == pytest.approx(1 - float(np.corrcoef(up, zigzag)[0, 1]))
    flat = np.full((20, 2), 3.0)
    assert _seen(_cards(10), np.zeros(20), ratings=flat).halo.value is None
    assert _seen(_cards(10), np.zeros(20)).halo.why == "no dimensions that vary together can be compared"


def test_halo_leaves_out_what_was_not_assessed() -> None:
    up = np.linspace(1, 5, 10)
    holes = up.copy()
    holes[:8] = np.nan
    ratings = np.tile(np.column_stack([up, up, holes]), (2, 1))
    assert _seen(_cards(10), np.zeros(20), ratings=ratings).halo.value == pytest.approx(0)


def test_drift_runs_by_time_and_leaves_its_limits() -> None:
    assert ewma(np.array([1.0, 1.0, 0.0])) == pytest.approx((0.2, 0.36, 0.288))
    assert pytest.approx(3 * (0.2 / 1.8) ** 0.5) == DRIFT_LIMIT
    rest = np.concatenate([np.arange(10.0, 0, -1) / 10, np.zeros(10)])
    times = np.concatenate([np.arange(10, 0, -1), np.arange(10)])
    steady = _seen(_cards(10), rest * 0.1, times)
    assert steady.drift == pytest.approx(ewma(np.arange(1.0, 11) / 100 / 0.8))
    assert not steady.drifted
    assert _seen(_cards(10), rest * 3, times).drifted


def test_order_in_the_day_is_the_slope_on_what_came_before() -> None:
    """Twenty days of three cards: whoever comes after a high card is given a fifth of it less."""
    firsts = np.tile([2.0, 4.0], 10)
    scores = np.column_stack([firsts, 5 - firsts, firsts]).ravel()
    cards, n = _cards(60, scores), 60
    day, slot = np.divmod(np.arange(n), 3)
    before = np.where(slot == 1, firsts[day], 2.5)
    rest = np.concatenate([np.where(slot > 0, -0.2 * before, 7.0), np.zeros(n)])
    times = np.concatenate([day * DAY + slot, np.arange(n)])
    found = _seen(cards, rest, times).order
    assert (found.value, found.low, found.high) == pytest.approx((-0.2, -0.2, -0.2))


def test_order_in_the_day_needs_thirty_and_days_that_differ() -> None:
    cards = _cards(31)
    one_day = np.tile(np.arange(31), 2)
    assert _seen(cards, np.zeros(62), one_day).order.value is not None
    each_its_day = one_day * DAY
    why = "0 cards came after another one of their day; from 30 on there is a slope"
    assert _seen(cards, np.zeros(62), each_its_day).order.why == why
    each_its_day[1] = each_its_day[0] + 1
    assert _seen(cards, np.zeros(62), each_its_day).order.why == why.replace("0 cards", "1 card", 1)
    level = _cards(31, np.full(31, 3.0))
    assert _seen(level, np.zeros(62), one_day).order.why == "no day with a card before another"
    assert _seen(cards, np.zeros(62)).order.why == "when cards were written is not known"
