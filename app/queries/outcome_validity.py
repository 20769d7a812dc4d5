"""Composites of interviews beside what came of the hires: how they did at ninety days, and what departures came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, exists, literal, select
from sqlalchemy.orm import aliased

from app.domain.debrief import weights_of
from app.domain.decision import Outcome
from app.domain.foresight import Correlation, Departures
from app.domain.scoring import Rating, composite
from app.models.blueprint import BlueprintVersion
from app.models.decision import Decision
from app.models.measuring import OutcomeRow
from app.models.onboarding import Plan
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scale

Point = tuple[Fraction, Fraction]
"""A composite and a later result of the same person, both with the better higher."""
DAY_90, LADDER = "a day-90 result", "an assessment that can be compared"


@dataclass(frozen=True, slots=True)
class Hire:
    """One hire: composite of the decision, whether it departed from the order, and the result at day 90, if any.

    Numbers have the better higher; ``scale`` is what they were given on, the same for both.
    """

    scale: tuple[int, ...]
    said: Fraction | None
    departed: bool
    came: Fraction | None


def day_90(found: Sequence[Hire]) -> Correlation:
    """Interviews beside the results at ninety days, over the scale that most hires were scored on."""
    told = [(one.scale, (one.said, one.came)) for one in found if one.said is not None and one.came is not None]
    return correlated(told, DAY_90)


def departures(found: Sequence[Hire]) -> Departures:
    """How hires against the order turned out, beside the middle of those that followed it."""
    from app.analysis.validity import Override, overrides

    against = [Override(None if one.came is None else float(one.came)) for one in found if one.departed]
    followed = [float(one.came) for one in found if not one.departed and one.came is not None]
    tally = overrides(against, followed)
    if tally.why is not None or not followed:
        return Departures(tally.n)
    return Departures(tally.n, tally.better, tally.same, tally.worse, tally.unknown)


def correlated(told: Iterable[tuple[tuple[int, ...], Point]], result: str) -> Correlation:
    """Correlate pairs that stand on one scale: that of most; fewer than twenty give none."""
    import numpy as np

    from app.analysis.validity import predictive

    pairs = list(told)
    common = Counter(scale for scale, _point in pairs).most_common(1)
    points = [point for scale, point in pairs if scale == common[0][0]] if common else []
    before, after = (np.array([float(point[side]) for point in points]) for side in (0, 1))
    found = predictive(before, after)
    return Correlation(found.n, result, found.r.value, found.r.low, found.r.high)


def hires(session: Session) -> tuple[Hire, ...]:
    """Everybody whose first year began with a decision to hire, in one query once the blueprints are known."""
    later, newer_than = aliased(Decision), Decision.number
    newer = exists(select(literal(1)).where(later.application_id == Decision.application_id, later.number > newer_than))
    rows = session.execute(
        select(
            Plan.id, Decision.composite, Decision.departure_reason, Decision.blueprint_sha256, BlueprintVersion.sha256,
            OutcomeRow.dimension, OutcomeRow.value,
        )
        .select_from(Plan)
        .join(Decision, and_(Decision.application_id == Plan.application_id, ~newer))
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .outerjoin(OutcomeRow, OutcomeRow.plan_id == Plan.id)
        .where(Decision.outcome == Outcome.HIRE)
        .order_by(Plan.id, OutcomeRow.dimension)
    ).all()  # fmt: skip
    heads: dict[UUID, tuple[str | None, str, str, str]] = {}
    results: dict[UUID, list[Rating]] = {}
    for plan_id, said, departed, decided_on, planned_on, dimension, value in rows:
        heads[plan_id] = (said, departed, decided_on, planned_on)
        given = results.setdefault(plan_id, [])
        if value is not None:
            given.append(Rating("manager", dimension, Fraction(value)))
    return tuple(_hire(session, heads[plan_id], given) for plan_id, given in results.items())


def _hire(session: Session, head: tuple[str | None, str, str, str], given: Sequence[Rating]) -> Hire:
    said, departed, decided_on, planned_on = head
    before = blueprints.of_digest(session, decided_on).scorecard
    after = blueprints.of_digest(session, planned_on).scorecard
    came = composite(given, weights_of(after, ())).value if given and after.scale == before.scale else None
    return Hire(
        before.scale.values, better_higher(Fraction(said), before.scale) if said else None, bool(departed.strip()),
        None if came is None else better_higher(came, after.scale),
    )  # fmt: skip


def better_higher(value: Fraction, scale: Scale) -> Fraction:
    """A value of a scale on which 1 may be best, turned so that more is better."""
    return value if scale.best == "high" else -value
