"""What the whole ladder asks of somebody: cycles, evidence logs, promotion cases and calibrations together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, literal, or_, select

from app.models import assessment_asks, calibration_asks, evidence_asks, promotion_asks
from app.models.assessment import Assessment, Sheet
from app.models.calibration import CalibrationMember
from app.models.evidence import Corroboration
from app.models.person import Person
from app.models.promotion import PeerFeedback, PromotionCase

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from sqlalchemy import Select


def asks(person: SQLColumnExpression[UUID]) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Everything that the ladder asks of a person, as branches of one union."""
    families = (assessment_asks, evidence_asks, promotion_asks, calibration_asks)
    return tuple(ask for family in families for ask in family.asks(person))


def takes_part() -> ColumnElement[bool]:
    """A criterion on :class:`Person`: whoever the ladder may ask for something now or later."""
    me = Person.id
    parts = (
        Sheet.author_id == me,
        Assessment.manager_id == me,
        Corroboration.person_id == me,
        PeerFeedback.person_id == me,
        or_(PromotionCase.person_id == me, PromotionCase.manager_id == me),
        CalibrationMember.person_id == me,
    )
    return or_(*(exists(select(literal(1)).where(part).correlate(Person)) for part in parts))
