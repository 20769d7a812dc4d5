"""The statistics of a committee, of a large programme and of a large file: seconds, memory, and what was loaded.

P10: 20 candidates by 5 interviewers by 8 dimensions, from ratings to strictness, bars, chances of places and bands, in
under 15 ms and without scipy or pandas; the variances equal statsmodels' to three decimals, and all of it takes at most
a third of what statsmodels takes only to fit the same ratings. Processor time counts, so that a busy machine is unfair
to none.
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

# One thread, as the program is served: several quarrel over two processors, and the clock below counts all of them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from app.analysis.comparing import Compared, compared
from app.analysis.estimate import Cards
from app.analysis.pooling import Given, pooled
from app.analysis.severity.fit import posterior, reml
from app.analysis.severity.panels import panels
from tests.bench.turns import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CANDIDATES, INTERVIEWERS, DIMENSIONS = 20, 5, 8
LARGE = (73_421, 1_128, 2_972)
FILE = 200_000
CALLS = 40


def main() -> int:
    """Print PASS or SHORT for each goal."""
    seconds = _committee()
    # A child begins as large as its parent, so files come before anything that takes memory here.
    _file()
    _beside_statsmodels(seconds)
    _large()
    return 0


def _ratings() -> tuple[Given, ...]:
    chance = np.random.default_rng(20)
    people, panel = chance.normal(0, 1, CANDIDATES), chance.normal(0, 0.6, INTERVIEWERS)
    value = 3 + 0.75 * (
        people[:, None, None] + panel[None, :, None] + chance.normal(0, 1, (CANDIDATES, INTERVIEWERS, DIMENSIONS))
    )
    points = np.clip(np.round(value), 1, 5).astype(int)
    return tuple(Given(at[0], at[1], at[2], int(points[at])) for at in np.ndindex(points.shape))


def _statistics(ratings: Sequence[Given]) -> Compared:
    """From ratings to everything that stands around the scores; equal weights, and everybody saw everybody."""
    cards = pooled(ratings, CANDIDATES, INTERVIEWERS)
    scores = np.bincount(cards.target, cards.score) / INTERVIEWERS
    shares = np.full((CANDIDATES, INTERVIEWERS), 1 / INTERVIEWERS)
    return compared(scores, shares, posterior(cards), panels(cards))


def _committee() -> float:
    ratings = _ratings()
    seconds = _median(lambda: _statistics(ratings))
    loaded = sorted({"scipy", "pandas", "statsmodels"} & set(sys.modules))
    _say(f"loaded beside numpy: {', '.join(loaded) or 'none of scipy, pandas, statsmodels'}")
    judge("P10 committee statistics, 20 x 5 x 8", seconds * 1000, 15, " ms")
    return seconds


def _beside_statsmodels(seconds: float) -> None:
    """Its fit alone, without its import and its set-up: of the same ratings, and of the same cards."""
    ratings = _ratings()
    cards = pooled(ratings, CANDIDATES, INTERVIEWERS)
    rows = {"y": [one.value for one in ratings], "target": [one.target for one in ratings]}
    rows |= {"rater": [one.rater for one in ratings], "dimension": [one.dimension for one in ratings]}
    of_ratings, _ = _theirs("y ~ C(dimension)", rows)
    _say(f"statsmodels, fitting {len(ratings)} ratings: {of_ratings * 1000:,.1f} ms")
    judge("P10 of statsmodels' fit alone, all of ours", seconds / of_ratings, 1 / 3, " x")
    of_cards, theirs = _theirs("y ~ 1", {"y": cards.score, "target": cards.target, "rater": cards.rater})
    _say(f"statsmodels, fitting {len(cards)} cards: {of_cards * 1000:,.1f} ms")
    judge("our strictness with its bars, of that", _median(lambda: posterior(cards)) / of_cards, 1 / 3, " x")
    mine = reml(cards).components
    pairs = zip((mine.target, mine.rater, mine.residual), theirs, strict=True)
    judge("P10 variances apart from statsmodels'", max(abs(one - other) for one, other in pairs), 0.001)


def _theirs(formula: str, rows: dict[str, Any]) -> tuple[float, tuple[float, float, float]]:
    """Seconds of one fit, the median of several, and its variances of targets, raters and the rest."""
    import pandas as pd
    import statsmodels.api as sm

    parts = {"target": "0 + C(target)", "rater": "0 + C(rater)"}
    frame = pd.DataFrame({**rows, "all": 1})
    model = sm.MixedLM.from_formula(formula, groups="all", vc_formula=parts, re_formula="0", data=frame)
    fitted = model.fit(reml=True)
    by_name = dict(zip(model.exog_vc.names, map(float, fitted.vcomp), strict=True))
    return _median(lambda: model.fit(reml=True)), (by_name["target"], by_name["rater"], float(fitted.scale))


def _large() -> None:
    """Ratings of the size and shape of a well-known set of lecture ratings, drawn by chance."""
    n, targets, raters = LARGE
    chance = np.random.default_rng(73)
    target, rater = chance.integers(0, targets, n), chance.integers(0, raters, n)
    value = chance.normal(0, 0.52, targets)[target] + chance.normal(0, 0.33, raters)[rater] + chance.normal(0, 1.18, n)
    cards = Cards(target, rater, np.clip(np.round(3.25 + value), 1, 5), targets, raters)
    begun = time.process_time()
    found = reml(cards)
    seconds = time.process_time() - begun
    parts = found.components
    _say(f"variances {parts.target:.3f} {parts.rater:.3f} {parts.residual:.3f}")
    judge(f"{n:,} ratings, {targets:,} x {raters:,}, fitted", seconds, 30, " s")
    judge("memory of this process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1024, " MB")


def _file() -> None:
    """A file of 200,000 ratings on the command line; the memory is the largest of any command so far."""
    with tempfile.TemporaryDirectory() as folder:
        ratings, weights = Path(folder) / "ratings.csv", Path(folder) / "weights.csv"
        _written(ratings, weights)
        for words in (("agreement",), ("severity",), ("compare", "--weights", str(weights))):
            begun = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "app", "stats", words[0], str(ratings), *words[1:]],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            seconds = time.perf_counter() - begun
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            judge(f"stats {words[0]}, {FILE:,} ratings in {seconds:.1f} s, memory", memory, 300, " MB")


def _written(ratings: Path, weights: Path) -> None:
    """A thousand targets, five of forty raters each, on forty dimensions."""
    chance = np.random.default_rng(200)
    targets, each, raters, dimensions = 1_000, 5, 40, 40
    panel = chance.random((targets, raters)).argsort(axis=1)[:, :each]
    people, strict = chance.normal(0, 1, targets), chance.normal(0, 0.5, raters)
    with ratings.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("target", "rater", "dimension", "score"))
        for target in range(targets):
            for rater in panel[target]:
                shown = 3 + 0.75 * (people[target] + strict[rater] + chance.normal(0, 1, dimensions))
                points = np.clip(np.round(2 * shown) / 2, 1, 5)
                out.writerows((f"T{target}", f"R{rater}", f"D{d}", points[d]) for d in range(dimensions))
    weights.write_text("dimension,weight\n" + "".join(f"D{d},{d + 1}\n" for d in range(dimensions)), encoding="utf-8")


def _median(ask: Callable[[], object]) -> float:
    ask()
    found = []
    for _ in range(CALLS):
        begun = time.process_time()
        ask()
        found.append(time.process_time() - begun)
    return sorted(found)[CALLS // 2]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
