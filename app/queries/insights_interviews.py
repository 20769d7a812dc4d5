"""What interviews said of people who were then hired, beside what their managers see now: counts, never names."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.growth.insight import Prediction, Ratio, at_bar, told_apart
from app.domain.growth.readiness import readiness
from app.domain.permission import Permission
from app.models.assessment import Assessment, Cycle
from app.models.assessment_facts import both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.decision import Decision
from app.models.onboarding import Plan
from app.queries import assessments, blueprints, outcome_validity

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.foresight import Correlation, Departures
    from app.domain.permission import ActorFacts
    from app.queries.assessments import SealedMarks


@dataclass(frozen=True, slots=True)
class Foresight:
    """Of the people hired with a composite at the bar or better, and of the others: how many meet their level.

    ``hired`` counts everybody who began through interviews; of ``unassessed`` no cycle has both answers in, and
    ``unscored`` had no composite, or their manager could judge nothing of the level that they hold.
    """

    over: Ratio
    under: Ratio
    hired: int
    unassessed: int
    unscored: int
    day_90: Correlation
    ladder: Correlation
    departures: Departures

    @property
    def compared(self) -> int:
        """How many people the two shares are made of."""
        return self.over.whole + self.under.whole


def foresight(session: Session, actor: ActorFacts, *, today: date) -> Foresight:
    """What interviews foresaw, over all roles, in three queries once the blueprints are known."""
    require(actor, Permission.INSIGHTS_SEE)
    rows = session.execute(_hired()).all()
    assessed = [row for row in rows if row.assessment_id is not None]
    marks = assessments.marks_of(session, [row.assessment_id for row in assessed])
    found = [_prediction(session, row, marks.get(row.assessment_id), today) for row in assessed]
    told = [one for one in found if one is not None]
    over, under = told_apart(told)
    hires = outcome_validity.hires(session)
    return Foresight(
        over=over,
        under=under,
        hired=len(rows),
        unassessed=len(rows) - len(assessed),
        unscored=len(found) - len(told),
        day_90=outcome_validity.day_90(hires),
        ladder=outcome_validity.correlated([one.pair for one in told if one.pair], outcome_validity.LADDER),
        departures=outcome_validity.departures(hires),
    )


def _hired() -> Select[*tuple[UUID, str, str, UUID, str, str]]:
    """Everybody whose first year began with a decision, with it and with their newest assessment that is open."""
    later, version = aliased(Decision), BlueprintVersion
    newer = select(later.id).where(later.application_id == Decision.application_id, later.number > Decision.number)
    place = func.row_number().over(partition_by=Assessment.person_id, order_by=(Cycle.opened_at.desc(), Assessment.id))
    newest = (
        select(
            Assessment.id, Assessment.person_id, Assessment.current_level, Cycle.blueprint_version_id,
            place.label("place"),
        )
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(both_sealed())
        .subquery()
    )  # fmt: skip
    return (
        select(
            Plan.hire_id, Decision.composite, Decision.blueprint_sha256, newest.c.id.label("assessment_id"),
            newest.c.current_level, version.sha256,
        )
        .select_from(Plan)
        .join(Decision, and_(Decision.application_id == Plan.application_id, ~newer.exists()))
        .outerjoin(newest, and_(newest.c.person_id == Plan.hire_id, newest.c.place == 1))
        .outerjoin(version, version.id == newest.c.blueprint_version_id)
        .order_by(Plan.id)
    )  # fmt: skip


def _prediction(
    session: Session, row: Row[UUID, str, str, UUID, str, str], marks: SealedMarks | None, today: date
) -> Prediction | None:
    blueprint = blueprints.of_digest(session, row.sha256)
    levels = {level.id for level in blueprint.ladder.levels} if blueprint.ladder else set()
    if marks is None or row.composite is None or row.current_level not in levels:
        return None
    scale = blueprints.of_digest(session, row.blueprint_sha256).scorecard.scale
    seen = readiness(
        blueprint, row.current_level, from_level=row.current_level, own=marks.own, manager=marks.manager, pieces=(),
        on=today,
    )  # fmt: skip
    if not seen.manager.met + seen.manager.not_met:
        return None
    said = Fraction(row.composite)
    met = Fraction(seen.manager.met, seen.manager.met + seen.manager.not_met)
    pair = scale.values, (outcome_validity.better_higher(said, scale), met)
    return Prediction(over=at_bar(said, scale), reached=not seen.manager.not_met, pair=pair)
