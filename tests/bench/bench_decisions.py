"""Does adjusting for strictness pick better people? Openings with known truth, decided by different scores.

Printed are times in 100 in which the truly best candidate is picked, and what is missed in standard deviations of
candidates, each with its standard error; both sides of a difference see the same openings. Each row has a seed of its
own, so that any row can be drawn again alone. docs/method.md quotes nothing else.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from app.analysis.severity.adjusting import adjusted, may_show_adjusted
from app.analysis.severity.fit import cannot_tell_strictness, posterior
from app.analysis.severity.panels import panels
from tests.bench.openings import CANDIDATES, INTERVIEWERS, Opening, drawn, picked, shown_as

if TYPE_CHECKING:
    from app.analysis.estimate import FloatArray

OPENINGS = 1_000
STRICTNESS = (0.1, 0.25, 0.4, 0.55, 0.75, 1.0)
EARLIER = (0, 2, 6)
PANELS = (2, 3, 4, 6)
WEIGHTS = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
FIRST_SEED = 20_261


def main() -> int:
    """Print three tables."""
    _adjusting()
    _panel_sizes()
    _weights()
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


def _se(values: FloatArray) -> float:
    return float(values.std(ddof=1) / len(values) ** 0.5)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
