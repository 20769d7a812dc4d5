"""How sure a comparison of candidates is: the question as it is kept for good, and what is answered to it.

The human composite leads. Everything here stands around it: how far it might lie elsewhere with other interviewers,
who is how surely ahead of whom, and whether the weights decide it. Where data cannot tell, a reason stands in place of
a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from app.domain.canonical import canonical_text, sha256
from app.domain.scoring import Rating, Score, Weight, composite

METHOD = "comparison 2"
"""The revision of the method. One more whenever the same question would get another answer."""
FEWEST_CARDS = 3
"""Sealed scorecards that a candidate needs before anything is said about others."""
SEED = 0
REACH = timedelta(days=730)
"""How far back cards of earlier openings say how interviewers differ."""

TOO_FEW_CARDS = "too few scorecards to compare"
TOO_FEW_CANDIDATES = "fewer than two candidates with enough evidence"
NO_HISTORY_OF_SOME = "interviewers without history"
ONE_OPENING = "one opening alone"
FEWEST_OPENINGS = 2
"""Openings with decided candidates that strictness has to rest on before a score is adjusted by it."""

Rated = tuple[str, str, int]
"""An interviewer's id, a dimension and a value."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What one dimension counts, in whole points."""

    dimension: str
    weight: int
    must: bool = False


@dataclass(frozen=True, slots=True)
class FitUsed:
    """A stored fit of interviewers' strictness, as far as it is used: numbers as shortest decimal texts.

    ``effects`` holds one text a code of the question's raters, empty for those whom the fit does not know. Positive is
    generous. ``hidden`` says why no adjusted score may be shown, empty where one may.
    """

    sha256: str
    made_at: str
    n_cards: int
    n_openings: int
    target: str
    rater: str
    residual: str
    mean: str
    hidden: str = ""
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that an answer depends on. Kept with a decision, it can be asked again by anybody.

    ``targets`` are the ids of the applications compared, ``cards`` how many sealed scorecards each has. A rating is
    "target rater dimension value" in codes: targets beyond ``targets`` are of earlier openings, whose cards say how
    interviewers differ, and nobody is named. With a ``fit`` there are none.
    """

    method: str
    blueprint: str
    best: Literal["high", "low"]
    weights: tuple[Weighing, ...]
    targets: tuple[str, ...]
    cards: tuple[int, ...]
    n_earlier: int
    n_raters: int
    n_openings: int
    ratings: tuple[str, ...]
    fit: FitUsed | None = None
    seed: int = SEED

    @property
    def digest(self) -> str:
        """The SHA-256 of its canonical text: equal digests mean equal data, weights and method."""
        return sha256(canonical_text(self))

    def rated(self) -> tuple[tuple[int, int, int, int], ...]:
        """The ratings as target, rater, dimension (its place among the weights) and value."""
        found = (tuple(map(int, text.split(" "))) for text in self.ratings)
        return tuple((one[0], one[1], one[2], one[3]) for one in found)

    def given(self) -> tuple[tuple[Rating, ...], ...]:
        """The ratings of each of ``targets``, as the composite takes them."""
        of_each: list[list[Rating]] = [[] for _ in self.targets]
        for target, rater, dimension, value in self.rated():
            if target < len(of_each):
                of_each[target].append(Rating(str(rater), self.weights[dimension].dimension, Fraction(value)))
        return tuple(tuple(ratings) for ratings in of_each)

    def weighed(self) -> tuple[Weight, ...]:
        """The weights, as the composite takes them."""
        return tuple(Weight(one.dimension, Fraction(one.weight), one.must) for one in self.weights)

    def scores(self) -> tuple[Score, ...]:
        """The composite of each of ``targets``: the human score, exact."""
        weights = self.weighed()
        return tuple(composite(ratings, weights) for ratings in self.given())


@dataclass(frozen=True, slots=True)
class Candidate:
    """One application in a question: its id as text without dashes, its sealed cards, and their ratings."""

    target: str
    cards: int
    ratings: tuple[Rated, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of interviewers from elsewhere: a stored fit, or the cards of earlier openings, or nothing.

    ``earlier`` holds target, interviewer, dimension and value; ``effects`` the fit's by interviewer.
    """

    fit: FitUsed | None = None
    effects: tuple[tuple[str, str], ...] = ()
    earlier: tuple[tuple[str, str, str, int], ...] = ()
    n_openings: int = 0


def question_of(
    blueprint: str,
    best: Literal["high", "low"],
    weights: Sequence[Weight],
    candidates: Iterable[Candidate],
    ground: Ground,
) -> Question:
    """Ask about these candidates. The same facts give the same question, in whatever order they come.

    Cards of earlier openings on somebody who is compared here count once, as the candidate's.
    """
    here = sorted(candidates, key=lambda one: one.target)
    targets = tuple(one.target for one in here)
    earlier = () if ground.fit else tuple(row for row in ground.earlier if row[0] not in set(targets))
    others = sorted({row[0] for row in earlier})
    rows = [(one.target, *rating) for one in here for rating in one.ratings] + list(earlier)
    raters = sorted({row[1] for row in rows})
    of_target, of_rater = _places([*targets, *others]), _places(raters)
    of_dimension = _places([weight.dimension for weight in weights])
    codes = sorted((of_target[row[0]], of_rater[row[1]], of_dimension[row[2]], row[3]) for row in rows)
    return Question(
        method=METHOD,
        blueprint=blueprint,
        best=best,
        weights=tuple(Weighing(one.dimension, int(one.weight), one.must) for one in weights),
        targets=targets,
        cards=tuple(one.cards for one in here),
        n_earlier=len(others),
        n_raters=len(raters),
        n_openings=ground.n_openings,
        ratings=tuple(" ".join(map(str, row)) for row in codes),
        fit=_fit_for(raters, ground),
    )


def _places(names: Sequence[str]) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(names)}


def _fit_for(raters: Sequence[str], ground: Ground) -> FitUsed | None:
    if ground.fit is None:
        return None
    known, fit = dict(ground.effects), ground.fit
    return FitUsed(
        fit.sha256, fit.made_at, fit.n_cards, fit.n_openings, fit.target, fit.rater, fit.residual, fit.mean,
        fit.hidden, tuple(known.get(rater, "") for rater in raters),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How one candidate stands: the exact composite with a 90 % bar around it, and the band that they are in.

    ``low``, ``high`` and ``band`` (from 1) are None where ``why`` says so; ``adjusted`` is also None where it may not
    be shown.
    """

    target: str
    cards: int
    value: Fraction | None
    coverage: Fraction
    low: float | None = None
    high: float | None = None
    band: int | None = None
    adjusted: float | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """How surely ``first`` is ahead of ``second``: a chance, the word for it, and how often in ten.

    ``chance`` is None, and the words empty, where nobody ties their panels together.
    """

    first: str
    second: str
    chance: float | None
    word: str = ""
    often: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """The variances that bars rest on, in squared scale points, and where they come from.

    ``basis`` is "fit" (stored), "pooled" (cards of earlier openings and of this one) or "own" (of this one alone).
    """

    target: float
    rater: float
    residual: float
    reliability: float
    basis: Literal["fit", "pooled", "own"]
    n_cards: int
    n_openings: int


@dataclass(frozen=True, slots=True)
class Certainty:
    """The answer about the order: ``standings`` and ``pairs`` with the better composite first, ties by id.

    ``why`` is the reason where nothing can be said of anybody; then there is no ``spread`` and no pair.
    ``adjusted_why`` is the reason where no adjusted score may be shown. ``apart`` is true where some candidates were
    seen by people with nobody in common.
    """

    standings: tuple[Standing, ...]
    pairs: tuple[Pair, ...]
    spread: Spread | None
    why: str | None
    adjusted_why: str | None
    apart: bool


@dataclass(frozen=True, slots=True)
class Places:
    """How often each of ``targets`` would come first, second and so on; rows are targets and sum to 1."""

    targets: tuple[str, ...]
    chances: tuple[tuple[float, ...], ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Rival:
    """What it takes for ``target`` to draw level with the leader; nothing is told where there is a ``why``.

    ``smallest_move`` is the share of all weight that has to change hands, None where no weights do it. ``tie_weights``
    holds, by dimension, the share of weight at which both tie, None without one.
    """

    target: str
    gap: Fraction | None
    smallest_move: Fraction | None
    dominated: bool
    tie_weights: tuple[tuple[str, Fraction | None], ...]
    why: str | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Do the weights decide? ``leaders`` share the best composite; rivals stand beside the first of them.

    ``first`` is how often each candidate who was assessed on everything leads over plausible weights.
    """

    leaders: tuple[str, ...]
    rivals: tuple[Rival, ...]
    first: tuple[tuple[str, float], ...]
    concentration: int

    @property
    def smallest_move(self) -> Fraction | None:
        """The least share of weight that has to change hands for anybody to draw level."""
        return min((one.smallest_move for one in self.rivals if one.smallest_move is not None), default=None)

    @property
    def nearest(self) -> Rival | None:
        """The first of the rivals for whom that is enough; None without rivals."""
        return next((one for one in self.rivals if one.smallest_move == self.smallest_move), None)
