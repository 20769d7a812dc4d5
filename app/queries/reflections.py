"""From cards of decided candidates to what each interviewer's own say: the numbers behind the mirror. No SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.reflection import FEW_INTERVIEWERS, LEAST_INTERVIEWERS, UNCONNECTED, Reflection, Told, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.analysis.estimate import Estimate, FloatArray, IntArray
    from app.queries.rating_history import History
    from app.queries.strictness import StoredFit

_NO_FIT = "how strict interviewers are is not known"


@dataclass(frozen=True, slots=True)
class WrittenCard:
    """Whose card it is, when it was first sealed, and whether that was on time; None where the interview had no date.

    Somebody who met a candidate twice has two.
    """

    application_id: UUID
    rater_id: UUID
    name: str
    sealed_at: datetime
    on_time: bool | None


def why_none(history: History, fit: StoredFit | None) -> str:
    """Why no strictness is told, as a sentence; "" where it is."""
    from app.analysis.severity.fit import cannot_tell_strictness

    if 0 < len(history.rater_ids) < LEAST_INTERVIEWERS:
        return FEW_INTERVIEWERS
    if fit is None:
        return refusal(cannot_tell_strictness(history.cards))
    return refusal(UNCONNECTED) if fit.hidden_why == UNCONNECTED else ""


def reflected(history: History, fit: StoredFit | None, written: Sequence[WrittenCard]) -> tuple[Reflection, ...]:
    """One line an interviewer of the history, by name; what the fit does not know is said to be unknown."""
    from app.analysis.severity.fit import at_variances
    from app.analysis.severity.mirror import residuals

    cards, left = history.cards, None
    why = why_none(history, fit)
    if fit is not None and not why and len(cards) and fit.components.residual > 0:
        known = at_variances(cards, fit.components)
        left = residuals(cards, known.standings, known.raters)
    of_person: dict[UUID, list[WrittenCard]] = defaultdict(list)
    for card in written:
        of_person[card.rater_id].append(card)
    ratings, times = _ratings(history), _times(history, written)
    lines = [
        _line(_Asked(history, fit, code, of_person[rater_id], why), ratings, left, times)
        for code, rater_id in enumerate(history.rater_ids)
        if of_person[rater_id]
    ]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), str(line.rater_id))))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom a line is about, by their code in the history, with their cards and why strictness is not told, if so."""

    history: History
    fit: StoredFit | None
    code: int
    written: Sequence[WrittenCard]
    why: str


def _line(asked: _Asked, ratings: FloatArray, left: FloatArray | None, times: IntArray) -> Reflection:
    from app.analysis.agreement.beside import beside
    from app.analysis.severity.mirror import DRIFT_LIMIT, mirror

    cards, rater_id = asked.history.cards, asked.history.rater_ids[asked.code]
    shared = beside(ratings, cards.target, cards.rater, asked.code)
    none = Told(None, why=asked.why or _NO_FIT)
    strict = spread = halo = fit = order = none
    drift: tuple[float, ...] = ()
    known = asked.fit.effects.get(rater_id) if asked.fit else None
    if left is not None and known is not None and asked.fit is not None:
        seen = mirror(
            cards, left, times, rater=asked.code, components=asked.fit.components, effect=known.effect,
            deviation=known.deviation, ratings=ratings,
        )  # fmt: skip
        strict, spread, halo, fit, order = map(_told, (seen.effect, seen.spread, seen.halo, seen.fit, seen.order))
        drift = seen.drift
    timed = [card.on_time for card in asked.written if card.on_time is not None]
    return Reflection(
        rater_id=rater_id, name=asked.written[0].name, n_cards=int((cards.rater == asked.code).sum()),
        strictness=strict, spread=spread, halo=halo, fit=fit, drift=drift, drift_limit=DRIFT_LIMIT, order=order,
        distance=_told(shared.distance), within_one=_told(shared.within_one), on_time=sum(timed), timed=len(timed),
    )  # fmt: skip


def _told(found: Estimate) -> Told:
    return Told(found.value, found.low, found.high, found.why or "")


def _ratings(history: History) -> FloatArray:
    """Cards x dimensions in scale points, NaN where nothing was assessed; rows in the order of the cards."""
    import numpy as np

    cards = history.cards
    row = {key: place for place, key in enumerate(zip(cards.target.tolist(), cards.rater.tolist(), strict=True))}
    table = np.full((len(cards), len(history.dimensions)), np.nan)
    for one in history.ratings:
        table[row[one.target, one.rater], one.dimension] = one.value
    return table


def _times(history: History, written: Sequence[WrittenCard]) -> IntArray:
    """When each card of the history was sealed, in seconds; the first of somebody's cards on a candidate counts."""
    import numpy as np

    sealed: dict[tuple[UUID, UUID], int] = {}
    for card in written:
        key, at = (card.application_id, card.rater_id), int(card.sealed_at.timestamp())
        sealed[key] = min(at, sealed.get(key, at))
    cards = history.cards
    keys = zip(cards.target.tolist(), cards.rater.tolist(), strict=True)
    return np.array([sealed.get((history.target_ids[t], history.rater_ids[r]), 0) for t, r in keys], dtype=np.int64)
