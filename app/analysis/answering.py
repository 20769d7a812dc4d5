"""One question about candidates, answered: bars, bands and chances around the human scores, and what weights decide.

Everything follows from a :class:`~app.domain.certainty.Question` alone, so that it can be asked again from a record.
numpy only: nothing here loads scipy or draws from a global source of chance.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from app.analysis.components import Components
from app.analysis.estimate import Cards, FloatArray
from app.analysis.pooling import Given, pooled
from app.analysis.ranking import (
    bands,
    chance_ahead,
    half_widths,
    in_words,
    natural,
    panel_noise,
    rank_chances,
    reliability,
)
from app.analysis.sensitivity import Rivalry, acceptability, rivalry
from app.analysis.severity.adjusting import UNCONNECTED, adjusted, may_show_adjusted
from app.analysis.severity.fit import Posterior, cannot_fit, cannot_tell_strictness, posterior
from app.analysis.severity.panels import Panels, panels
from app.domain.certainty import (
    FEWEST_CARDS,
    FEWEST_OPENINGS,
    NO_HISTORY_OF_SOME,
    ONE_OPENING,
    TOO_FEW_CANDIDATES,
    TOO_FEW_CARDS,
    Certainty,
    Pair,
    Places,
    Question,
    Rival,
    Sensitivity,
    Spread,
    Standing,
)
from app.domain.scoring import Score, shares

CONCENTRATION = 50
DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class _Raters:
    """What is known of interviewers: variances, each one's effect (None: unknown), who is tied to whom."""

    components: Components
    effects: FloatArray | None
    hidden: str | None
    parts: Panels


@dataclass(frozen=True, slots=True)
class _Field:
    """The candidates of whom something can be said, as places among the targets, with their scores as arrays.

    ``better`` has the better higher; ``carried`` is candidates x raters and each row sums to 1.
    """

    places: tuple[int, ...]
    scores: tuple[Score, ...]
    values: FloatArray
    better: FloatArray
    carried: FloatArray

    @property
    def order(self) -> list[int]:
        """The better composite first; equal ones by place."""
        return sorted(range(len(self.places)), key=lambda row: (-self._exact(row), self.places[row]))

    def _exact(self, row: int) -> Fraction:
        value = self.scores[self.places[row]].value or Fraction()
        return value if self.better[row] == self.values[row] else -value


def libraries() -> str:
    """The versions of what works an answer out."""
    return f"Python {platform.python_version()}, numpy {np.__version__}"


def certainty(question: Question) -> Certainty:
    """Bars, bands and chances of being ahead, or the reason why there are none.

    S +- 1.645 sqrt(R_cc) with R of :func:`~app.analysis.ranking.panel_noise`; the variances come from the stored fit,
    or else from the cards of this and earlier openings.
    """
    field = _field(question)
    cards = _pooled(question)
    why = _cannot(question, field, cards)
    if why is not None:
        return Certainty(_unsure(question, field, why), (), None, why, why, apart=False)
    raters = _raters(question, cards)
    noise = panel_noise(field.carried, raters.components)
    rho = reliability(noise, raters.components)
    ahead = chance_ahead(field.better, noise, rho)
    adjusted_why, beside = _beside(field, raters)
    standings = _standings(question, field, noise, bands(field.better, ahead).tolist(), beside)
    pairs = _pairs(question, field, ahead, raters.parts)
    apart = any(one.chance is None for one in pairs)
    return Certainty(standings, pairs, _spread(question, raters.components, rho, cards), None, adjusted_why, apart)


def places(question: Question) -> Places:
    """How often each candidate would take each place with other interviewers; empty where nothing can be said."""
    field = _field(question)
    cards = _pooled(question)
    if _cannot(question, field, cards) is not None:
        return Places((), (), question.seed)
    components = _raters(question, cards).components
    noise = panel_noise(field.carried, components)
    rho = reliability(noise, components)
    chances = rank_chances(field.better, noise, rho, draws=DRAWS, seed=question.seed)
    rows = tuple(tuple(float(one) for one in chances[row]) for row in field.order)
    return Places(tuple(question.targets[field.places[row]] for row in field.order), rows, question.seed)


def sensitivity(question: Question) -> Sensitivity:
    """What the weights decide, exactly; only the share of plausible weights is drawn. It needs no variances."""
    scores = question.scores()
    sign = 1 if question.best == "high" else -1
    known = {place: sign * score.value for place, score in enumerate(scores) if score.value is not None}
    if not known:
        return Sensitivity((), (), (), CONCENTRATION)
    best = max(known.values())
    leaders = [place for place, value in known.items() if value == best]
    heavy = {one.dimension: Fraction(one.weight) for one in question.weights}
    means = {
        place: {one.dimension: None if one.mean is None else sign * one.mean for one in scores[place].dimensions}
        for place in known
    }
    behind = sorted(known.keys() - leaders, key=lambda place: (-known[place], place))
    rivals = [_rival(question.targets[one], rivalry(heavy, means[leaders[0]], means[one])) for one in behind]
    return Sensitivity(
        tuple(question.targets[one] for one in leaders), tuple(rivals), _first(question, heavy, means), CONCENTRATION
    )


def _field(question: Question) -> _Field:
    weights, given = question.weighed(), question.given()
    scores = question.scores()
    enough = [score.value is not None for score in scores]
    spoken = tuple(
        place for place, n in enumerate(question.cards) if enough[place] and n >= FEWEST_CARDS and given[place]
    )
    carried = np.zeros((len(spoken), question.n_raters))
    for row, place in enumerate(spoken):
        for rater, share in shares(given[place], weights).items():
            carried[row, int(rater)] = float(share)
    values = np.array([float(scores[place].value or 0) for place in spoken])
    return _Field(spoken, scores, values, values if question.best == "high" else -values, carried)


def _pooled(question: Question) -> Cards:
    ratings = [Given(*row) for row in question.rated()]
    return pooled(ratings, len(question.targets) + question.n_earlier, question.n_raters)


def _cannot(question: Question, field: _Field, cards: Cards) -> str | None:
    if len(field.places) < 2:
        scored = sum(score.value is not None for score in field.scores)
        return TOO_FEW_CARDS if scored >= 2 else TOO_FEW_CANDIDATES
    return None if question.fit else cannot_fit(cards)


def _raters(question: Question, cards: Cards) -> _Raters:
    fit = question.fit
    if fit is None:
        found, parts = posterior(cards), panels(cards)
        return _Raters(found.components, found.raters, _hidden(cards, found, parts) or _unshared(question), parts)
    components = Components(float(fit.target), float(fit.rater), float(fit.residual), float(fit.mean))
    unknown = [not text for text in fit.effects]
    effects = np.array([float(text or "nan") for text in fit.effects])
    tied = [] if fit.hidden == UNCONNECTED else [code for code, gone in enumerate(unknown) if not gone]
    return _Raters(components, effects, fit.hidden or _unshared(question), panels(_tied(cards, tied)))


def _hidden(cards: Cards, found: Posterior, parts: Panels) -> str | None:
    return cannot_tell_strictness(cards) or may_show_adjusted(found, parts)[1]


def _unshared(question: Question) -> str | None:
    # One panel that met everybody shifts all of its candidates alike: within one opening adjusting has shown no gain.
    return ONE_OPENING if question.n_openings < FEWEST_OPENINGS else None


def _tied(cards: Cards, raters: list[int]) -> Cards:
    """The cards with one more target whom all of these raters met: earlier openings tie them together."""
    more = np.full(len(raters), cards.n_targets, dtype=np.int64)
    return Cards(
        np.concatenate([cards.target, more]),
        np.concatenate([cards.rater, np.array(raters, dtype=np.int64)]),
        np.concatenate([cards.score, np.zeros(len(raters))]),
        cards.n_targets + 1,
        cards.n_raters,
    )


def _beside(field: _Field, raters: _Raters) -> tuple[str | None, FloatArray | None]:
    """Why no adjusted score is shown, or the scores."""
    if raters.hidden is not None or raters.effects is None:
        return raters.hidden, None
    met = (field.carried > 0).any(axis=0)
    if bool(np.isnan(raters.effects[met]).any()):
        return NO_HISTORY_OF_SOME, None
    return None, adjusted(field.values, field.carried, np.nan_to_num(raters.effects))


def _standings(
    question: Question, field: _Field, noise: FloatArray, found: list[int], beside: FloatArray | None
) -> tuple[Standing, ...]:
    half = half_widths(noise)
    # Fewer people than that would each be known by what they are adjusted for.
    met = (field.carried > 0).sum(axis=1)
    rows = []
    for row in field.order:
        place, value = field.places[row], float(field.values[row])
        score = field.scores[place]
        rows.append(
            Standing(
                question.targets[place], question.cards[place], score.value, score.coverage,
                value - float(half[row]), value + float(half[row]), int(found[row]),
                None if beside is None or met[row] < FEWEST_CARDS else float(beside[row]),
            )
        )  # fmt: skip
    return (*rows, *_left_out(question, field))


def _unsure(question: Question, field: _Field, why: str) -> tuple[Standing, ...]:
    spoken = [
        Standing(question.targets[place], question.cards[place], score.value, score.coverage, why=why)
        for place, score in ((field.places[row], field.scores[field.places[row]]) for row in field.order)
    ]
    return (*spoken, *_left_out(question, field))


def _left_out(question: Question, field: _Field) -> list[Standing]:
    return [
        Standing(
            question.targets[place], question.cards[place], score.value, score.coverage,
            why=score.why if score.value is None else TOO_FEW_CARDS,
        )
        for place, score in enumerate(field.scores)
        if place not in field.places
    ]  # fmt: skip


def _pairs(question: Question, field: _Field, ahead: FloatArray, parts: Panels) -> tuple[Pair, ...]:
    order = field.order
    of = [int(parts.of_target[field.places[row]]) for row in range(len(field.places))]
    found = []
    for one, other in combinations(order, 2):
        names = question.targets[field.places[one]], question.targets[field.places[other]]
        chance = float(ahead[one, other])
        told = (chance, in_words(chance), natural(chance)) if of[one] == of[other] else (None,)
        found.append(Pair(*names, *told))
    return tuple(found)


def _spread(question: Question, found: Components, rho: float, cards: Cards) -> Spread:
    fit = question.fit
    if fit is not None:
        n_cards, n_openings = fit.n_cards, fit.n_openings
        return Spread(found.target, found.rater, found.residual, rho, "fit", n_cards, n_openings)
    return Spread(
        found.target, found.rater, found.residual, rho, "pooled" if question.n_earlier else "own", len(cards),
        question.n_openings,
    )  # fmt: skip


def _rival(target: str, one: Rivalry) -> Rival:
    ties = tuple((one.tie_weights or {}).items())
    return Rival(target, one.gap, one.smallest_move, one.dominates, ties, one.why)


def _first(
    question: Question, heavy: dict[str, Fraction], means: dict[int, dict[str, Fraction | None]]
) -> tuple[tuple[str, float], ...]:
    counted = [name for name, weight in heavy.items() if weight > 0]
    whole = [place for place, known in means.items() if all(known.get(name) is not None for name in counted)]
    if len(whole) < 2:
        return ()
    values = np.array([[float(means[place][name] or 0) for name in counted] for place in whole])
    found = acceptability(
        values, np.array([float(heavy[name]) for name in counted]), concentration=CONCENTRATION, draws=DRAWS,
        seed=question.seed,
    )  # fmt: skip
    return tuple((question.targets[place], float(share)) for place, share in zip(whole, found, strict=True))
