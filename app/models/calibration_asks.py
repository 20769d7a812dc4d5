"""What calibrations ask of somebody: a vote on each item, and of the chair to open them once all are in.

Branches of the inbox's one query. Nothing here tells one member whether another has voted; the chair is told when
nobody's vote is missing, and never what anybody voted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.duty import GrowthDuty
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, Conflict, PreVote
from app.models.calibration_facts import about, conflicted, items, voted
from app.models.inbox_row import columns
from app.models.person import Person
from app.models.promotion import PromotionCase

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Whose = SQLColumnExpression[UUID]
Ask = Select[*tuple[Any, ...]]


def asks(person: Whose) -> tuple[Ask, ...]:
    """Everything that calibrations ask of a person; the target is the item, or the session to open."""
    return (_votes(person), _openings(person))


def _votes(person: Whose) -> Ask:
    subject = aliased(Person)
    saved = (
        select(PreVote.saved_at)
        .where(PreVote.item_id == CalibrationItem.id, PreVote.member_id == person)
        .correlate_except(PreVote)
        .scalar_subquery()
    )
    return (
        items(*_columns(GrowthDuty.PREVOTE, CalibrationItem.id, subject.name, saved=saved))
        .join(CalibrationMember, CalibrationMember.calibration_id == Calibration.id)
        .join(subject, subject.id == about)
        .where(
            Calibration.state == CalibrationState.VOTING,
            CalibrationMember.person_id == person,
            _there(),
            ~conflicted(person),
            ~voted(person),
        )
    )


def _openings(person: Whose) -> Ask:
    """Sessions that somebody chairs in which no vote is missing."""
    member = CalibrationMember.person_id
    waiting = (
        select(literal(1))
        .select_from(CalibrationItem)
        .join(CalibrationMember, CalibrationMember.calibration_id == CalibrationItem.calibration_id)
        .outerjoin(PromotionCase, PromotionCase.id == CalibrationItem.case_id)
        .where(CalibrationItem.calibration_id == Calibration.id, _there(), ~_settled(member))
        .correlate(Calibration)
    )
    return select(*_columns(GrowthDuty.RUN, Calibration.id, Calibration.title)).where(
        Calibration.state == CalibrationState.VOTING, Calibration.chair_id == person, ~exists(waiting)
    )


def _settled(member: Whose) -> ColumnElement[bool]:
    """Whether no vote of a member is waited for: it is sealed, or they have none, which was noted with the asking."""
    noted = exists(
        select(literal(1))
        .where(Conflict.item_id == CalibrationItem.id, Conflict.member_id == member)
        .correlate_except(Conflict)
    )
    return or_(voted(member), noted)


def _there() -> ColumnElement[bool]:
    return or_(PromotionCase.id.is_(None), PromotionCase.state != CaseState.WITHDRAWN)


def _columns(
    kind: GrowthDuty,
    target: SQLColumnExpression[UUID],
    what: SQLColumnExpression[str],
    *,
    saved: SQLColumnExpression[Any] | None = None,
) -> tuple[ColumnElement[Any], ...]:
    return columns(
        kind, target, interview=Calibration.id, candidate=what, what=what, requisition=Calibration.title,
        since=Calibration.voting_at, saved_at=saved,
    )  # fmt: skip
