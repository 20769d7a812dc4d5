"""What a committee's page needs at once: one answer around the composites, without the heavy libraries."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from app.analysis.comparing import compared
from app.analysis.ranking import chance_ahead, half_widths, panel_noise, reliability
from app.analysis.severity.adjusting import NOTHING_LEARNED
from app.analysis.severity.fit import posterior
from app.analysis.severity.panels import panels
from tests.analysis.test_severity import drawn

WITHOUT = """
import sys
import numpy as np
from app.analysis import adverse_impact, answering, comparing, validity
from app.analysis.agreement import concordance, planning
from app.analysis.estimate import Cards
from app.analysis.severity import fit, mirror, panels
target, rater = np.divmod(np.arange(60), 5)
cards = Cards(target, rater, 3 + (7 * target + 3 * rater + target * rater) % 5 / 2, 12, 5)
found = fit.posterior(cards)
fit.at_variances(cards, found.components)
shares = np.full((12, 5), 0.2)
comparing.compared(np.bincount(target, cards.score) / 5, shares, found, panels.panels(cards))
planning.d_study(found.components, range(1, 9)), planning.same_decision(0.7, 1.0)
rest = mirror.residuals(cards, found.standings, found.raters)
mirror.mirror(cards, rest, np.arange(60), rater=1, components=found.components, effect=0.1, deviation=0.2)
concordance.rwg(cards.score[:5], 2.0)
adverse_impact.impact([adverse_impact.Group("a", 90, 20), adverse_impact.Group("b", 90, 40)])
validity.predictive(np.arange(30.0), np.arange(30.0) % 7)
validity.self_manager_gap(np.arange(12.0), np.arange(12.0) % 3)
print(sorted({"scipy", "pandas", "statsmodels"} & set(sys.modules)))
"""


def test_what_pages_ask_for_loads_neither_scipy_nor_pandas() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_a_debrief_asks_for_loads_no_numpy_either() -> None:
    # Loading it takes ten times as long as the page, for whoever opens the first debrief after a start.
    code = """
import sys
from app.analysis.agreement.planning import ASSUMED, d_study
d_study(ASSUMED, range(1, 9))
print("numpy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_one_answer_holds_what_its_parts_say() -> None:
    cards = drawn(21, targets=12)
    found, shares = posterior(cards), np.zeros((12, 6))
    shares[cards.target, cards.rater] = 1 / 3
    scores = np.bincount(cards.target, cards.score) / 3
    answer = compared(scores, shares, found, panels(cards), seed=5)
    noise = panel_noise(shares, found.components)
    rho = reliability(noise, found.components)
    assert answer.reliability == rho
    assert answer.half.tolist() == half_widths(noise).tolist()
    assert answer.ahead.tolist() == chance_ahead(scores, noise, rho).tolist()
    assert answer.bands[np.argmax(scores)] == 1
    assert answer.hidden is None
    assert answer.adjusted == pytest.approx(scores - shares @ found.raters)


def test_where_the_lower_end_is_good_the_order_turns_and_scores_stay() -> None:
    cards = drawn(22, targets=5)
    found, shares = posterior(cards), np.zeros((5, 6))
    shares[cards.target, cards.rater] = 1 / 3
    scores = np.bincount(cards.target, cards.score) / 3
    high, low = (compared(scores, shares, found, panels(cards), best=best) for best in ("high", "low"))
    assert low.ahead == pytest.approx(high.ahead.T)
    assert low.bands[np.argmin(scores)] == 1
    assert low.half.tolist() == high.half.tolist()


def test_what_may_not_be_shown_is_not_there() -> None:
    cards = drawn(9, targets=4, each=2, raters=5, strictness=0.1)
    shares = np.zeros((4, 5))
    shares[cards.target, cards.rater] = 1 / 2
    answer = compared(np.bincount(cards.target, cards.score) / 2, shares, posterior(cards), panels(cards))
    assert answer.adjusted is None
    assert answer.hidden == NOTHING_LEARNED
