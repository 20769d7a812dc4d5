"""Does adjusting for strictness pick better people? Openings with known truth, decided by different scores.

Printed are times in 100 in which the truly best candidate is picked, and what is missed in standard deviations of
candidates, each with its standard error; both sides of a difference see the same openings. Each row has a seed of its
own, so that any row can be drawn again alone. docs/method.md quotes nothing else.
"""

from __future__ import annotations

import sys
from itertools import product
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from app.analysis.ranking import half_widths, panel_noise
from app.analysis.severity.adjusting import adjusted, may_show_adjusted
from app.analysis.severity.fit import cannot_tell_strictness, posterior
from app.analysis.severity.panels import panels
from tests.bench.openings import CANDIDATES, INTERVIEWERS, Opening, drawn, picked, shown_as

if TYPE_CHECKING:
    from app.analysis.estimate import FloatArray

OPENINGS, BARS = 1_000, 400
STRICTNESS = (0.1, 0.25, 0.4, 0.55, 0.75, 1.0)
EARLIER = (0, 2, 6)
PANELS = (2, 3, 4, 6)
WEIGHTS = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
FIRST_SEED = 20_261


def main() -> int:
    """Print five tables."""
    _adjusting()
    _panel_sizes()
    _weights()
    _others()
    _bars()
    return 0


def _adjusting() -> None:
    _say(
        f"Adjusting for strictness: {OPENINGS:,} openings a row, {CANDIDATES} candidates, 4 of {INTERVIEWERS} see each"
    )
    _say("earlier  strictness   seed   mean  adjusted   difference (se)   missed: mean  adjusted   shown")
    seed = FIRST_SEED
    found = []
    for earlier in EARLIER:
        for strictness in STRICTNESS:
            found.append(_row(earlier, strictness, seed))
            seed += 1
    _row(6, 0.75, seed, one_panel=True)
    worst = min(found)
    _say(f"Largest loss of {len(found)} rows: {-worst[0]:.1f} (se {worst[1]:.1f})\n")


def _row(earlier: int, strictness: float, seed: int, *, one_panel: bool = False) -> tuple[float, float]:
    """Print one row; return the difference in hits and its standard error, in times in 100."""
    chance = np.random.default_rng(seed)
    results = np.array([_decided(drawn(chance, strictness, earlier, one_panel=one_panel)) for _ in range(OPENINGS)])
    hit, missed, hit_adjusted, missed_adjusted, shown = results.mean(axis=0)
    apart = 100 * (results[:, 2] - results[:, 0])
    difference, se = float(apart.mean()), float(apart.std(ddof=1) / OPENINGS**0.5)
    note = "   one panel for all" if one_panel else ""
    _say(
        f"{earlier:>7}{strictness:>12.2f}{seed:>7}{100 * hit:>7.1f}{100 * hit_adjusted:>10.1f}"
        f"{difference:>+13.1f} ({se:.1f}){missed:>15.3f}{missed_adjusted:>10.3f}{100 * shown:>7.0f} %{note}"
    )
    return difference, se


def _decided(opening: Opening) -> tuple[float, float, float, float, float]:
    """Hits and misses by the mean and by the adjusted mean, and whether a page would have shown the second."""
    own = opening.own
    mean = np.bincount(own.target, own.score, minlength=CANDIDATES) / own.per_target()
    plain = picked(mean, opening.truth)
    if cannot_tell_strictness(opening.cards) is not None:
        return (*plain, *plain, 0.0)
    found = posterior(opening.cards)
    beside = picked(adjusted(mean, opening.shares(), found.raters), opening.truth)
    return (*plain, *beside, float(may_show_adjusted(found, panels(opening.cards))[0]))


def _panel_sizes() -> None:
    _say(f"Interviewers a candidate, by the mean: {OPENINGS:,} openings a row, strictness 0.50")
    _say("interviewers   seed   best picked (se)   missed")
    for place, each in enumerate(PANELS):
        seed = FIRST_SEED + 100 + place
        chance = np.random.default_rng(seed)
        found = []
        for _ in range(OPENINGS):
            opening = drawn(chance, 0.5, 0, each)
            mean = np.bincount(opening.cards.target, opening.cards.score, minlength=CANDIDATES) / each
            found.append(picked(mean, opening.truth))
        hits, missed = np.array(found).T
        _say(f"{each:>12}{seed:>7}{100 * hits.mean():>13.1f} ({_se(100 * hits):.1f}){missed.mean():>12.3f}")
    _say("")


def _weights() -> None:
    """Five dimensions whose true importance is known, decided with these weights and with equal ones."""
    seed = FIRST_SEED + 200
    chance = np.random.default_rng(seed)
    found = np.array([_weighed(chance) for _ in range(OPENINGS)])
    weighted, equal = 100 * found[:, 0], 100 * found[:, 2]
    _say(f"Weights 30 25 20 15 10 against equal ones: {OPENINGS:,} openings, seed {seed}")
    _say(
        f"best picked by weighted mean   {weighted.mean():.1f} ({_se(weighted):.1f})   missed {found[:, 1].mean():.3f}"
    )
    _say(f"best picked by equal weights   {equal.mean():.1f} ({_se(equal):.1f})   missed {found[:, 3].mean():.3f}")
    _say(f"difference                     {(weighted - equal).mean():+.1f} ({_se(weighted - equal):.1f})")


def _weighed(chance: np.random.Generator) -> tuple[float, float, float, float]:
    """Dimensions share half their variance; four interviewers of differing strictness rate each of them."""
    general = chance.normal(0, 1, (CANDIDATES, 1))
    truth = np.sqrt(0.5) * (general + chance.normal(0, 1, (CANDIDATES, len(WEIGHTS))))
    effects = chance.normal(0, 0.5, INTERVIEWERS)[chance.random((CANDIDATES, INTERVIEWERS)).argsort(axis=1)[:, :4]]
    rated = shown_as(truth[:, None, :] + effects[:, :, None] + chance.normal(0, 1, (CANDIDATES, 4, len(WEIGHTS))))
    means, whole = rated.mean(axis=1), truth @ WEIGHTS
    return (*picked(means @ WEIGHTS, whole), *picked(means.mean(axis=1), whole))


def _others() -> None:
    """Ways that are not offered, each beside the plain mean of the same openings, without history."""
    _say(f"\nOther ways, one opening without history: {OPENINGS:,} openings a row, beside the plain mean")
    _say("strictness   seed   standardised (se)   least squares (se)")
    for place, strictness in enumerate(STRICTNESS):
        seed = FIRST_SEED + 300 + place
        chance = np.random.default_rng(seed)
        found = 100 * np.array([_otherwise(drawn(chance, strictness, 0)) for _ in range(OPENINGS)])
        apart = found[:, 1:] - found[:, :1]
        cells = "".join(f"{one.mean():>+13.1f} ({_se(one):.1f})" for one in apart.T)
        _say(f"{strictness:>10.2f}{seed:>7}{cells}")


def _otherwise(opening: Opening) -> tuple[float, float, float]:
    """Whether the best is picked by the mean, by scores standardised within interviewers, and by least squares."""
    cards, n = opening.cards, opening.cards.per_target()
    rated = np.maximum(cards.per_rater(), 1)
    middle = np.bincount(cards.rater, cards.score, minlength=INTERVIEWERS) / rated
    away = cards.score - middle[cards.rater]
    spread = np.sqrt(np.bincount(cards.rater, away**2, minlength=INTERVIEWERS) / rated)[cards.rater]
    standard = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0)
    means = [np.bincount(cards.target, one, minlength=CANDIDATES) / n for one in (cards.score, standard)]
    design = np.zeros((len(cards), CANDIDATES + INTERVIEWERS))
    design[np.arange(len(cards)), cards.target] = 1
    design[np.arange(len(cards)), CANDIDATES + cards.rater] = 1
    fitted = np.asarray(np.linalg.lstsq(design, cards.score, rcond=None)[0][:CANDIDATES], dtype=np.float64)
    hits = [picked(one, opening.truth)[0] for one in (*means, fitted)]
    return hits[0], hits[1], hits[2]


def _bars() -> None:
    """How often what many more interviewers would give lies in the bar around the human score."""
    _say(f"\n90 % bars: {BARS:,} openings a row, {CANDIDATES} candidates each")
    _say("earlier  strictness   seed   covered (se)")
    nodes = np.array([NormalDist().inv_cdf((place + 0.5) / 999) for place in range(999)])
    for place, (earlier, strictness) in enumerate(product((0, 6), (0.1, 0.4, 1.0))):
        seed = FIRST_SEED + 400 + place
        chance = np.random.default_rng(seed)
        found = np.array([_covered(drawn(chance, strictness, earlier), strictness, nodes) for _ in range(BARS)])
        _say(f"{earlier:>7}{strictness:>12.2f}{seed:>7}{100 * found.mean():>11.1f} ({_se(100 * found):.1f})")


def _covered(opening: Opening, strictness: float, nodes: FloatArray) -> float:
    """The share of candidates whose bar holds the mean of everything that interviewers might have given."""
    own = opening.own
    mean = np.bincount(own.target, own.score, minlength=CANDIDATES) / own.per_target()
    found = posterior(opening.cards)
    half = half_widths(panel_noise(opening.shares(), found.components))
    many = shown_as(opening.truth[:, None] + np.hypot(1, strictness) * nodes).mean(axis=1)
    return float((np.abs(mean - many) <= half).mean())


def _se(values: FloatArray) -> float:
    return float(values.std(ddof=1) / len(values) ** 0.5)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
