"""Answers of other people's programs on the same ratings, drawn from fixed seeds."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.analysis.adverse_impact import Group, fisher_two_sided
from app.analysis.agreement.alpha import LEVELS, Level, krippendorff_alpha
from app.analysis.agreement.concordance import kendall_w
from app.analysis.agreement.icc import icc
from app.analysis.agreement.kappa import Weighting, cohen_kappa, fleiss_kappa
from app.analysis.quantiles import owens_t, t_quantile
from app.analysis.sensitivity import smallest_move
from app.analysis.severity.fit import reml
from tests.analysis import published

if TYPE_CHECKING:
    from app.analysis.estimate import FloatArray


def _ratings(seed: int, targets: int = 12, raters: int = 5, holes: float = 0.0) -> FloatArray:
    chance = np.random.default_rng(seed)
    table = (
        3
        + chance.normal(0, 1, targets)[:, None]
        + chance.normal(0, 0.6, raters)
        + chance.normal(0, 1, (targets, raters))
    )
    table = np.clip(np.round(table), 1, 6)
    table[chance.random(table.shape) < holes] = np.nan
    return table


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(4))
def test_alpha_as_krippendorff_computes_it(level: Level, seed: int) -> None:
    import krippendorff

    table = _ratings(seed, holes=0.3)
    expected = krippendorff.alpha(reliability_data=table.T, level_of_measurement=level)
    assert krippendorff_alpha(published.cards(table), level, resamples=0).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_very_many_values_is_the_same_number(level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a table of coincidences would be too large none is made; the number must not differ."""
    import krippendorff

    monkeypatch.setattr("app.analysis.agreement.alpha.CELLS", 10)
    table = np.random.default_rng(3).normal(10, 2, (20, 1)) + np.random.default_rng(4).normal(0, 1, (20, 3))
    expected = krippendorff.alpha(reliability_data=table.T, level_of_measurement=level)
    found = krippendorff_alpha(published.cards(table), level)
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.low is None


# The oracle still calls pandas as an older pandas wished.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("seed", range(3))
def test_intraclass_correlations_as_pingouin_computes_them(seed: int) -> None:
    import pandas as pd
    import pingouin

    table = _ratings(seed)
    target, rater = np.indices(table.shape)
    frame = pd.DataFrame({"target": target.ravel(), "rater": rater.ravel(), "score": table.ravel()})
    rows = pingouin.intraclass_corr(frame, targets="target", raters="rater", ratings="score")
    expected: list[Any] = rows["ICC"].tolist()
    mine = icc(table)
    values = [mine.icc1.value, mine.icc2.value, mine.icc3.value, mine.icc1k.value, mine.icc2k.value, mine.icc3k.value]
    assert values == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("weighting", "theirs"), [("none", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_kappas_and_their_errors_as_statsmodels_computes_them(
    seed: int, weighting: Weighting, theirs: str | None
) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    counts = np.random.default_rng(seed).integers(0, 20, (4, 4))
    expected = cohens_kappa(counts, wt=theirs)
    found = cohen_kappa(counts, weighting)
    assert found.value == pytest.approx(expected.kappa, abs=1e-12)
    assert found.se == pytest.approx(np.sqrt(expected.var_kappa), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_kappa_of_many_as_statsmodels_computes_it(seed: int) -> None:
    from statsmodels.stats.inter_rater import fleiss_kappa as theirs

    counts = np.random.default_rng(seed).multinomial(6, [0.4, 0.3, 0.2, 0.1], 15)
    assert fleiss_kappa(counts).value == pytest.approx(theirs(counts), abs=1e-12)


def test_concordance_is_friedman_over_its_most() -> None:
    """Friedman's chi-square, ties corrected, is k (n - 1) W."""
    from scipy.stats import friedmanchisquare

    table = _ratings(5)
    targets, raters = table.shape
    expected = friedmanchisquare(*table).statistic / (raters * (targets - 1))
    assert kendall_w(table)[1].value == pytest.approx(expected, abs=1e-10)


def test_components_as_statsmodels_fits_them() -> None:
    """Crossed effects, a third of the cells missing; the two optimisers stop in slightly different places."""
    import pandas as pd
    import statsmodels.api as sm

    chance = np.random.default_rng(8)
    table = 3 + chance.normal(0, 1, 25)[:, None] + chance.normal(0, 0.7, 8) + chance.normal(0, 0.8, (25, 8))
    table[chance.random(table.shape) < 0.33] = np.nan
    cards = published.cards(table)
    frame = pd.DataFrame({"y": cards.score, "target": cards.target, "rater": cards.rater, "all": 1})
    parts = {"target": "0 + C(target)", "rater": "0 + C(rater)"}
    model = sm.MixedLM.from_formula("y ~ 1", groups="all", vc_formula=parts, re_formula="0", data=frame)
    theirs = model.fit(reml=True)
    mine = reml(cards).components
    by_name = dict(zip(model.exog_vc.names, theirs.vcomp, strict=True))
    assert mine.target == pytest.approx(by_name["target"], rel=2e-3)
    assert mine.rater == pytest.approx(by_name["rater"], rel=2e-3)
    assert mine.residual == pytest.approx(theirs.scale, rel=2e-3)
    assert mine.mean == pytest.approx(theirs.fe_params.iloc[0], abs=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_fisher_as_scipy_computes_it(seed: int) -> None:
    from scipy.stats import fisher_exact

    n, m = np.random.default_rng(seed).integers(1, 60, 2)
    s, t = np.random.default_rng(seed + 100).integers(0, [n + 1, m + 1])
    expected = fisher_exact(np.array([[s, n - s], [t, m - t]])).pvalue
    assert fisher_two_sided(Group("a", int(n), int(s)), Group("b", int(m), int(t))) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 9, 10, 29, 101])
@pytest.mark.parametrize("q", [0.6, 0.95, 0.975])
def test_quantiles_of_student_as_scipy_computes_them(q: float, freedom: int) -> None:
    from scipy.stats import t

    assert t_quantile(q, freedom) == pytest.approx(float(t.ppf(q, freedom)), rel=1e-12)


@pytest.mark.parametrize("h", [0.0, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("a", [0.0, 0.2, 0.7, 1.0])
def test_the_integral_of_owen_as_scipy_computes_it(h: float, a: float) -> None:
    from scipy.special import owens_t as theirs

    assert owens_t(h, a) == pytest.approx(float(theirs(h, a)), abs=1e-14)


@pytest.mark.parametrize("seed", range(30))
def test_the_smallest_move_is_that_of_the_linear_program(seed: int) -> None:
    from scipy.optimize import linprog

    chance = np.random.default_rng(seed)
    k = int(chance.integers(2, 8))
    raw = chance.integers(1, 20, k)
    weights = {str(d): Fraction(int(raw[d]), int(raw.sum())) for d in range(k)}
    apart = {str(d): Fraction(int(one), 4) for d, one in enumerate(chance.integers(-8, 9, k))}
    if sum((weights[d] * apart[d] for d in weights), Fraction()) <= 0:
        apart = {d: -one for d, one in apart.items()}
    if sum((weights[d] * apart[d] for d in weights), Fraction()) <= 0:
        return
    found = smallest_move(weights, apart)
    # Variables: new weights, then how far each is from the old one; the distance is twice what moves.
    w, delta = np.array([float(one) for one in weights.values()]), np.array([float(one) for one in apart.values()])
    eye = np.eye(k)
    best = linprog(
        np.concatenate([np.zeros(k), np.full(k, 0.5)]),
        A_ub=np.block([[eye, -eye], [-eye, -eye]]), b_ub=np.concatenate([w, -w]),
        A_eq=np.stack([np.append(np.ones(k), np.zeros(k)), np.append(delta, np.zeros(k))]), b_eq=[1, 0],
    )  # fmt: skip
    assert (found is None) == (not best.success)
    if found is not None:
        assert float(found) == pytest.approx(best.fun, abs=1e-9)
